/** Follows the journal for a screen: in pieces, so that however much is written at once, keys are read in between. */
import type { Journal } from "../../journal/journal.ts";
import type { JournalEvent } from "../../model/event.ts";
import { emptyState, foldEvents, type RunState } from "../../model/state.ts";
import type { Tone } from "../../report/live.ts";
import type { LogRow } from "../../report/transcript-words.ts";
import { lineOf } from "../orchestrate/event-lines.ts";

/** Events that are read at once: what a key may have to wait for. */
const PIECE = 300;
/** Rows that are kept of what happened to one task. */
const KEPT = 500;

export interface JournalFollower {
  readonly state: () => RunState;
  /** What has happened to a task, oldest first, the newest 500. */
  readonly rowsOf: (task: string) => readonly LogRow[];
  /** Reads all that is there by now; answers whether there was anything. Stops between two pieces when it is told to. */
  readonly catchUp: (signal: AbortSignal) => Promise<boolean>;
}

export function followJournal(journal: Journal): JournalFollower {
  let state = emptyState();
  const rows = new Map<string, LogRow[]>();
  const hear = (event: JournalEvent): void => {
    const task = taskOf(event, state);
    const text = task === null ? null : lineOf(event, state);
    if (task === null || text === null) return;
    const kept = rows.get(task) ?? [];
    kept.push({ at: event.at, who: "run", text, tone: toneOf(event) });
    if (kept.length > KEPT) kept.shift();
    rows.set(task, kept);
  };
  return {
    state: () => state,
    rowsOf: (task) => rows.get(task) ?? [],
    async catchUp(signal) {
      let anything = false;
      while (!signal.aborted && (await journal.changedSince(state.seq))) {
        const events = await journal.read({ since: state.seq, limit: PIECE });
        if (events.length === 0) break;
        state = foldEvents(events, state);
        for (const event of events) hear(event);
        anything = true;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return anything;
    },
  };
}

/** The task that an event is about; null where it is about none. */
function taskOf(event: JournalEvent, state: RunState): string | null {
  switch (event.type) {
    case "attempt.started":
      return event.attempt.task;
    case "decision.asked":
      return event.decision.task;
    case "decision.closed":
      return state.decisions.get(event.decision)?.task ?? null;
    default: {
      if ("task" in event && typeof event.task === "string") return event.task;
      const attempt = "attempt" in event ? event.attempt : null;
      return typeof attempt === "string" ? (state.attempts.get(attempt)?.task ?? null) : null;
    }
  }
}

/** The colour repeats what the words say. */
function toneOf(event: JournalEvent): Tone {
  switch (event.type) {
    case "landing.landed":
      return "good";
    case "gate.judged":
      return event.receipt.result === "pass" ? "good" : "bad";
    case "decision.asked":
      return "yours";
    case "attempt.stage":
      return event.stage === "rework" ? "bad" : "quiet";
    case "attempt.ended":
      return event.stage === "landed" ? "good" : "bad";
    case "loop.noticed":
    case "conflict.met":
      return "bad";
    default:
      return "quiet";
  }
}
