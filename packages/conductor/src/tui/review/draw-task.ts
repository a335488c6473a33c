/** One task with all that is known of it, and the lines of the document that it comes from. Pure. */
import type { PlanTask } from "../../model/plan.ts";
import { markOf } from "../../plan/finding.ts";
import { spanOfAddress } from "../../plan/read/document.ts";
import { workLength } from "../../plan/summary.ts";
import { column, EMPTY, type Line, line, piece, wrapped } from "../line.ts";
import { numberOf, type ReviewState, rowOf, taskAt } from "./state.ts";

/** As many lines as it takes. */
export function drawTask(state: ReviewState, width: number): readonly Line[] {
  const task = taskAt(state);
  const row = rowOf(state, state.at);
  if (task === undefined || row === undefined) return [line("There is no task. a adds one.", "quiet")];
  const { plan } = state.editing;
  const said = (label: string, text: string): readonly Line[] =>
    text === "" ? [] : wrapped([piece(label.padEnd(9), "quiet")], text, width);
  const named = (keys: readonly string[]): string =>
    keys
      .map((key) => `${numberOf(state, key)} ${plan.tasks.find((one) => one.key === key)?.title ?? "(not there)"}`)
      .join("\n");
  const waiting = plan.tasks.filter(({ depends_on }) => depends_on.includes(task.key)).map(({ key }) => key);
  return [
    ...wrapped([piece(`${row.number}  `, "bold")], task.title, width, "bold"),
    line(task.key, "quiet"),
    ...wrapped([], factsOf(task, row.isGroup), width),
    ...said("After", named(task.depends_on)),
    ...said("Before", named(waiting)),
    ...said("Needs", task.capabilities.join(", ")),
    ...said("Files", task.files.join(", ")),
    ...found(state, task, width),
    ...asked(state, task, width),
    ...acceptanceOf(task, width),
    ...servedBy(state, task, width),
    ...(task.description === "" ? [] : [EMPTY, ...wrapped([], task.description, width)]),
  ];
}

function factsOf(task: PlanTask, isGroup: boolean): string {
  const { priority, complexity, estimate_minutes, confidence, type, done } = task;
  const facts = [
    `${priority} priority`,
    ...(type === null ? [] : [type]),
    ...(isGroup
      ? ["group"]
      : [
          `complexity ${complexity ?? "unknown"}`,
          estimate_minutes === null ? "length unknown" : workLength(estimate_minutes),
        ]),
    `sure: ${confidence}`,
    ...(done ? ["done"] : []),
  ];
  return facts.join(", ");
}

function found({ summary }: ReviewState, { key }: PlanTask, width: number): readonly Line[] {
  return [...summary.problems, ...summary.gaps]
    .filter(({ about }) => about.includes(key))
    .flatMap((problem) => [
      ...wrapped(
        [piece(column(markOf(problem), 9), problem.severity === "error" ? "bad" : "yours")],
        problem.message,
        width,
      ),
      ...(problem.hint === null ? [] : wrapped([piece(" ".repeat(9))], problem.hint, width, "quiet")),
    ]);
}

const asked = ({ summary }: ReviewState, { key }: PlanTask, width: number): readonly Line[] =>
  summary.questions
    .filter(({ task }) => task === key)
    .flatMap(({ id, text }) => wrapped([piece(column(id, 9), "busy")], `${text}  (r answers)`, width));

function acceptanceOf({ acceptance }: PlanTask, width: number): readonly Line[] {
  if (acceptance.length === 0) return [];
  return [
    EMPTY,
    line(
      `Acceptance, ${acceptance.filter(({ proof }) => proof !== null).length} of ${acceptance.length} with a proof`,
      "bold",
    ),
    ...acceptance.flatMap(({ text, proof }, n) => [
      ...wrapped([piece(`${n + 1}  `.padStart(4), "quiet")], text, width),
      ...(proof === null ? [] : wrapped([piece("    => ", "quiet")], proof, width, "good")),
    ]),
  ];
}

function servedBy({ editing }: ReviewState, { requirements }: PlanTask, width: number): readonly Line[] {
  if (requirements.length === 0) return [];
  const byId = new Map(editing.plan.requirements.map((requirement) => [requirement.id, requirement]));
  return [
    EMPTY,
    line("Requirements", "bold"),
    ...requirements.flatMap((id) => {
      const requirement = byId.get(id);
      const lead = [piece(`${id}  `, "quiet")];
      return requirement === undefined
        ? wrapped(lead, "is not there", width, "bad")
        : wrapped(lead, `${requirement.level.toUpperCase()} ${requirement.text}`, width);
    }),
  ];
}

/** Lines around the quoted ones, for the reader to find himself in. */
const AROUND = 2;

/** The lines of the document that the task comes from, at most `height`, with their numbers. */
export function drawSource(state: ReviewState, width: number, height: number): readonly Line[] {
  const task = taskAt(state);
  if (task === undefined || height < 2) return [];
  const requirement = state.editing.plan.requirements.find(({ id }) => task.requirements.includes(id));
  const from = task.source === null ? requirement : task;
  const source = from?.source ?? null;
  if (source === null) return [ruled("no document asks for it", width)];
  const path = source.replace(/#[^#]*$/, "");
  const document = state.sources.get(path);
  const span =
    document?.kind === "read"
      ? spanOfAddress({ path, ...(document.pages === undefined ? {} : { pages: document.pages }) }, source)
      : null;
  const title = ruled(task.source === null ? `${source} (${requirement?.id})` : source, width);
  if (document?.kind !== "read" || span === null) {
    const quoted = from?.quote
      ? from.quote.split("\n").flatMap((text) => wrapped([piece("| ", "quiet")], text, width))
      : [];
    const why =
      state.sources.size === 0 ? "as the plan quotes it" : "the document cannot be read; as the plan quotes it";
    return [title, ...quoted.slice(0, height - 2), line(why, "quiet")].slice(0, height);
  }
  const digits = String(span.last + AROUND).length;
  const numbered = (n: number): readonly Line[] => {
    const isQuoted = n >= span.first && n <= span.last;
    const lead = piece(`${String(n).padStart(digits)} ${isQuoted ? "|" : " "} `, "quiet");
    return wrapped([lead], document.lines[n - 1] ?? "", width, isQuoted ? "plain" : "quiet");
  };
  const quoted = numbers(span.first, span.last, document.lines.length).flatMap(numbered);
  const room = height - 1 - quoted.length;
  const above = numbers(span.first - AROUND, span.first - 1, document.lines.length)
    .flatMap(numbered)
    .slice(-Math.max(0, Math.ceil(room / 2)));
  const below = numbers(span.last + 1, span.last + height, document.lines.length).flatMap(numbered);
  return [title, ...(room > 1 ? above : []), ...quoted, ...below].slice(0, height);
}

const numbers = (from: number, to: number, last: number): readonly number[] =>
  Array.from({ length: Math.max(0, Math.min(to, last) - Math.max(1, from) + 1) }, (_, n) => Math.max(1, from) + n);

/** A heading that ends what is above it. */
function ruled(text: string, width: number): Line {
  return [
    piece("-- ", "quiet"),
    piece(text, "bold"),
    piece(` ${"-".repeat(width)}`.slice(0, Math.max(1, width - text.length - 3)), "quiet"),
  ];
}
