/** What is asked before something is done: a word on a card, how a run stops. Pure. */
import { cardHere, isOver, type MonitorState, type Option, type Pressed, say, taskHere, whyNoCard } from "./state.ts";
import { about, sending, writeAnswer, writeHint, writeReject } from "./written.ts";

/** The keys with which an option is taken. */
const DIGITS = "123456789";

/** An answer by its number, or in words. */
export function askAnswer(state: MonitorState): MonitorState {
  const card = cardHere(state);
  if (card === undefined) return noCard(state);
  if (card.kind === "approval") return say(state, `${card.id} takes a yes or a no: y, r`, "yours");
  const inWords = (now: MonitorState): MonitorState => ({ ...now, mode: writeAnswer(card) });
  if (card.options.length === 0) return inWords(state);
  const options = card.options.slice(0, DIGITS.length).map(
    (text, n): Option => ({
      key: DIGITS[n]!,
      label: `${text}${text === card.recommended ? " (recommended)" : ""}`,
      take: (now) => ({ state: sending(now, card.id), effect: { kind: "answer", card: card.id, text } }),
    }),
  );
  const other: Option = { key: "w", label: "in words", take: (now) => ({ state: inWords(now) }) };
  const question = `${card.id}  ${card.text}`;
  return { ...state, mode: { kind: "choose", question, options: [...options, other], about: card.id } };
}

/** Yes to exactly this card: it is named, and Enter says it, which no y that was typed too often does. */
export function askApprove(state: MonitorState): MonitorState {
  const card = cardHere(state);
  if (card === undefined) return noCard(state);
  if (card.kind === "question") return say(state, `${card.id} is a question: a answers it`, "yours");
  const yes: Option = {
    key: "Enter",
    label: "approve it",
    take: (now) => ({ state: sending(now, card.id), effect: { kind: "approve", card: card.id } }),
  };
  const question = `${card.id}  ${about(card)}`;
  return { ...state, mode: { kind: "choose", question, options: [yes], about: card.id } };
}

export function askReject(state: MonitorState): MonitorState {
  const card = cardHere(state);
  if (card === undefined) return noCard(state);
  if (card.kind === "question") return say(state, `${card.id} is a question: a answers it`, "yours");
  return { ...state, mode: writeReject(card) };
}

const noCard = (state: MonitorState): MonitorState => say(state, whyNoCard(state), "yours");

/** A word to whoever works on the task, or will. */
export function askHint(state: MonitorState): MonitorState {
  const task = taskHere(state);
  if (task === null) return say(state, "no task is chosen");
  return { ...state, mode: writeHint(task) };
}

/** Puts the task aside, or lets it go on when it is. */
export function pauseOrContinue(state: MonitorState): Pressed {
  const task = taskHere(state);
  if (task === null) return { state: say(state, "no task is chosen") };
  const isAside = state.look.state.paused.has(task);
  return {
    state: say(
      state,
      isAside ? `${task} goes on ...` : `${task} is put aside when its agent has ended its turn ...`,
      "yours",
    ),
    effect: { kind: isAside ? "continue" : "pause", task },
  };
}

/** How the run is to stop. */
export function askStop(state: MonitorState): MonitorState {
  const id = state.look.run?.status.session.id;
  if (id === undefined || isOver(state)) return say(state, "nothing runs that could be stopped");
  const stop = (key: string, label: string, mode: "turn" | "after-task" | "now"): Option => ({
    key,
    label,
    take: (now) => ({ state: say(now, `${id} is told to stop ...`, "yours"), effect: { kind: "stop", mode } }),
  });
  const options = [
    stop("t", "end the turn and put everything down", "turn"),
    stop("w", "let what runs come to its end", "after-task"),
    stop("k", "kill what runs", "now"),
  ];
  return { ...state, mode: { kind: "choose", question: `Stop ${id}? Nothing is lost: resume goes on.`, options } };
}

/** Leaves; where this process drives the run, it has to be put down first. */
export function askLeave(state: MonitorState): Pressed {
  const id = state.look.run?.status.session.id;
  if (!state.drives || isOver(state)) return { state, effect: { kind: "leave" } };
  const stop: Option = {
    key: "s",
    label: "stop after this turn, then leave",
    take: (now) => ({
      state: say({ ...now, isLeaving: true }, "it stops after this turn, and the screen is left then", "yours"),
      effect: { kind: "stop", mode: "turn" },
    }),
  };
  const question = `${id} is driven from this terminal: it cannot go on without it (conductor start can).`;
  return { state: { ...state, mode: { kind: "choose", question, options: [stop] } } };
}
