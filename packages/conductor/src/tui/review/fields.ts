/** The fields of a task as a person types them: the text of a value, and the value of a text. Pure. */
import { PRIORITIES } from "@taskwerk/contract/status";
import type { PlanCriterion, PlanTask } from "../../model/plan.ts";
import type { EditableField } from "../../plan/edit-plan.ts";
import { workLength } from "../../plan/summary.ts";

/** One of the editable fields of a task. */
export interface FieldOption {
  readonly key: string;
  readonly field: EditableField;
  readonly label: string;
  readonly lines?: boolean;
  readonly hint?: string;
  readonly text: (task: PlanTask) => string;
  /** The value that is meant, or what is wrong with it. */
  readonly value: (text: string) => { readonly value: unknown } | { readonly wrong: string };
}

const some = (value: unknown): { readonly value: unknown } => ({ value });
/** Words between spaces and commas. */
export const words = (text: string): readonly string[] => text.split(/[\s,]+/).filter((one) => one !== "");
/** The lines that say something. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((one) => one.trim())
    .filter((one) => one !== "");

const oneOf =
  (...known: readonly string[]) =>
  (text: string): { readonly value: unknown } | { readonly wrong: string } => {
    const meant = text.trim().toLowerCase();
    const found = known.filter((one) => meant !== "" && one.startsWith(meant));
    return found.length === 1 ? some(found[0]) : { wrong: `"${text.trim()}": use ${known.join(", ")}` };
  };

/** The fields that can be edited, each with its key and how it is typed. */
export const FIELDS: readonly FieldOption[] = [
  {
    key: "t",
    field: "title",
    label: "title",
    text: ({ title }) => title,
    value: (text) => (text.trim() === "" ? { wrong: "a task needs a title" } : some(text.trim())),
  },
  {
    key: "d",
    field: "description",
    label: "description",
    lines: true,
    text: ({ description }) => description,
    value: (text) => some(text.trimEnd()),
  },
  {
    key: "a",
    field: "acceptance",
    label: "acceptance",
    lines: true,
    hint: "one a line; => and what proves it: Answers in 1 s => npm test",
    text: ({ acceptance }) =>
      acceptance.map(({ text, proof }) => (proof === null ? text : `${text} => ${proof}`)).join("\n"),
    value: (text) => some(linesOf(text).map(criterionOf)),
  },
  {
    key: "e",
    field: "estimate_minutes",
    label: "estimate",
    hint: "45m, 2h, 1h 30m; nothing where it is unknown",
    text: ({ estimate_minutes }) => (estimate_minutes === null ? "" : workLength(estimate_minutes)),
    value: minutesOf,
  },
  {
    key: "p",
    field: "priority",
    label: "priority",
    hint: "critical, high, medium or low; the first letters do",
    text: ({ priority }) => priority,
    value: oneOf(...PRIORITIES),
  },
  {
    key: "x",
    field: "complexity",
    label: "complexity",
    hint: "1 (trivial) to 10 (should be split); nothing where it is unknown",
    text: ({ complexity }) => (complexity === null ? "" : String(complexity)),
    value: (text) =>
      text.trim() === ""
        ? some(null)
        : /^(?:[1-9]|10)$/.test(text.trim())
          ? some(Number(text))
          : { wrong: `"${text.trim()}": use 1 to 10` },
  },
  {
    key: "r",
    field: "requirements",
    label: "requirements",
    hint: "their ids, e.g. R1 R4",
    text: ({ requirements }) => requirements.join(" "),
    value: (text) => some(words(text)),
  },
  {
    key: "f",
    field: "files",
    label: "files",
    lines: true,
    hint: "one pattern a line, e.g. src/report/**",
    text: ({ files }) => files.join("\n"),
    value: (text) => some(linesOf(text)),
  },
  {
    key: "c",
    field: "confidence",
    label: "confidence",
    hint: "high, medium or low; the first letters do",
    text: ({ confidence }) => confidence,
    value: oneOf("high", "medium", "low"),
  },
  {
    key: "n",
    field: "done",
    label: "done",
    hint: "yes: it is imported as done; or no",
    text: ({ done }) => (done ? "yes" : "no"),
    value: (text) => {
      const said = oneOf("yes", "no")(text);
      return "wrong" in said ? said : some(said.value === "yes");
    },
  },
];

function criterionOf(line: string): PlanCriterion {
  const [text = "", ...proof] = line.split(" => ");
  return { text: text.trim(), proof: proof.length === 0 ? null : proof.join(" => ").trim() || null };
}

function minutesOf(text: string): { readonly value: unknown } | { readonly wrong: string } {
  const said = text.trim().toLowerCase();
  if (said === "" || said === "unknown") return some(null);
  const found = /^(?:(\d{1,5})\s*h)?\s*(?:(\d{1,6})\s*(?:m|min)?)?$/.exec(said);
  if (found === null) return { wrong: `"${text.trim()}": write 45m, 2h or 1h 30m` };
  return some(Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0));
}
