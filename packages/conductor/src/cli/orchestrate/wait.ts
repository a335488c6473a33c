import { EXIT, WerkError } from "@taskwerk/contract/errors";
import type { Journal } from "../../journal/journal.ts";
import { lastActive, type RunState, type SessionState } from "../../model/state.ts";
import { goOn } from "../../report/go-on.ts";
import { takenBackInWords, takenBackOf } from "../../report/taken-back.ts";
import { whyStopped } from "../../report/why-stopped.ts";
import type { App } from "../app.ts";
import { nextLines } from "../next-lines.ts";
import { millisecondsOf } from "../plan/make-plan.ts";
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

const EXITS = {
  finished: EXIT.ok,
  "needs-you": EXIT.waiting,
  stopped: EXIT.incomplete,
  "time-up": EXIT.timeUp,
} as const satisfies Record<Waited["outcome"], number>;

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
        hint: "Begin:  conductor run --auto --budget 5 --detach",
      });
    const until = performance.now() + patience;
    for (;;) {
      const now = await lookAt(journal, session);
      if (now !== null)
        return say(app, { session, ...now, exit: EXITS[now.outcome] }, resumeOf(await journal.state(), session));
      if (app.world.interrupted.aborted) return app.world.interruptedCode();
      if (performance.now() >= until)
        return say(app, { session, outcome: "time-up", cards: [], why: null, exit: EXIT.timeUp }, []);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  },
};

/** Null while it goes on and needs nobody. */
async function lookAt(journal: Journal, session: string): Promise<Omit<Waited, "session" | "exit"> | null> {
  // Who drives is asked before the state is: what it wrote last is seen then.
  const driver = await journal.currentDriver();
  const state = await journal.state();
  const known = state.sessions.get(session)!;
  const cards = [...state.decisions.values()]
    .filter((one) => one.state === "open" && one.session === session)
    .map(({ id }) => id);
  const driven = driver !== null && driver.session === session && known.endedAt === null;
  if (cards.length > 0) return { outcome: "needs-you", cards, why: null };
  if (driven) return null;
  if (isWhole(known)) {
    const back = takenBackInWords(takenBackOf(state, session));
    return { outcome: back === null ? "finished" : "stopped", cards: [], why: back };
  }
  // Nothing but people can move it on, e.g. a task that they have put aside.
  if (known.metrics.end === "waiting") return { outcome: "needs-you", cards: [], why: whyStopped(state, known) };
  const why = known.endedAt === null ? "conductor ended without a word" : whyStopped(state, known);
  return { outcome: "stopped", cards: [], why };
}

const isWhole = ({ status, metrics, endedAt }: SessionState): boolean =>
  endedAt !== null && status === "completed" && metrics.unlanded === 0;

/** `resume`: what goes on with it; empty where only other words do, which the status has. */
function say(app: App, waited: Waited, resume: readonly string[]): number {
  app.show<Waited>("run.wait", waited, {
    fields: ["session", "outcome", "exit"],
    known: ["session", "outcome", "cards", "why", "exit"],
    items: (data) => [{ ...data, id: data.session }],
    piped: "screen",
    screen(output, { data }) {
      output.line(`${data.session} ${inWords(data)}`);
      if (output.isTTY) for (const line of nextLines(nextOf(data, resume), output)) output.line(line);
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

function nextOf({ outcome, cards }: Waited, resume: readonly string[]): readonly string[] {
  switch (outcome) {
    case "finished":
      return ["conductor report"];
    case "needs-you":
      return cards.length > 0 ? ["conductor inbox"] : ["conductor status", ...resume];
    case "stopped":
      return ["conductor status", ...resume];
    case "time-up":
      return ["conductor status", "conductor wait"];
  }
}

/** Only what has not come to its own end can be gone on with. */
function resumeOf(state: RunState, id: string): readonly string[] {
  const session = state.sessions.get(id);
  return session === undefined ? [] : goOn(state, session, []);
}
