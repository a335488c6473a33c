import { WerkError } from "@taskwerk/contract/errors";
import type { Driver } from "../../journal/driver.ts";
import type { Journal } from "../../journal/journal.ts";
import { takeUp } from "../../report/go-on.ts";
import { killRun } from "../../run/kill-run.ts";
import type { App } from "../app.ts";
import { nextLines } from "../next-lines.ts";
import type { Verb } from "../verb.ts";

/** `turn`: what works is asked to end. `after-task`: it goes on to its own end, and nothing new is begun. `now`: it is killed. */
type Mode = "turn" | "after-task" | "now";

interface Stopped {
  readonly session: string;
  readonly mode: Mode;
  readonly stopped: boolean;
  /** Its conductor did not answer and was killed with all it had started. */
  readonly killed: boolean;
}

interface StopFlags {
  readonly reason?: string;
  readonly afterTask?: boolean;
  readonly now?: boolean;
}

/** How long a run may take to put everything down; for `--now` before it is killed itself. Milliseconds. */
const PATIENCE: Readonly<Record<Mode, number>> = { turn: 30_000, "after-task": 0, now: 10_000 };

/** `stop`: from any terminal; waits until the run has put everything down. */
export const stopVerb: Verb<StopFlags> = {
  build: (command) =>
    command
      .option("--reason <text>", "why")
      .option("--after-task", "let what runs come to its end")
      .option("--now", "kill what runs, and the run itself if it does not answer"),
  async run(app, _, flags) {
    const { session, mode, stopped, killed } = await stopRun(app, modeOf(flags), flags.reason ?? null);
    const up = takeUp(await (await app.journal()).state());
    app.show<Stopped>(
      "run.stop",
      { session, mode, stopped, killed },
      {
        fields: ["session", "mode", "stopped"],
        known: ["session", "mode", "stopped", "killed"],
        items: (data) => [{ ...data, id: data.session }],
        piped: "screen",
        screen(output, { data }) {
          output.line(`${data.session} ${inWords(data)}`);
          if (output.isTTY) for (const line of nextLines(nextOf(data, up), output)) output.line(line);
        },
      },
    );
    return undefined;
  },
};

/** Asks the run that goes on to stop, and returns at once. Throws SESSION_NOT_FOUND where none does. */
export async function requestStop(
  app: App,
  mode: Mode,
  reason: string | null,
): Promise<{ readonly session: string; readonly driver: Driver }> {
  const journal = await app.journal();
  const driver = await journal.currentDriver();
  const session = driver?.session ?? null;
  if (driver === null || session === null)
    throw new WerkError("SESSION_NOT_FOUND", "no run is going on here", {
      hint: "What there was:  conductor status",
    });
  await journal.append([{ type: "session.stop-requested", session, mode, reason, by: app.actor }]);
  return { session, driver };
}

/** The same, and waits until it has put everything down, or is killed. `words`: what came of it. */
export async function stopRun(
  app: App,
  mode: Mode,
  reason: string | null,
): Promise<Stopped & { readonly words: string }> {
  const { session, driver } = await requestStop(app, mode, reason);
  const journal = await app.journal();
  const ended = await hasEnded(journal, PATIENCE[mode]);
  const killed = !ended && mode === "now" && (await endIt(app, journal, { driver, reason }));
  const done: Stopped = { session, mode, stopped: ended || mode === "now", killed };
  return { ...done, words: `${session} ${inWords(done)}` };
}

function modeOf({ afterTask, now }: StopFlags): Mode {
  if (afterTask && now)
    throw new WerkError("USAGE", "--after-task lets what runs come to its end, and --now kills it: not both.", {
      hint: "What works is asked to end:  conductor stop",
      field: "now",
    });
  if (now) return "now";
  return afterTask ? "after-task" : "turn";
}

const LOOK_AGAIN = 150;

async function hasEnded(journal: Journal, patienceMs: number): Promise<boolean> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    if ((await journal.currentDriver()) === null) return true;
  }
  return false;
}

/** False when it has ended meanwhile, and perhaps somebody else drives by now. */
async function endIt(
  app: App,
  journal: Journal,
  { driver, reason }: { readonly driver: Driver; readonly reason: string | null },
): Promise<boolean> {
  if ((await journal.currentDriver())?.holder !== driver.holder) return false;
  await killRun({ journal, stateDir: app.stateDir }, driver, reason ?? "killed with stop --now");
  return true;
}

function inWords({ mode, stopped, killed }: Stopped): string {
  if (killed) return "did not answer and was killed; conductor resume takes up what it was at.";
  if (stopped) return "has stopped; everything is kept.";
  return mode === "after-task"
    ? "begins nothing new, and stops when what runs has come to its end."
    : "was told to stop, and has not yet.";
}

/** `up`: what has it taken up again. */
function nextOf({ mode, stopped }: Stopped, up: readonly string[]): readonly string[] {
  if (stopped) return ["conductor status", ...up];
  return ["conductor status --watch", mode === "turn" ? "conductor stop --now" : "conductor stop"];
}
