/** What stands in an agent's transcript, in words: what it says, what it does, and what came of that. Pure. */
import type { Tone } from "./live.ts";

/** One line of a log. `who`: "agent", "tool", "you", or "run": conductor. */
export interface LogRow {
  /** RFC 3339; empty where nobody wrote it down. */
  readonly at: string;
  readonly who: string;
  readonly text: string;
  readonly tone: Tone;
}

/** So many lines of one text are shown, each of at most so many characters; what is left out is counted. */
const MOST_LINES = 12;
const MOST_CHARACTERS = 1_000;

type Said = Omit<LogRow, "at">;
type Fields = Readonly<Record<string, unknown>>;

/**
 * The rows of one line of a transcript, whichever agent it is of; none for bookkeeping and for what cannot be read. What is long
 * is cut, and says so.
 */
export function rowsOfTranscript(line: string): readonly LogRow[] {
  const entry = fieldsOf(parsed(line));
  if (entry === null) return [];
  const at = textOf(entry.at);
  return saidBy(textOf(entry.from), entry.line).flatMap(({ who, text, tone }) =>
    linesOf(text).map((one) => ({ at, who, text: one, tone })),
  );
}

/** A text as so many lines as are shown of it. */
function linesOf(text: string): readonly string[] {
  const lines = text.trimEnd().split("\n");
  const shown = lines.slice(0, MOST_LINES).map((one) => cutAt(one, MOST_CHARACTERS));
  return lines.length > MOST_LINES ? [...shown, `... and ${lines.length - MOST_LINES} more lines`] : shown;
}

const cutAt = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}... (${text.length} characters)` : text;

function saidBy(from: string, line: unknown): readonly Said[] {
  switch (from) {
    case "model":
      return blocksOf(fieldsOf(line)?.content).flatMap(blockSaid);
    case "tool":
      return resultSaid(fieldsOf(line) ?? {});
    case "agent":
      return sideSaid(fieldsOf(parsed(textOf(line))) ?? {});
    case "stdout":
      return printed(textOf(line));
    case "stderr":
      return said("agent", textOf(line), "quiet");
    case "person":
      return said("you", textOf(fieldsOf(line)?.answer), "yours");
    case "conductor":
      return conductorSaid(line);
    default:
      return [];
  }
}

const said = (who: string, text: string, tone: Tone): readonly Said[] =>
  text.trim() === "" ? [] : [{ who, text, tone }];

/** One part of what a model answered. */
function blockSaid(block: Fields): readonly Said[] {
  if (block.type === "text") return said("agent", textOf(block.text), "plain");
  if (block.type === "tool_use") return [used(textOf(block.name), block.input)];
  return block.type === "tool_result"
    ? resultSaid({ ok: block.is_error !== true, output: contentOf(block.content) })
    : [];
}

const used = (name: string, input: unknown): Said => ({ who: "tool", text: `${name} ${inputOf(input)}`, tone: "busy" });

function resultSaid({ ok, output }: Fields): readonly Said[] {
  const text = textOf(output);
  return ok === false ? said("tool", `failed: ${text}`, "bad") : said("tool", text, "quiet");
}

/** What an agent says over its socket. */
function sideSaid(message: Fields): readonly Said[] {
  switch (message.op) {
    case "tool":
      return [
        used(textOf(message.name), message.input),
        ...resultSaid({ ok: message.ok, output: textOf(message.output) }),
      ];
    case "task_note":
      return said("agent", `notes: ${textOf(message.text)}`, "plain");
    case "ask_human":
      return said("agent", `asks: ${textOf(message.question)}`, "yours");
    case "report_blocker":
      return said("agent", `cannot go on: ${textOf(message.reason)}`, "bad");
    case "claim_done":
      return said("agent", `says it is done. ${textOf(message.evidence)}`, "good");
    default:
      return [];
  }
}

/** A line that its program printed: Claude Code's own documents, or plain text. */
function printed(text: string): readonly Said[] {
  const document = text.startsWith("{") ? fieldsOf(parsed(text)) : null;
  if (document === null || typeof document.type !== "string") return said("agent", text, "plain");
  const { type } = document;
  if (type === "assistant" || type === "user") return blocksOf(fieldsOf(document.message)?.content).flatMap(blockSaid);
  if (type === "result") return said("agent", textOf(document.result), document.is_error === true ? "bad" : "plain");
  return [];
}

function conductorSaid(line: unknown): readonly Said[] {
  if (typeof line === "string") return said("run", line, "quiet");
  const entry = fieldsOf(line) ?? {};
  if (typeof entry.nudge === "string") return said("run", entry.nudge, "yours");
  if (typeof entry.refused === "string")
    return said("run", `it tried to reach ${entry.refused}, which ${textOf(entry.reason)}`, "bad");
  if (entry.retry !== undefined) return said("run", "the provider is asked again", "quiet");
  if (entry.brief !== undefined) return said("run", "the task is given to it", "quiet");
  if (entry.end === undefined) return [];
  const why = [entry.reason, entry.error, entry.end].find((one) => typeof one === "string");
  return said("run", `the conversation has ended${why === undefined ? "" : `: ${why as string}`}`, "quiet");
}

/** What a tool is given: the one word that says it, where there is one. */
function inputOf(input: unknown): string {
  const fields = fieldsOf(input);
  if (fields === null) return textOf(input);
  const told = ["command", "file_path", "path", "pattern", "query", "url", "description"].flatMap((name) =>
    typeof fields[name] === "string" ? [fields[name]] : [],
  );
  return cutAt(told[0] ?? JSON.stringify(input), 300);
}

function contentOf(content: unknown): string {
  if (typeof content === "string") return content;
  return blocksOf(content)
    .map(({ text }) => textOf(text))
    .join("\n");
}

const blocksOf = (content: unknown): readonly Fields[] =>
  typeof content === "string"
    ? [{ type: "text", text: content }]
    : Array.isArray(content)
      ? content.map(fieldsOf).filter((one) => one !== null)
      : [];

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
