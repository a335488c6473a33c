import type { Command } from "commander";
import type { Output } from "../output.ts";
import { bold, dim } from "../part.ts";
import { jsonOf } from "../print-success.ts";
import { pad } from "../width.ts";
import { wrap } from "../wrap.ts";
import type { Program, Topic } from "./program.ts";
import { shownName, type VerbEntry } from "./verb.ts";

/** The page of all verbs. */
export function printHelp<App>(output: Output, program: Program<App>): void {
  if (output.format === "json") {
    printList(output, program.verbs);
    return;
  }
  const width = usageWidth(program.verbs);
  output.line(program.intro);
  for (const group of program.groups) {
    output.line();
    output.line(bold(group));
    for (const verb of program.verbs)
      if (verb.group === group) output.line(`  ${pad(verb.usage, width)}  `, verb.summary);
  }
  output.line();
  const topics = program.topics ?? [];
  if (topics.length > 0) {
    output.line(bold("Topics"), "   one of them: help dates     an error: help TASK_NOT_FOUND");
    for (const line of wrap(`  ${topics.map(({ name }) => name).join("  ")}`, 80)) output.line(line);
    output.line();
  }
  for (const [index, line] of program.outro.entries())
    output.line(index === program.outro.length - 1 ? dim(line) : line);
}

/** The page of verbs that share their first word. */
export function printWordHelp<App>(output: Output, program: Program<App>, verbs: readonly VerbEntry<App>[]): void {
  if (output.format === "json") {
    printList(output, verbs);
    return;
  }
  const width = usageWidth(verbs);
  for (const { usage, summary } of verbs) output.line(`  ${pad(usage, width)}  `, summary);
  output.line();
  output.line(dim(`One of them:  ${program.name} help ${verbs[0]?.name ?? ""}`));
}

const usageWidth = <App>(verbs: readonly VerbEntry<App>[]): number =>
  Math.max(18, ...verbs.map(({ usage }) => Math.min(usage.length, 34)));

function printList<App>(output: Output, verbs: readonly VerbEntry<App>[]): void {
  const data = verbs.map(({ name, aliases = [], group, usage, summary }) => ({ name, aliases, group, usage, summary }));
  output.raw(`${jsonOf({ ok: true, v: 1, kind: "help", data, warnings: [], meta: {} })}\n`);
}

/** A page about no single verb. */
export function printTopic(output: Output, { name, summary }: Topic, lines: readonly string[]): void {
  if (output.format !== "json") for (const line of lines) output.line(line);
  else {
    const data = { name, summary, lines };
    output.raw(`${jsonOf({ ok: true, v: 1, kind: "help.topic", data, warnings: [], meta: {} })}\n`);
  }
}

/** The page of one verb. */
export function printVerbHelp<App>(
  output: Output,
  entry: VerbEntry<App>,
  command: Command,
  examples: readonly string[] = [],
): void {
  if (output.format !== "json") {
    command.configureHelp({ helpWidth: Math.min(100, Number.isFinite(output.width) ? output.width : 80) });
    for (const line of command.helpInformation().trimEnd().split("\n")) output.line(line);
    const others = [entry.name, ...(entry.aliases ?? [])].filter((name) => name !== shownName(entry));
    if (others.length > 0) output.line("Also:  ", others.join(", "));
    if (examples.length > 0) output.line();
    for (const line of examples) output.line(line);
    return;
  }
  const data = {
    name: entry.name,
    aliases: entry.aliases ?? [],
    usage: entry.usage,
    summary: entry.summary,
    arguments: command.registeredArguments.map((one) => ({
      name: one.name(),
      required: one.required,
      many: one.variadic,
      description: one.description,
    })),
    options: command.options.map(({ flags, description }) => ({ flags, description })),
    examples,
  };
  output.raw(`${jsonOf({ ok: true, v: 1, kind: "help.command", data, warnings: [], meta: {} })}\n`);
}
