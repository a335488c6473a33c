/** Runs the model's file and shell tools inside the confinement. */

import type { CommandResult, Confinement } from "../model/command.ts";
import type { Workspace } from "../model/repository.ts";
import { FILE_TOOL } from "./file-tool.ts";
import { inWorkspace } from "./in-workspace.ts";
import type { ToolCall, WorkTool } from "./tools.ts";

export interface ToolResult {
  readonly ok: boolean;
  readonly output: string;
}

export interface ToolSurroundings {
  readonly workspace: Workspace;
  readonly confinement: Confinement;
  readonly env: Readonly<Record<string, string>>;
  /** The node program of this machine that runs the file tools. */
  readonly nodePath: string;
  readonly marker: string;
  readonly signal: AbortSignal;
}

/** Characters of a result that the model sees. */
const MAX_OUTPUT = 30_000;
const SHELL_SECONDS = 120;
const FILE_TOOL_MS = 30_000;

/** Runs one call. What fails is a result with `ok: false`, never a throw. */
export async function runTool(
  call: Extract<ToolCall, { readonly name: WorkTool }>,
  around: ToolSurroundings,
): Promise<ToolResult> {
  const { cwd, binds, env } = inWorkspace(around.workspace);
  const command = {
    cwd,
    binds: [...binds, { path: around.nodePath, mode: "ro" } as const],
    env: { ...env, NO_COLOR: "1", CI: "1", ...around.env },
    network: "none" as const,
    outputLimitBytes: 400_000,
    signal: around.signal,
    marker: around.marker,
  };
  if (call.name === "bash") {
    const seconds = call.input.timeout_seconds ?? SHELL_SECONDS;
    const result = await around.confinement.run({
      ...command,
      argv: ["bash", "-c", call.input.command],
      timeoutMs: seconds * 1000,
    });
    return shellResult(result, seconds);
  }
  const result = await around.confinement.run({
    ...command,
    argv: [around.nodePath, "-e", FILE_TOOL],
    stdin: JSON.stringify(call),
    timeoutMs: FILE_TOOL_MS,
  });
  return fileResult(result);
}

function shellResult(result: CommandResult, seconds: number): ToolResult {
  const { end } = result;
  const output = middleCut([result.stdout, result.stderr].filter((text) => text !== "").join("\n"));
  const said = (note: string): string => (output === "" ? note : `${output}\n${note}`);
  switch (end.kind) {
    case "exited":
      return { ok: end.code === 0, output: end.code === 0 ? output || "(no output)" : said(`(exit code ${end.code})`) };
    case "signalled":
      return { ok: false, output: said(`(ended by ${end.signal})`) };
    case "timed-out":
      return { ok: false, output: said(`(ended after ${seconds} s; pass timeout_seconds for more)`) };
    case "cancelled":
      return { ok: false, output: said("(cancelled)") };
    case "over-limit":
      return { ok: false, output: said(`(ended: ${end.reason})`) };
    case "spawn-failed":
      return { ok: false, output: `The command could not be started: ${end.reason}` };
  }
}

function fileResult(result: CommandResult): ToolResult {
  try {
    const { ok, text }: { ok: unknown; text: unknown } = JSON.parse(result.stdout);
    if (typeof text === "string") return { ok: ok === true, output: middleCut(text) };
  } catch {
    // Below: it did not come to an answer.
  }
  const how =
    result.end.kind === "timed-out"
      ? "it took longer than 30 s"
      : result.stderr.trim().slice(0, 500) || result.end.kind;
  return { ok: false, output: `The tool gave no answer: ${how}` };
}

function middleCut(text: string): string {
  if (text.length <= MAX_OUTPUT) return text;
  const half = MAX_OUTPUT / 2;
  return `${text.slice(0, half)}\n[... ${text.length - MAX_OUTPUT} characters left out ...]\n${text.slice(-half)}`;
}
