import type { Note } from "@taskwerk/contract/client";
import { BRIEF_SECTIONS, type Brief, type BriefSection } from "@taskwerk/contract/context";
import type { Task } from "@taskwerk/contract/task";

/** A task that another one builds on, with the last thing that was noted on it. */
export interface Outcome {
  readonly task: Task;
  readonly note: Note | null;
}

/** What a brief is made of. */
export interface BriefParts {
  readonly task: Task;
  readonly notes: readonly Note[];
  /** What it is a part of, the top first. */
  readonly goal: readonly Task[];
  readonly outcomes: readonly Outcome[];
  /** What waits for it. */
  readonly waiting: readonly Task[];
}

const BYTES_A_TOKEN = 3.5;
const bytesOf = (text: string): number => Buffer.byteLength(text, "utf8");

/** How many tokens a text counts for. */
export const tokensOf = (text: string): number => Math.ceil(bytesOf(text) / BYTES_A_TOKEN);

const HEADINGS: Readonly<Record<BriefSection, string>> = {
  task: "",
  description: "## What is to be done",
  acceptance: "## Done when",
  goal: "## Part of",
  builds_on: "## Builds on",
  files: "## Files",
  notes: "## Notes, decisions first",
  waits_for_it: "## Waits for it",
};
/** Who gets room first. */
const URGENT: readonly BriefSection[] = [
  "task",
  "acceptance",
  "description",
  "goal",
  "builds_on",
  "files",
  "notes",
  "waits_for_it",
];
/** Shares of the budget that one text of a kind may take; the rest of it is cut. */
const SHARE: Readonly<Record<BriefSection, number>> = {
  task: 0.4,
  description: 0.4,
  acceptance: 0.2,
  goal: 0.1,
  builds_on: 0.15,
  files: 0.1,
  notes: 0.1,
  waits_for_it: 0.1,
};
/** Kept for the line that says what was left out. */
const RESERVED = 200;

/**
 * A brief within `budget` tokens. Room goes to what the work needs most: the task, its criteria, its description, what it is
 * part of, what came of the tasks it builds on, files, notes (decisions and answers before others). A long text is cut at the
 * end of a line, and says so.
 */
export function briefOf(parts: BriefParts, budget: number): Brief {
  const room = Math.floor(budget * BYTES_A_TOKEN);
  const items = itemsOf(parts);
  const state = { left: room - RESERVED, shortened: 0 };
  const shown = new Map<BriefSection, string[]>();
  for (const name of URGENT) {
    const taken: string[] = [];
    shown.set(name, taken);
    for (const item of items[name]) {
      const heading = taken.length === 0 ? bytesOf(HEADINGS[name]) + 3 : 0;
      const text = shorten(item, Math.min(Math.floor(room * SHARE[name]), state.left - heading - 1));
      if (text === null) continue;
      if (text !== item) state.shortened += 1;
      taken.push(text);
      state.left -= heading + bytesOf(text) + 1;
    }
  }
  const sections = BRIEF_SECTIONS.map((name) => {
    const own = shown.get(name)!;
    return { name, items: own, left_out: items[name].length - own.length };
  });
  const text = textOf(sections, state.shortened, budget);
  return { id: parts.task.id, budget, tokens: tokensOf(text), sections, shortened: state.shortened, text };
}

function textOf(sections: Brief["sections"], shortened: number, budget: number): string {
  const blocks = sections
    .filter(({ items }) => items.length > 0)
    .map(({ name, items }) => [...(name === "task" ? [] : [HEADINGS[name], ""]), ...items].join("\n"));
  const gone = sections.flatMap(({ name, left_out }) => (left_out > 0 ? [`${left_out} of ${name}`] : []));
  const said = [...gone, ...(shortened > 0 ? [`parts of ${shortened} texts`] : [])];
  const line = said.length === 0 ? [] : [`Left out to keep to ${budget} tokens: ${said.join(", ")}.`];
  return `${[...blocks, ...line].join("\n\n")}\n`;
}

function itemsOf({
  task,
  notes,
  goal,
  outcomes,
  waiting,
}: BriefParts): Readonly<Record<BriefSection, readonly string[]>> {
  return {
    task: [`# ${task.id} ${line(task.title)}`, factsOf(task)],
    description: task.description ? [quoted(task.description)] : [],
    acceptance: task.acceptance.map(
      ({ n, text, checked, evidence }) =>
        `- [${checked ? "x" : " "}] ${n}. ${line(text)}${evidence ? ` (${line(evidence)})` : ""}`,
    ),
    goal: goal.map((one) => {
      const first = (one.description ?? "").split(/\n\s*\n/)[0]!.trim();
      return `- ${one.id} ${line(one.title)}${first === "" ? "" : `\n${quoted(first, "  > ")}`}`;
    }),
    builds_on: outcomes.map(outcomeOf),
    files: task.files.map((file) => `- ${line(file)}`),
    notes: [...notes]
      .reverse()
      .sort((a, b) => weightOf(a) - weightOf(b))
      .map(({ at, by, type, text }) => `- ${at.slice(0, 16)}Z ${line(by)}, ${type}:\n${quoted(text, "  > ")}`),
    waits_for_it: waiting.map((one) => `- ${one.id} ${line(one.title)} (${one.status})`),
  };
}

/** What was decided or answered binds who goes on. */
const weightOf = ({ type }: Note): number => (type === "decision" || type === "answer" ? 0 : 1);

function factsOf(task: Task): string {
  const { status, priority, due_at, estimate_minutes, actual_minutes, tags, capabilities, links } = task;
  return [
    `${status}, ${priority}`,
    ...(due_at === null ? [] : [`due ${due_at.slice(0, 10)}`]),
    ...(estimate_minutes === null ? [] : [`${estimate_minutes} minutes estimated`]),
    // Of one that is in progress it grows with every look.
    ...(status === "in-progress" || actual_minutes === 0 ? [] : [`${actual_minutes} minutes spent`]),
    ...(tags.length === 0 ? [] : [`tags ${tags.map(line).join(", ")}`]),
    ...(capabilities.length === 0 ? [] : [`needs ${capabilities.map(line).join(", ")}`]),
    ...links.map(({ type, target }) => `${type} ${line(target)}`),
  ].join("; ");
}

function outcomeOf({ task, note }: Outcome): string {
  const evidence = Object.entries(task.evidence ?? {}).map(
    ([name, value]) => `${line(name)} ${line(typeof value === "string" ? value : JSON.stringify(value))}`,
  );
  const links = task.links.map(({ type, target }) => `${type} ${line(target)}`);
  const said = [...(task.status_reason ? [line(task.status_reason)] : []), ...new Set([...evidence, ...links])].join(
    "; ",
  );
  const head = `- ${task.id} ${line(task.title)} (${task.status})${said === "" ? "" : `: ${said}`}`;
  return note ? `${head}\n${quoted(note.text, "  > ")}` : head;
}

const line = (text: string): string => text.replace(/\s+/g, " ").trim();
/** A text of somebody's as a quotation: none of its lines is one of the brief's own. */
const quoted = (text: string, mark = "> "): string =>
  text
    .trim()
    .split(/\r?\n/)
    .map((one) => `${mark}${one.replaceAll("\t", "  ")}`.trimEnd())
    .join("\n");

/** A text in at most so many bytes, whole lines of it if it can be; null where nothing of it fits. */
function shorten(text: string, bytes: number): string | null {
  if (bytesOf(text) <= bytes) return text;
  const room = bytes - 16;
  const cut = atByte(text, room);
  if (cut.length < 24) return null;
  const end = cut.lastIndexOf("\n");
  return `${(end > cut.length / 2 ? cut.slice(0, end) : cut).trimEnd()} [... cut]`;
}

/** The beginning of a text, no character in two. */
function atByte(text: string, bytes: number): string {
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += bytesOf(char);
    if (used > bytes) break;
    end += char.length;
  }
  return text.slice(0, end);
}
