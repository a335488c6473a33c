import type { Output } from "@taskwerk/terminal/output";
import { bold, dim } from "@taskwerk/terminal/part";
import { jsonOf } from "@taskwerk/terminal/print-success";
import { pad } from "@taskwerk/terminal/width";
import type { Command } from "commander";
import { VERBS, type VerbEntry } from "./index.ts";

const GROUPS = ["Tasks", "Work", "Claims", "Store", "API"] as const;

/** The page of all verbs. */
export function printHelp(output: Output): void {
  if (output.format === "json") {
    const data = VERBS.map(({ name, aliases = [], group, usage, summary }) => ({
      name,
      aliases,
      group,
      usage,
      summary,
    }));
    output.raw(`${jsonOf({ ok: true, v: 1, kind: "help", data, warnings: [], meta: {} })}\n`);
    return;
  }
  output.line("Tasks for people, scripts and coding agents, in a file beside your code.");
  for (const group of GROUPS) {
    output.line();
    output.line(bold(group));
    for (const verb of VERBS) if (verb.group === group) output.line(`  ${pad(verb.usage, 18)}  `, verb.summary);
  }
  output.line();
  output.line("Everywhere:  --json  --format table|json|ndjson|tsv  --fields a,b  -q  --no-color");
  output.line("             -C DIR  --store DIR  --session NAME  --actor NAME  --idempotency-key KEY");
  output.line(dim("One of them:  taskwerk help add     Every answer as JSON:  --json"));
}

/** The page of one verb. */
export function printVerbHelp(output: Output, entry: VerbEntry, command: Command): void {
  if (output.format !== "json") {
    command.configureHelp({ helpWidth: Math.min(100, Number.isFinite(output.width) ? output.width : 80) });
    for (const line of command.helpInformation().trimEnd().split("\n")) output.line(line);
    if (entry.aliases) output.line("Also:  ", entry.aliases.join(", "));
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
  };
  output.raw(`${jsonOf({ ok: true, v: 1, kind: "help.command", data, warnings: [], meta: {} })}\n`);
}
