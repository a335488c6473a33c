/** What a run looks like at this moment, for a view that is drawn in place. Pure. */
import { counted } from "../model/counted.ts";
import type { Decision } from "../model/decision.ts";
import type { JournalEvent } from "../model/event.ts";
import type { Receipt } from "../model/gate.ts";
import type { LoopRung } from "../model/loop.ts";
import { type AttemptState, type RunState, receiptsOf } from "../model/state.ts";
import type { TaskFacts } from "./facts.ts";
import { cut, pad } from "./layout.ts";
import { type TaskState, taskStates } from "./task-state.ts";

/** The colour repeats what the words say. */
export type Tone = "plain" | "good" | "busy" | "yours" | "bad" | "quiet";

export interface LiveRow {
  readonly text: string;
  readonly tone: Tone;
}

/** One line per task, what is known on the right. `width` in cells. */
export function liveRows(state: RunState, tasks: readonly TaskFacts[], width: number): readonly LiveRow[] {
  const states = taskStates(state, { tasks, driven: true }).toSorted((a, b) =>
    a.id.localeCompare(b.id, "en", { numeric: true }),
  );
  const ids = Math.max(8, ...states.map(({ id }) => id.length));
  const word = 36;
  return states.map((task) => {
    const { text, tone } = wordsOfTask(state, task);
    return {
      text: `${pad(task.id, ids)}  ${pad(task.title, Math.max(12, width - ids - word - 4))}  ${cut(text, word)}`,
      tone,
    };
  });
}

/** Where a task stands, in a few words. */
export function wordsOfTask(state: RunState, task: TaskState): LiveRow {
  const last = task.attempts.at(-1) ?? null;
  const cards = task.open.map(({ id }) => id).join(" ");
  if (task.landing)
    return {
      text: `landed ${task.landing.commit.slice(0, 7)}  ${counted(task.landing.receipts.length, "gate")}`,
      tone: "good",
    };
  if (task.state === "done") return { text: "done", tone: "good" };
  // A person's pause outlives every answer.
  if (task.aside !== null && (task.state === "paused" || cards !== ""))
    return {
      text: cards === "" ? "put aside" : `aside; ${cards} ${task.open.length === 1 ? "is" : "are"} open`,
      tone: "yours",
    };
  if (cards !== "") return { text: `waits for you: ${cards}`, tone: "yours" };
  if (task.claim !== null) return { text: `claimed by ${task.claim.by}`, tone: "quiet" };
  if (last === null) return waitingFor(state, task);
  // Its run is gone, and could not write an end.
  if (task.state === "interrupted" && last.endedAt === null)
    return { text: "cut off; resume goes on with it", tone: "quiet" };
  switch (last.stage) {
    case "claimed":
    case "preparing":
      return { text: "making a clone", tone: "busy" };
    case "running":
      return {
        text: last.loops > 0 ? "working again after a loop" : last.reds > 0 ? "working, second try" : "working",
        tone: "busy",
      };
    case "rework":
      return { text: last.reason ?? "sent back", tone: "bad" };
    case "gating":
    case "queued":
    case "landing":
      return {
        text: `${last.stage === "gating" ? "gates" : last.stage}  ${gateWords(receiptsOf(state, last.id), last)}`.trimEnd(),
        tone: "busy",
      };
    case "waiting-answer":
    case "waiting-approval":
      // No card is open any more: people have spoken, and it waits for a free place among the agents.
      return { text: "answered, goes on in its turn", tone: "busy" };
    case "interrupted":
      return { text: task.reason ?? "goes on with the next run", tone: "quiet" };
    default:
      return {
        text:
          last.stage === "no-change"
            ? "nothing was changed"
            : `${last.stage}${last.reason === null ? "" : `: ${last.reason}`}`,
        tone: last.stage.startsWith("paused") ? "yours" : "bad",
      };
  }
}

function waitingFor(state: RunState, task: TaskState): LiveRow {
  const landed = new Set(state.landings.map((landing) => landing.task));
  const open = task.dependsOn.filter((id) => !landed.has(id));
  return open.length === 0 ? { text: "ready", tone: "plain" } : { text: `waits for ${open.join(" ")}`, tone: "quiet" };
}

/** The newest result of each gate of the round that runs. */
function gateWords(receipts: readonly Receipt[], attempt: AttemptState): string {
  const newest = new Map(
    receipts
      .filter(({ at }) => at >= attempt.stageSince || attempt.stage !== "gating")
      .map((one) => [one.gate, one.result]),
  );
  return [...newest].map(([gate, result]) => `${gate} ${result === "pass" ? "ok" : result}`).join("  ");
}

/** What just happened, for the lower half: the failures, the questions, the words of the agents. Null for everything else. */
export function liveNews(event: JournalEvent, state: RunState): string | null {
  const taskOf = (attempt: string): string => state.attempts.get(attempt)?.task ?? attempt;
  switch (event.type) {
    case "interaction":
      return event.kind === "completion" ? `${taskOf(event.attempt)} says: ${oneLine(event.content)}` : null;
    case "attempt.stage":
      return event.stage === "rework" ? `${taskOf(event.attempt)} sent back: ${oneLine(event.reason ?? "")}` : null;
    case "loop.noticed":
      return `${taskOf(event.attempt)} goes in circles: ${oneLine(event.evidence)} ${RUNG_WORDS[event.rung]}`;
    case "hint.given":
      return `${event.task} is told (by ${event.by}): ${oneLine(event.text)}`;
    case "task.unblocked":
      return `${event.task} may be taken again (by ${event.by})${event.note === null ? "" : `: ${oneLine(event.note)}`}`;
    case "decision.asked":
      return `${event.decision.task} ${event.decision.kind === "question" ? "asks" : "needs approval"} (${event.decision.id}): ${oneLine(event.decision.text)}`;
    case "decision.closed":
      return closedWords(event.decision, state.decisions.get(event.decision), event.by);
    case "attempt.ended":
      return event.stage === "landed"
        ? null
        : `${taskOf(event.attempt)} ${event.stage}: ${oneLine(event.reason ?? "")}`;
    default:
      return null;
  }
}

const RUNG_WORDS: Readonly<Record<LoopRung, string>> = {
  nudge: "Told so.",
  fresh: "Fresh context.",
  "other-agent": "Another agent takes it.",
  split: "To be split.",
  blocked: "Stopped: it waits for you.",
};

const closedWords = (id: string, decision: Decision | undefined, by: string): string =>
  `${id} ${decision?.state ?? "closed"}${decision?.answer ? `: ${oneLine(decision.answer)}` : ""} (by ${by})`;

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** The line below: how far it is, and what it can be believed by. */
export function liveFoot(state: RunState, tasks: readonly TaskFacts[], session: string): string {
  const total = tasks.filter((task) => task.children.length === 0).length;
  const landed = state.landings.filter((one) => one.session === session).length;
  const judged = state.judgements.filter((one) => one.session === session && one.attempt !== null);
  const red = judged.filter(({ receipt }) => state.receipts.get(receipt)?.result === "fail").length;
  return `${landed} of ${total} landed   gate results ${judged.length} (${red} red)   your checkout: untouched`;
}
