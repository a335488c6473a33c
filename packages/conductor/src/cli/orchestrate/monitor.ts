import { WerkError } from "@taskwerk/contract/errors";
import { lastActive } from "../../model/state.ts";
import type { App } from "../app.ts";
import { mayAsk } from "../may-talk.ts";
import { monitorSession } from "../monitor/monitor-session.ts";
import { type Verb, wordOf } from "../verb.ts";

/** `monitor [SESSION]`: a screen over a run, wherever it is driven from. Leaving it ends nothing. */
export const monitorVerb: Verb<unknown> = {
  build: (command) => command.argument("[session]", "e.g. run-3; default the one that is last at work"),
  async run(app, [named]) {
    const screen = mayAsk(app) && !app.world.env.CI ? await app.world.monitorScreen() : null;
    if (screen === null) throw noScreen(app);
    const wanted = wordOf(named);
    const state = await (await app.journal()).state();
    if (wanted !== "" && !state.sessions.has(wanted))
      throw new WerkError("SESSION_NOT_FOUND", `there is no session ${wanted}`, {
        given: wanted,
        hint: "The newest:  conductor monitor",
        candidates: [...state.sessions.keys()].slice(-10).reverse(),
      });
    const unsent = await screen(await monitorSession(app, { session: wanted === "" ? null : wanted, drives: false }));
    for (const line of unsent) app.output.line(line);
    // Nothing was under way that a signal could have cut off.
    await tellHowItIs(app, wanted);
    return app.world.interrupted.aborted ? app.world.interruptedCode() : undefined;
  },
};

function noScreen(app: App): WerkError {
  const why =
    app.output.format === "json" || app.output.format === "ndjson"
      ? "a screen is no document"
      : app.world.env.CI
        ? "it is not opened where CI is set"
        : "there is no terminal to show it on";
  return new WerkError("USAGE", `monitor is a screen for a person, and ${why}.`, {
    hint: [
      "How it stands, again and again:  conductor status --watch",
      "For programs:                    conductor status --json     conductor events --since 0 --json",
    ].join("\n"),
  });
}

/** What is said once the screen is gone: the run is where it was. */
async function tellHowItIs(app: App, wanted: string): Promise<void> {
  const journal = await app.journal();
  const [state, driver] = await Promise.all([journal.state(), journal.currentDriver()]);
  const session = wanted === "" ? lastActive(state) : state.sessions.get(wanted);
  if (session === undefined) return app.output.line("Nothing has run here yet.");
  const goesOn = driver !== null && driver.session === session.id && session.endedAt === null;
  app.output.line(
    goesOn
      ? `${session.id} goes on without the screen.   conductor monitor   conductor stop`
      : `${session.id} is not running.   conductor status`,
  );
}
