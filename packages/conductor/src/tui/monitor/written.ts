/** What a person writes on a card or a task; what cannot be sent is kept until it is used or thrown away. Pure. */
import type { Card } from "../../report/inbox.ts";
import { cardLine } from "../../report/inbox-text.ts";
import { fieldWith } from "../text-field.ts";
import { closedInWords, inPlaceOf } from "./closed-card.ts";
import { cardsOf, type Effect, type Kept, LOOKING, type Mode, type MonitorState, type Option, say } from "./state.ts";

type Writing = Extract<Mode, { kind: "write" }>;

/** A text to be typed; nothing is done with an empty one. */
export const write = (
  label: string,
  hint: string,
  take: Writing["take"],
  more: Partial<Writing> & { readonly text?: string } = {},
): Writing => {
  const { text: begun = "", ...rest } = more;
  return {
    kind: "write",
    label,
    hint: `${hint}  Enter sends it, Esc leaves it`,
    field: fieldWith(begun),
    take: (now, text) =>
      text.trim() === ""
        ? { state: say({ ...now, mode: LOOKING }, "nothing was said") }
        : take({ ...now, mode: LOOKING }, text.trim()),
    ...rest,
  };
};

export const about = (card: Card): string => `${card.task}: ${cardLine(card)}`;

/** A word on a card is on its way: it is not offered again before it has come back. */
export const sending = (state: MonitorState, card: string): MonitorState => ({
  ...state,
  sent: new Set([...state.sent, card]),
});

export const writeAnswer = (card: Card, text = ""): Writing =>
  write(
    `${card.id}  ${card.text}`,
    "Your answer.",
    (now, said) => ({ state: sending(now, card.id), effect: { kind: "answer", card: card.id, text: said } }),
    { about: card.id, closed: (now) => keepsWriting(now, card), text },
  );

export const writeReject = (card: Card, text = ""): Writing =>
  write(
    `Reject ${card.id}  ${about(card)}`,
    "Why? The agent goes on with it.",
    (now, note) => ({ state: sending(now, card.id), effect: { kind: "reject", card: card.id, note } }),
    { about: card.id, closed: (now) => keepsWriting(now, card), text },
  );

export const writeHint = (task: string, text = ""): Writing =>
  write(
    `Hint for ${task}`,
    "What you know; its agent is told.",
    (now, said) => ({ state: now, effect: { kind: "hint", task, text: said } }),
    { text },
  );

/** Somebody else was faster: whoever types goes on typing, and nothing of it is lost. */
function keepsWriting(state: MonitorState, card: Card): MonitorState {
  const { mode } = state;
  if (mode.kind !== "write") return state;
  const why = closedInWords(state.look.state, card.id);
  const kept = (text: string): Kept => ({ card: card.id, task: card.task, text: text.trim(), why });
  const { about: _about, closed: _closed, ...rest } = mode;
  return {
    ...state,
    mode: {
      ...rest,
      label: `${why}. What you write is kept, and not sent to it.`,
      hint: "Enter: choose what becomes of it.  Esc leaves it, and u brings it back",
      take: (now, text) => ({
        state: text.trim() === "" ? say({ ...now, mode: LOOKING }, `${why}.`, "yours") : askKept(keep(now, kept(text))),
      }),
      left: (now, text) => (text.trim() === "" ? now : keep(now, kept(text))),
      keeps: kept,
    },
  };
}

const keep = (state: MonitorState, note: Kept): MonitorState => ({ ...state, kept: [note, ...state.kept] });

const without = (state: MonitorState, note: Kept): MonitorState => ({
  ...state,
  kept: state.kept.filter((one) => one !== note),
});

/** What becomes of the note that was kept last: the card that came in the place of its own, a hint, or nothing. */
export function askKept(state: MonitorState): MonitorState {
  const [note] = state.kept;
  if (note === undefined) return say({ ...state, mode: LOOKING }, "no note of yours is kept");
  const next = note.card === null ? null : inPlaceOf(state.look.state, note.card);
  const card = cardsOf(state).find(({ id }) => id === next);
  // It is out of the list once it is sent, and in it again when that is refused.
  const writing = (mode: Writing): Option["take"] => {
    const take: Writing["take"] = (now, text) => mode.take(text.trim() === "" ? now : without(now, note), text);
    return (now) => ({ state: { ...now, mode: { ...mode, take } } });
  };
  const options: readonly Option[] = [
    ...(card === undefined
      ? []
      : card.kind === "approval"
        ? [{ key: "r", label: `reject ${card.id} with it`, take: writing(writeReject(card, note.text)) }]
        : [{ key: "a", label: `answer ${card.id} with it`, take: writing(writeAnswer(card, note.text)) }]),
    { key: "h", label: `a hint for ${note.task}`, take: writing(writeHint(note.task, note.text)) },
    { key: "x", label: "throw it away", take: (now) => ({ state: say(without(now, note), "it is thrown away") }) },
  ];
  const why = /[.!?]$/.test(note.why) ? note.why : `${note.why}.`;
  const question = `${why} Your ${wordFor(note)} is kept: ${note.text}`;
  return { ...state, mode: { kind: "choose", question, options } };
}

const wordFor = ({ card }: Kept): string => (card === null ? "hint" : "note");

/** What of an effect a person has written; null where nothing was. */
function writtenIn(effect: Effect, state: MonitorState): Omit<Kept, "why"> | null {
  if (effect.kind === "hint") return { card: null, task: effect.task, text: effect.text };
  if (effect.kind !== "answer" && effect.kind !== "reject") return null;
  const decision = state.look.state.decisions.get(effect.card);
  const text = effect.kind === "reject" ? effect.note : effect.text;
  // An option is not written: it can be pressed again.
  if (decision === undefined || (effect.kind === "answer" && decision.options.includes(text))) return null;
  return { card: effect.card, task: decision.task, text };
}

/** What was to be done has been refused: it is said, and nothing that was written for it is lost. */
export function refused(state: MonitorState, effect: Effect, why: string): MonitorState {
  const sent = new Set([...state.sent].filter((id) => !("card" in effect) || id !== effect.card));
  const note = writtenIn(effect, state);
  const next = say({ ...state, sent }, why, "bad");
  if (note === null) return next;
  const kept = keep(next, { ...note, why });
  // Who types or chooses something else meanwhile is not torn out of it.
  return kept.mode.kind === "look" ? askKept(kept) : kept;
}

/** What was written and has reached nobody, for when the screen is left. */
export function unsent({ kept, mode }: Pick<MonitorState, "kept" | "mode">): readonly string[] {
  const typed =
    mode.kind === "write" && mode.keeps !== undefined && mode.field.text.trim() !== ""
      ? [mode.keeps(mode.field.text)]
      : [];
  return [...typed, ...kept].map(
    (note) =>
      `Not sent, your ${wordFor(note)}${note.card === null ? "" : ` on ${note.card}`} (${note.task}): ${note.text}`,
  );
}

/** One line of the newest that is kept; null where nothing is. */
export function keptInWords({ kept }: Pick<MonitorState, "kept">): string | null {
  const [note] = kept;
  if (note === undefined) return null;
  const more = kept.length === 1 ? "" : ` (and ${kept.length - 1} more)`;
  return `u  your ${wordFor(note)}${note.card === null ? ` for ${note.task}` : ` on ${note.card}`}, not sent${more}: ${note.text}`;
}
