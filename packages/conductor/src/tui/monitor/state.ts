/** The screen over a run as it stands: what is known of the run, and where its reader is. Pure. */
import { askedBy } from "../../model/same-question.ts";
import type { Card } from "../../report/inbox.ts";
import type { Look, LookTask } from "../../report/look.ts";
import type { Log, MonitorSession, ShownDiff, StopMode } from "../../report/monitor-session.ts";
import type { Tone } from "../line.ts";
import type { TextField } from "../text-field.ts";
import { closedInWords, inPlaceOf } from "./closed-card.ts";
import { type DiffLines, diffLines } from "./diff-lines.ts";

export const SCREENS = ["inbox", "tasks", "log", "diff", "gates", "costs"] as const;
export type ScreenName = (typeof SCREENS)[number];

/** What the state cannot do by itself. */
export type Effect =
  | { readonly kind: "leave" | "interrupt" }
  | { readonly kind: "answer"; readonly card: string; readonly text: string }
  | { readonly kind: "approve"; readonly card: string }
  | { readonly kind: "reject"; readonly card: string; readonly note: string }
  | { readonly kind: "stop"; readonly mode: StopMode }
  | { readonly kind: "hint"; readonly task: string; readonly text: string }
  | { readonly kind: "pause" | "continue"; readonly task: string };

export interface Pressed {
  readonly state: MonitorState;
  readonly effect?: Effect;
}

export interface Option {
  readonly key: string;
  readonly label: string;
  readonly take: (state: MonitorState) => Pressed;
}

/** What the next key means. */
export type Mode =
  | { readonly kind: "look" }
  | { readonly kind: "help" }
  | {
      readonly kind: "write";
      readonly label: string;
      readonly hint: string;
      readonly field: TextField;
      readonly take: (state: MonitorState, text: string) => Pressed;
      /** The card that it is written on; when that is closed meanwhile, `closed` says what becomes of it. */
      readonly about?: string;
      readonly closed?: (state: MonitorState) => MonitorState;
      /** What becomes of it when it is left; default nothing. */
      readonly left?: (state: MonitorState, text: string) => MonitorState;
      /** What is to be kept of it when the screen is left in the middle. */
      readonly keeps?: (text: string) => Kept;
      /** What every letter does already, as in a search; what was there before is for Esc. */
      readonly typed?: (state: MonitorState, text: string) => MonitorState;
    }
  | {
      readonly kind: "choose";
      readonly question: string;
      readonly options: readonly Option[];
      /** The card that it is about; it is not asked any more once that is closed. */
      readonly about?: string;
    };

/** What a person wrote and could not be sent. */
export interface Kept {
  /** Null for a hint. */
  readonly card: string | null;
  readonly task: string;
  readonly text: string;
  /** Why it could not be sent. */
  readonly why: string;
}

export const LOOKING: Mode = { kind: "look" };

export interface MonitorState {
  readonly look: Look;
  readonly zone: string;
  readonly drives: boolean;
  readonly screen: ScreenName;
  /** Ids of the card and of the task where the reader is; null where there is none. */
  readonly card: string | null;
  readonly task: string | null;
  /** Words that the entries of the lists have to have. */
  readonly filter: string;
  /** What was looked for in the log and in the difference. */
  readonly search: string;
  /** Of the task where the reader is; null until it has been read. */
  readonly log: { readonly task: string; readonly log: Log } | null;
  /** The number of the row at the top, counted from the first that ever was; null = the newest are followed. */
  readonly logTop: number | null;
  /** What difference is wanted: a card's or a task's id. */
  readonly about: string | null;
  /** Null until it has been read. */
  readonly diff: {
    readonly about: string;
    readonly shown: ShownDiff;
    readonly lines: DiffLines;
    /** The newest event that was known of then. */
    readonly seq: number;
  } | null;
  /** Lines above the first of the pane, and cells left of it. */
  readonly scroll: number;
  readonly side: number;
  /** The receipt where the reader is, the newest first. */
  readonly receipt: number;
  readonly mode: Mode;
  readonly message: { readonly text: string; readonly tone: Tone } | null;
  /** Cards on which something was said that is on its way, or has come and is not in the look yet. */
  readonly sent: ReadonlySet<string>;
  /** The card where the reader was and that somebody else has closed, until the next key: it may have been meant for that one. */
  readonly gone: string | null;
  /** The newest first. */
  readonly kept: readonly Kept[];
  /** It is left as soon as the run has ended. */
  readonly isLeaving: boolean;
}

/** At the cards when one waits, else at the tasks. */
export function startMonitor({ first, zone, drives }: Pick<MonitorSession, "first" | "zone" | "drives">): MonitorState {
  const blank: MonitorState = {
    look: first,
    zone,
    drives,
    screen: (first.run?.status.cards.length ?? 0) > 0 ? "inbox" : "tasks",
    card: null,
    task: null,
    filter: "",
    search: "",
    log: null,
    logTop: null,
    about: null,
    diff: null,
    scroll: 0,
    side: 0,
    receipt: 0,
    mode: LOOKING,
    message: null,
    sent: new Set(),
    gone: null,
    kept: [],
    isLeaving: false,
  };
  return withLook(blank, first);
}

export const say = (state: MonitorState, text: string, tone: Tone = "plain"): MonitorState => ({
  ...state,
  message: { text, tone },
});

export const cardsOf = ({ look }: Pick<MonitorState, "look">): readonly Card[] => look.run?.status.cards ?? [];

const words = (filter: string): readonly string[] => filter.toLowerCase().split(/\s+/).filter(Boolean);

/** The tasks that have every word of the filter. */
export function shownTasks({ look, filter }: Pick<MonitorState, "look" | "filter">): readonly LookTask[] {
  const wanted = words(filter);
  if (wanted.length === 0) return look.tasks;
  return look.tasks.filter(({ id, title, state, word, agent }) => {
    const text = `${id} ${title} ${state} ${word.text} ${agent ?? ""}`.toLowerCase();
    return wanted.every((one) => text.includes(one));
  });
}

/** The cards that have every word of the filter. */
export function shownCards(state: Pick<MonitorState, "look" | "filter">): readonly Card[] {
  const wanted = words(state.filter);
  const cards = cardsOf(state);
  if (wanted.length === 0) return cards;
  return cards.filter(({ id, kind, tasks, title, text }) => {
    const all = `${id} ${kind} ${tasks.join(" ")} ${title} ${text}`.toLowerCase();
    return wanted.every((one) => all.includes(one));
  });
}

/** The same screen over a newer look. The reader stays where he is; a card or task that is gone gives its place to the next. */
export function withLook(state: MonitorState, look: Look): MonitorState {
  const next = { ...state, look };
  const card = stillAt(state.card, shownCards(state), shownCards(next));
  return withoutClosed({
    ...withGone(next, card),
    card,
    task: stillAt(state.task, shownTasks(state), shownTasks(next)),
    sent: new Set([...state.sent].filter((id) => isOpen(look, id))),
  });
}

/** Says so when the reader is somewhere else now because somebody else has closed the card where he was. */
function withGone(state: MonitorState, to: string | null): MonitorState {
  const { card, screen, mode, look, sent } = state;
  if (screen !== "inbox" || mode.kind === "write" || card === null || card === to) return state;
  if (isOpen(look, card) || sent.has(card)) return state;
  return { ...say(state, goneInWords(state, card, to), "yours"), gone: card };
}

const goneInWords = ({ look }: MonitorState, gone: string, next: string | null): string =>
  `${closedInWords(look.state, gone)}${next === null ? "" : `; ${next} is next`}`;

const isOpen = ({ state }: Look, id: string): boolean => state.decisions.get(id)?.state === "open";

/** Nothing is asked about a card that somebody has closed meanwhile. */
function withoutClosed(state: MonitorState): MonitorState {
  const { mode, look } = state;
  if ((mode.kind !== "choose" && mode.kind !== "write") || mode.about === undefined || isOpen(look, mode.about))
    return state;
  if (mode.kind === "write" && mode.closed !== undefined) return mode.closed(state);
  return say({ ...state, mode: LOOKING }, closedInWords(look.state, mode.about), "yours");
}

/** The id where the reader is now that the list is another one. */
function stillAt(
  id: string | null,
  before: readonly { readonly id: string }[],
  after: readonly { readonly id: string }[],
): string | null {
  if (id !== null && after.some((one) => one.id === id)) return id;
  const was = Math.max(
    0,
    before.findIndex((one) => one.id === id),
  );
  return (after[was] ?? after.at(-1))?.id ?? null;
}

export const cardAt = (state: MonitorState): Card | undefined => shownCards(state).find(({ id }) => id === state.card);

export const taskAt = ({ look, task }: Pick<MonitorState, "look" | "task">): LookTask | undefined =>
  look.tasks.find(({ id }) => id === task);

/**
 * The card that a word is said on: the one in the inbox, beside the difference of a card that one and no other, elsewhere the
 * first that holds the task. None where something was said already.
 */
export function cardHere(state: MonitorState): Card | undefined {
  const card = cardLookedAt(state);
  if (card === undefined || state.sent.has(card.id)) return undefined;
  return state.screen === "inbox" && state.gone !== null ? undefined : card;
}

function cardLookedAt(state: MonitorState): Card | undefined {
  if (state.screen === "inbox") return cardAt(state);
  if (state.screen === "costs") return undefined;
  const all = cardsOf(state);
  const { about } = state;
  // What came in the place of the one that is shown is another one: nobody says yes to it unseen.
  if (state.screen === "diff" && about !== null && state.look.state.decisions.has(about))
    return all.find(({ id }) => id === about);
  return all.find(({ tasks }) => state.task !== null && tasks.includes(state.task));
}

/** Why no word can be said here. */
export function whyNoCard(state: MonitorState): string {
  const { look, task, about, screen } = state;
  if (screen === "costs") return "no card is shown here: 1 shows them";
  if (screen === "inbox" && state.gone !== null) return goneInWords(state, state.gone, state.card);
  const sent = cardLookedAt(state);
  if (sent !== undefined) return `${sent.id}: what you said is on its way`;
  if (screen === "inbox") return cardsOf(state).length === 0 ? "no card is open" : "no card is chosen";
  if (screen === "diff" && about !== null && look.state.decisions.has(about))
    return `${closedInWords(look.state, about)}${inPlaceOf(look.state, about) === null ? "" : ": d shows it"}`;
  const last = [...look.state.decisions.values()].findLast((one) => task !== null && askedBy(one, task));
  return last === undefined ? "no card holds this task" : closedInWords(look.state, last.id);
}

/** The id of the task that is spoken of: that of the card in the inbox, none on the costs, else where the reader is. */
export function taskHere(state: MonitorState): string | null {
  if (state.screen === "inbox") return cardAt(state)?.task ?? null;
  return state.screen === "costs" ? null : state.task;
}

/** Another screen; what it is about comes along from the one before. */
export function toScreen(state: MonitorState, screen: ScreenName): MonitorState {
  const task = taskHere(state) ?? state.task;
  const card = state.screen === "inbox" ? cardAt(state) : undefined;
  const about = screen !== "diff" ? state.about : aboutOf(state, card?.kind === "approval" ? card.id : null, task);
  const fresh = screen !== state.screen;
  return {
    ...state,
    screen,
    task,
    about,
    scroll: fresh ? 0 : state.scroll,
    side: fresh ? 0 : state.side,
    receipt: task === state.task ? state.receipt : 0,
    logTop: task === state.task ? state.logTop : null,
  };
}

/** A task's open approval shows what is asked about; else what was done for it. */
function aboutOf(state: MonitorState, card: string | null, task: string | null): string | null {
  if (card !== null) return card;
  const found = cardsOf(state).find((one) => task !== null && one.tasks.includes(task) && one.kind === "approval");
  return found?.id ?? task;
}

/** Another task, on the same screen. */
export const atTask = (state: MonitorState, task: string): MonitorState => ({
  ...state,
  task,
  about: aboutOf(state, null, task),
  scroll: 0,
  side: 0,
  receipt: 0,
  logTop: null,
});

/** The session that is watched has come to its end, or nobody drives it any more. */
export const isOver = ({ look, drives }: Pick<MonitorState, "look" | "drives">): boolean =>
  look.run === null || look.run.status.session.endedAt !== null || (!drives && !look.run.status.session.driven);

export const withLog = (state: MonitorState, task: string, log: Log): MonitorState => ({
  ...state,
  log: { task, log },
});

export const withDiff = (state: MonitorState, about: string, shown: ShownDiff): MonitorState => ({
  ...state,
  diff: { about, shown, lines: diffLines(shown.kind === "diff" ? shown.lines : []), seq: state.look.state.seq },
});
