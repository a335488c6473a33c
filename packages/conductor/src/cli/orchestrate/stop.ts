import { WerkError } from "@taskwerk/contract/errors";
import type { Verb } from "../verb.ts";

interface Stopped {
  readonly session: string;
  readonly mode: string;
  readonly stopped: boolean;
}

const PATIENCE = 30_000;

/** `stop`: from any terminal; waits until the run has put everything down. */
export const stopVerb: Verb<{ readonly reason?: string; readonly afterTask?: boolean }> = {
  build: (command) => command.option("--reason <text>", "why").option("--after-task", "let what runs come to its end"),
  async run(app, _, { reason = null, afterTask }) {
    const journal = await app.journal();
    const driver = await journal.currentDriver();
    const session = driver?.session ?? null;
    if (session === null)
      throw new WerkError("SESSION_NOT_FOUND", "no run is going on here", {
        hint: "What there was:  conductor status",
      });
    const mode = afterTask ? "after-task" : "turn";
    await journal.append([{ type: "session.stop-requested", session, mode, reason, by: app.actor }]);
    const until = performance.now() + (mode === "after-task" ? 0 : PATIENCE);
    let stopped = false;
    while (!stopped && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      stopped = (await journal.currentDriver()) === null;
    }
    app.show<Stopped>(
      "run.stop",
      { session, mode, stopped },
      {
        fields: ["session", "mode", "stopped"],
        known: ["session", "mode", "stopped"],
        items: (data) => [{ ...data, id: data.session }],
        piped: "screen",
        screen(output, { data }) {
          output.line(
            data.stopped ? `${data.session} has stopped; everything is kept.` : `${data.session} was told to stop.`,
          );
          if (output.isTTY) output.line("Next   conductor status     conductor resume");
        },
      },
    );
    return undefined;
  },
};
