import type { Hindrance, Why, WhyNode } from "@taskwerk/contract/graph";
import type { Output } from "@taskwerk/terminal/output";
import { bold, type Part, textOf } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import { sanitise } from "@taskwerk/terminal/sanitise";
import { labelled } from "@taskwerk/terminal/table";
import { fit, widthOf } from "@taskwerk/terminal/width";
import { wrap } from "@taskwerk/terminal/wrap";
import { statusWord } from "./status-word.ts";

/** The proof for a person: each thing that holds, what it waits for indented below it, and what to wait or begin with. */
export const whyView: View<Why> = {
  fields: ["id", "status", "ready", "ends"],
  known: ["id", "title", "status", "ready", "claim", "because", "ends"],
  items: (why) => [{ ...why }],
  piped: "screen",
  screen(output, { data: why }) {
    const verdict: Part = why.ready ? ": ready" : ": not ready";
    const room = output.width - widthOf(why.id) - 2 - widthOf(textOf(verdict));
    output.line(bold(why.id), "  ", fit(sanitise(why.title), Math.max(12, room)), verdict);
    output.line();
    tell(output, why.because, 0);
    const fine = fineOf(why);
    if (fine !== "") spread(output, "  ", "fine", fine);
    const end = endOf(output, why);
    if (end !== null) {
      output.line();
      for (const line of wrap(sanitise(end), output.width)) output.line(line);
    }
  },
};

const LABEL = 10;
const LABELS = { waits_for: "waits for", child: "open part", ancestor: "is part of" } as const;

function tell(output: Output, because: readonly Hindrance[], depth: number): void {
  const indent = "  ".repeat(Math.min(depth, MOST_INDENT) + 1);
  for (const one of because) {
    if ("task" in one) {
      node(output, indent, LABELS[one.kind], one.task);
      tell(output, one.task.because.filter(isNews(one.task)), depth + 1);
    } else spread(output, indent, ...plain(output, one));
  }
}

/** Deeper ones stand no further to the right: a chain may be longer than a screen is wide. */
const MOST_INDENT = 8;

/** What the line of a task says already need not stand below it. */
const isNews =
  ({ claim }: WhyNode) =>
  (one: Hindrance): boolean =>
    one.kind !== "claimed" && !(one.kind === "status" && (one.reason === null || claim !== null));

function node(output: Output, indent: string, label: string, task: WhyNode): void {
  const start = widthOf(indent) + LABEL + 2 + widthOf(task.id) + 2;
  output.line(
    indent,
    ...labelled(label, LABEL),
    task.id,
    "  ",
    fit(sanitise(task.title), Math.max(12, output.width - start)),
  );
  const state = [statusWord(task), ...stateOf(output, task).map((text) => `, ${text}`)];
  output.line(indent, " ".repeat(LABEL + 2 + widthOf(task.id) + 2), ...state);
}

function stateOf(output: Output, { claim, above, cut, status }: WhyNode): readonly string[] {
  if (claim) return [sanitise(claim.by), `lease ends ${momentOf(output, claim.lease_until)}`];
  if (status === "cancelled") return ["and not satisfied"];
  return above ? ["told above"] : cut ? ["its reasons are left out"] : [];
}

const momentOf = (output: Output, moment: string): string =>
  output.isTTY ? relativeTime(moment, output.now()) : moment;

function plain(output: Output, one: Exclude<Hindrance, { readonly task: WhyNode }>): readonly [string, string] {
  switch (one.kind) {
    case "status":
      return ["status", one.reason === null ? one.status : `${one.status}: ${one.reason}`];
    case "claimed":
      return ["claimed", `by ${one.by}, lease ends ${momentOf(output, one.until)}`];
    case "deferred":
      return ["deferred", `until ${momentOf(output, one.until).replace(/^in /, "")}`];
    case "archived":
    case "deleted":
      return [one.kind, momentOf(output, one.at)];
    case "group":
      return ["group", "it closes with its last part"];
    case "more":
      return ["", `and ${one.left} more:  ${one.list}`];
    default: {
      const never: never = one;
      return never;
    }
  }
}

function spread(output: Output, indent: string, label: string, text: string): void {
  const before = widthOf(indent) + LABEL + 2;
  wrap(sanitise(text), Math.max(20, output.width - before)).forEach((line, at) => {
    if (at === 0) output.line(indent, ...labelled(label, LABEL, line));
    else output.line(" ".repeat(before), line);
  });
}

/** What does not hold it, so that nobody looks there. */
function fineOf({ because }: Why): string {
  const kinds = new Set(because.map(({ kind }) => kind));
  const words = [
    ["waits_for", "waits for nothing"],
    ["deferred", "not deferred"],
    ["child", "no open child"],
    ["claimed", "no claim"],
    ["ancestor", "parent not blocked"],
  ] as const;
  return words.flatMap(([kind, word]) => (kinds.has(kind) ? [] : [word])).join(", ");
}

function endOf(output: Output, why: Why): string | null {
  if (why.ready) return output.isTTY ? `Take it:  taskwerk start ${why.id}` : null;
  const waits = why.because.flatMap((one) => (one.kind === "waits_for" || one.kind === "child" ? [one.task.id] : []));
  const untold = why.because.reduce((sum, one) => sum + (one.kind === "more" ? one.left : 0), 0);
  const others = why.because.some(({ kind }) => !OF_OTHERS.has(kind));
  const begin = why.ends.filter((id) => !waits.includes(id));
  const first = begin.length > 0 ? ` It begins with ${listOf(begin)}.` : "";
  if (waits.length === 0) return first === "" ? null : first.trim();
  const verb = waits.length === 1 ? "is" : "are";
  const waited = `${listOf(waits, untold)} ${verb} done.${first}`;
  if (why.because.some(({ kind }) => kind === "group")) return `Done as soon as ${waited}`;
  return others ? `Not before ${waited}` : `Ready as soon as ${waited}`;
}

const OF_OTHERS: ReadonlySet<Hindrance["kind"]> = new Set(["waits_for", "child", "group", "more"]);

const MOST_LISTED = 5;

/** The first of them in words; `untold` ones more are not among them. */
function listOf(ids: readonly string[], untold = 0): string {
  const left = Math.max(0, ids.length - MOST_LISTED) + untold;
  if (left > 0) return `${ids.slice(0, MOST_LISTED).join(", ")} and ${left} more`;
  return ids.length < 2 ? ids.join("") : `${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}`;
}
