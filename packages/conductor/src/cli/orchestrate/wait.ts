import { EXIT, WerkError } from "@taskwerk/contract/errors";
import type { Journal } from "../../journal/journal.ts";
import { FIRST_RUN } from "../../model/first-run.ts";
import { lastActive, type RunState, type SessionState } from "../../model/state.ts";
import { buildReport, type Report } from "../../report/report.ts";
import { takenBackInWords, takenBackOf } from "../../report/taken-back.ts";
import { whyStopped } from "../../report/why-stopped.ts";
import type { App } from "../app.ts";
import { taskFactsOf } from "../facts.ts";
import { nextLines } from "../next-lines.ts";
import { millisecondsOf } from "../plan/make-plan.ts";
import { stateSeen } from "../state-seen.ts";
import type { Verb } from "../verb.ts";

interface Waited {
  readonly session: string;
  /** `stopped`: it ended before everything had landed, and nothing drives it any more. */
  readonly outcome: "finished" | "needs-you" | "stopped" | "time-up";
  /** Cards that wait for a person. */
  readonly cards: readonly string[];
  readonly why: string | null;
  readonly exit: number;
}

/** What a report calls it, in the words of somebody who waits. Nothing is at work where nobody drives. */
const OUTCOMES = {
  complete: "finished",
  waiting: "needs-you",
  incomplete: "stopped",
  working: "stopped",
} as const satisfies Record<Report["outcome"], Waited["outcome"]>;

/** A look is one row of the journal. */
const LOOK_AGAIN = 200;

/** `wait`: until the run needs a person, or has ended. */
export const waitVerb: Verb<{ readonly timeout?: string }> = {
  build: (command) => command.option("--timeout <time>", "no longer than this, e.g. 8h"),
  async run(app, _, { timeout }) {
    const patience = timeout === undefined ? Number.POSITIVE_INFINITY : millisecondsOf(timeout, "--timeout");
    const journal = await app.journal();
    const session = (await journal.currentDriver())?.session ?? lastActive(await journal.state())?.id;
    if (session === undefined)
      throw new WerkError("SESSION_NOT_FOUND", "nothing has run here yet, so there is nothing to wait for", {
        hint: `Begin:  ${FIRST_RUN} --detach`,
      });
    const until = performance.now() + patience;
    for (;;) {
      const now = await lookAt(app, journal, session);
      if (now !== null) return say(app, { session, ...now.waited }, now.next);
      if (app.world.interrupted.aborted) return app.world.interruptedCode();
      if (performance.now() >= until)
        return say(app, { session, outcome: "time-up", cards: [], why: null, exit: EXIT.timeUp }, []);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  },
};

interface Seen {
  readonly waited: Omit<Waited, "session">;
  /** What has it go on; empty where only other words do, which the status has. */
  readonly next: readonly string[];
}

/** Null while it goes on and needs nobody. */
async function lookAt(app: App, journal: Journal, session: string): Promise<Seen | null> {
  // Who drives is asked before the state is: what it wrote last is seen then.
  const driver = await journal.currentDriver();
  const state = await journal.state();
  const known = state.sessions.get(session)!;
  const driven = driver !== null && driver.session === session && known.endedAt === null;
  if (!driven) return ended(app, known);
  const cards = [...state.decisions.values()]
    .filter((one) => one.state === "open" && one.session === session)
    .map(({ id }) => id);
  return cards.length === 0
    ? null
    : { waited: { outcome: "needs-you", cards, why: null, exit: EXIT.waiting }, next: [] };
}

/** How it stands once nobody drives it: what its report says, so that both end with the same code. */
async function ended(app: App, session: SessionState): Promise<Seen> {
  const state = await stateSeen(app);
  const report = buildReport(state, session.id, await taskFactsOf(app, state, session));
  const outcome = OUTCOMES[report.outcome];
  const cards = outcome === "needs-you" ? [...new Set(report.tasks.flatMap(({ waitsFor }) => waitsFor))] : [];
  const why = outcome === "finished" || cards.length > 0 ? null : whyEnded(state, session);
  return { waited: { outcome, cards, why, exit: report.exit }, next: report.next };
}

function whyEnded(state: RunState, session: SessionState): string | null {
  const back = isWhole(session) ? takenBackInWords(takenBackOf(state, session.id)) : null;
  if (back !== null) return back;
  return session.endedAt === null ? "conductor ended without a word" : whyStopped(state, session);
}

/** When it ended, everything had landed. */
const isWhole = ({ status, metrics, endedAt }: SessionState): boolean =>
  endedAt !== null && status === "completed" && metrics.unlanded === 0;

/** `next`: what has it go on. */
function say(app: App, waited: Waited, next: readonly string[]): number {
  app.show<Waited>("run.wait", waited, {
    fields: ["session", "outcome", "exit"],
    known: ["session", "outcome", "cards", "why", "exit"],
    items: (data) => [{ ...data, id: data.session }],
    piped: "screen",
    screen(output, { data }) {
      output.line(`${data.session} ${inWords(data)}`);
      if (output.isTTY) for (const line of nextLines(nextOf(data, next), output)) output.line(line);
    },
  });
  return waited.exit;
}

function inWords({ outcome, cards, why }: Waited): string {
  switch (outcome) {
    case "finished":
      return "has finished: everything has landed.";
    case "needs-you":
      return cards.length > 0
        ? `needs you: ${cards.join(", ")}.`
        : `goes on when you say so: ${why ?? "see the status"}.`;
    case "stopped":
      return `has ended, and not everything has landed${why === null ? "" : `: ${why}`}.`;
    case "time-up":
      return "goes on; the time to wait is up.";
  }
}

function nextOf({ outcome, cards }: Waited, next: readonly string[]): readonly string[] {
  switch (outcome) {
    case "finished":
      return ["conductor report"];
    case "needs-you":
      return cards.length > 0 ? ["conductor inbox"] : ["conductor status", ...next];
    case "stopped":
      return ["conductor status", ...next];
    case "time-up":
      return ["conductor status", "conductor wait"];
  }
}
