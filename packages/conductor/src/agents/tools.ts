/** The tools of the claude-api agent: what the model is offered, and the shape of what it sends. Their order and words are part of the cached prefix. */
import type Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import { REPORTED_KINDS } from "../model/blocker.ts";

const path = z.string().min(1).max(4_096).describe("Path from the top of the workspace");

const SCHEMAS = {
  bash: z.strictObject({
    command: z.string().min(1).max(100_000).describe("Shell command line, run by bash at the top of the workspace"),
    timeout_seconds: z.number().int().min(1).max(1_800).optional().describe("Default 120"),
  }),
  read: z.strictObject({
    path,
    from_line: z.number().int().min(1).optional().describe("First line, default 1"),
    lines: z.number().int().min(1).max(5_000).optional().describe("How many lines, default 1000"),
  }),
  edit: z.strictObject({
    command: z.enum(["create", "str_replace", "insert"]),
    path,
    file_text: z.string().optional().describe("create: the whole file; what was there is replaced"),
    old_str: z.string().optional().describe("str_replace: text that occurs exactly once"),
    new_str: z.string().optional().describe("str_replace, insert: the new text"),
    insert_line: z.number().int().min(0).optional().describe("insert: after this line; 0 = at the start"),
  }),
  search: z.strictObject({
    pattern: z.string().min(1).max(1_000).describe("JavaScript regular expression, matched line by line"),
    path: path.optional().describe("File or directory, default the whole workspace"),
    literal: z.boolean().optional().describe("Take the pattern as plain text"),
    names_only: z.boolean().optional().describe("Match file paths instead of lines"),
  }),
  task_get: z.strictObject({}),
  task_note: z.strictObject({ text: z.string().min(1).max(20_000) }),
  ask_human: z.strictObject({
    question: z.string().min(1).max(20_000),
    options: z.array(z.string().min(1).max(2_000)).max(20).optional(),
    default: z.string().max(2_000).optional().describe("The option that you would take"),
    reversible: z.boolean().optional().describe("True when a wrong choice can be corrected cheaply later"),
  }),
  report_blocker: z.strictObject({
    reason: z.string().min(1).max(20_000),
    kind: z.enum(REPORTED_KINDS).optional().describe("What kind of thing is in the way"),
  }),
  claim_done: z.strictObject({ evidence: z.string().max(20_000).describe("What you ran and what it showed") }),
} as const;

export type ToolName = keyof typeof SCHEMAS;
/** The tools that touch files or run commands; they run inside the confinement. */
export type WorkTool = "bash" | "read" | "edit" | "search";

/** A tool call as it was validated. */
export type ToolCall = {
  readonly [N in ToolName]: { readonly name: N; readonly input: z.infer<(typeof SCHEMAS)[N]> };
}[ToolName];

const DESCRIPTIONS: Readonly<Record<ToolName, string>> = {
  bash: "Runs a command. Each call starts anew at the top of the workspace: directories and variables are not kept. There is no network. Long output is cut in the middle.",
  read: "Reads a text file, with line numbers.",
  edit: "Creates a file, replaces one occurrence of a text in it, or inserts lines.",
  search: "Finds lines (or file paths) that match; .git and node_modules are left out.",
  task_get: "The task and its brief once more.",
  task_note: "Leaves a note for people and for whoever works on this task next.",
  ask_human: "Asks a person and waits for the answer. Only for what the repository and the brief cannot tell you.",
  report_blocker: "Says that the task cannot be done as it stands, and why.",
  claim_done: "Says that the task is done. Commit first. The project's own gates are run afterwards and decide.",
};

/** The tools as the API wants them, in a fixed order. */
export const toolDefinitions = (): readonly Anthropic.Tool[] =>
  (Object.keys(SCHEMAS) as ToolName[]).map((name) => {
    const { $schema: _, ...schema } = z.toJSONSchema(SCHEMAS[name]);
    return { name, description: DESCRIPTIONS[name], input_schema: schema as Anthropic.Tool.InputSchema };
  });

/** A call that the model made, or the sentence that tells it what is wrong. */
export function readToolCall(
  name: string,
  input: unknown,
): { readonly ok: true; readonly call: ToolCall } | { readonly ok: false; readonly error: string } {
  if (!Object.hasOwn(SCHEMAS, name)) return { ok: false, error: `There is no tool ${name.slice(0, 100)}.` };
  const parsed = SCHEMAS[name as ToolName].safeParse(input);
  if (parsed.success) return { ok: true, call: { name, input: parsed.data } as ToolCall };
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`);
  return { ok: false, error: `The input of ${name} is not right. ${issues.join("; ")}` };
}
