/** Whether what a plan quotes still stands in its documents. Pure; the documents are handed in. */
import type { Plan, PlanProblem } from "../model/plan.ts";
import { quoteOf, spanOfAddress } from "./read/document.ts";

/** A document as it is now: its lines, or why it cannot be compared. */
export type SourceText =
  | {
      readonly kind: "read";
      readonly lines: readonly string[];
      readonly pages?: readonly number[];
      /** False where it is what the plan was made of: a quote that is not in it was changed in the plan. */
      readonly changed?: boolean;
    }
  | { readonly kind: "missing"; readonly reason: string };

/** More than anybody reads of documents that were written anew. */
const MOST = 50;

/**
 * Words that are gone from a document are a gap: the plan answers something else than what is asked. Words that only stand
 * in other lines are one warning a document, however many they are.
 */
export function checkQuotes(
  { tasks, requirements }: Pick<Plan, "tasks" | "requirements">,
  sources: ReadonlyMap<string, SourceText>,
): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const moved = new Map<string, string[]>();
  const whole = new Map<string, string>();
  for (const [path, source] of sources) {
    if (source.kind === "read") whole.set(path, source.lines.join("\n"));
    else
      problems.push({
        severity: "warning",
        rule: "source-missing",
        about: [],
        message: `what is quoted from ${path} cannot be compared: ${source.reason}`,
      });
  }
  const quoted = [
    ...requirements.map(({ id, source, quote }) => ({ name: id, source, quote })),
    ...tasks.map(({ key, source, quote }) => ({ name: key, source, quote })),
  ];
  let stale = 0;
  for (const { name, source, quote } of quoted) {
    if (!source || !quote) continue;
    const path = pathOf(source);
    const text = whole.get(path);
    const document = sources.get(path);
    if (text === undefined || document?.kind !== "read") continue;
    const span = spanOfAddress({ path, ...(document.pages === undefined ? {} : { pages: document.pages }) }, source);
    if (span !== null && quoteOf(document, span).includes(quote)) continue;
    if (text.includes(quote)) {
      moved.set(path, [...(moved.get(path) ?? []), name]);
      continue;
    }
    stale += 1;
    if (stale > MOST) continue;
    problems.push({
      severity: "gap",
      rule: document.changed === false ? "wrong-quote" : "stale-quote",
      about: [name],
      message:
        document.changed === false
          ? `${name} quotes what does not stand in ${path}, which is as it was: ${shortened(quote)}`
          : `${name} quotes what no longer stands in ${path}: ${shortened(quote)}`,
    });
  }
  if (stale > MOST)
    problems.push({
      severity: "gap",
      rule: "stale-quote",
      about: [],
      message: `and ${stale - MOST} more quotes are gone`,
    });
  for (const [path, names] of moved)
    problems.push({
      severity: "warning",
      rule: "moved-quote",
      about: names,
      message: `${names.length === 1 ? "1 quote stands" : `${names.length} quotes stand`} in other lines of ${path} by now`,
    });
  return problems;
}

/** The document of an address such as `prd.md#L10-14`. */
const pathOf = (address: string): string => address.replace(/#[^#]*$/, "");

function shortened(quote: string): string {
  const line = quote.replace(/\s+/g, " ").trim();
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`;
}
