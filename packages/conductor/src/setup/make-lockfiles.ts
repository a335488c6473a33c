/** Settles conflicts of lockfiles: made anew from the merged manifest, by their own tools, in the sandbox. */
import { constants } from "node:fs";
import { mkdir, mkdtemp, open, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CommandEnd, Confinement } from "../model/command.ts";
import type { Conflict, ConflictedPath, MakeLockfiles, Resolution } from "../model/conflict.ts";
import { matchesAny } from "../model/glob.ts";
import { LOCKFILES } from "../model/lockfiles.ts";
import { redact } from "../model/redact.ts";
import type { Repository } from "../model/repository.ts";
import type { LockfileTool, Sides } from "./lockfile-tools.ts";
import { unseenPins } from "./pins.ts";

export interface MakeLockfilesOptions {
  /** As for the setup: only where the user's own configuration says so. */
  readonly network: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Where checkouts are made, outside the repository. */
  readonly dir: string;
  readonly repository: Pick<Repository, "checkout" | "blobs" | "left" | "touched">;
  readonly confinement: Confinement;
  /** Values that must never be written anywhere. */
  readonly secrets: readonly string[];
  /** Deletes a directory, whatever a command has left in it. */
  readonly remove: (dir: string) => Promise<void>;
}

/** A larger lockfile is not looked at. */
const LIMIT = 32 * 1024 * 1024;
const OUTPUT = 64 * 1024;
const MARKER = /^(?:<{7}|\|{7}|={7}|>{7})(?: |\r?$)/m;
const FILE_MODES: readonly string[] = ["100644", "100755"];

/** Runs nothing before it is asked, and never outside of `confinement`. What it makes has no pin that neither side has. */
export function makeLockfiles(options: MakeLockfilesOptions): MakeLockfiles {
  return async ({ conflict, signal, marker }) => {
    // What it takes to read lockfiles is loaded when one conflicts.
    const { lockfileTool } = await import("./lockfile-tools.ts");
    const tools = toolsFor(conflict, lockfileTool);
    if (typeof tools === "string") return passed(tools);
    const sides = await sidesOf(options.repository, conflict.paths);
    if (typeof sides === "string") return passed(sides);
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    const top = await mkdtemp(join(options.dir, "lockfiles-"));
    try {
      return await inCheckout(options, { top, conflict, tools, sides, signal, marker });
    } finally {
      await options.remove(top);
    }
  };
}

/** By path. Or why this is none of its business. */
function toolsFor(
  { paths }: Conflict,
  toolOf: (path: string) => LockfileTool | null,
): ReadonlyMap<string, LockfileTool> | string {
  const other = paths.find(({ path }) => !matchesAny(LOCKFILES, path));
  if (other !== undefined) return `${other.path} is no lockfile`;
  const tools = new Map<string, LockfileTool>();
  for (const { path, base, ours, theirs } of paths) {
    const tool = toolOf(path);
    if (tool === null) return `conductor cannot make ${path} anew`;
    const plain = [base, ours, theirs].every((side) => side === null || FILE_MODES.includes(side.mode));
    if (ours === null || theirs === null || !plain) return `${path} is not a plain file on both sides`;
    tools.set(path, tool);
  }
  return tools;
}

async function sidesOf(
  repository: MakeLockfilesOptions["repository"],
  paths: readonly ConflictedPath[],
): Promise<ReadonlyMap<string, Sides> | string> {
  const ids = paths.flatMap((one) => [one.base, one.ours, one.theirs]).flatMap((side) => side?.blob ?? []);
  const blobs = await repository.blobs(ids);
  const textOf = (id: string | undefined): string | null => (id === undefined ? null : blobs.get(id)!.toString("utf8"));
  const sides = new Map<string, Sides>();
  for (const { path, base, ours, theirs } of paths) {
    const one = { base: textOf(base?.blob), ours: textOf(ours?.blob) ?? "", theirs: textOf(theirs?.blob) ?? "" };
    const texts = [one.base ?? "", one.ours, one.theirs];
    if (texts.some((text) => text.length > LIMIT)) return `${path} is too large`;
    // What is committed with markers in it would be taken for the conflict's own.
    if (texts.some((text) => MARKER.test(text))) return `${path} is committed with conflict markers in it`;
    sides.set(path, one);
  }
  return sides;
}

async function inCheckout(
  options: MakeLockfilesOptions,
  wish: {
    readonly top: string;
    readonly conflict: Conflict;
    readonly tools: ReadonlyMap<string, LockfileTool>;
    readonly sides: ReadonlyMap<string, Sides>;
    readonly signal: AbortSignal;
    readonly marker: string;
  },
): Promise<Resolution> {
  const { top, conflict, tools, sides } = wish;
  const checkout = join(top, "tree");
  for (const path of [checkout, join(top, "home")]) await mkdir(path, { mode: 0o700 });
  await options.repository.checkout(conflict.tree, checkout);
  const starts = new Map<string, string>();
  // All of them before anything runs: until then nobody can have changed where they lie.
  for (const [path, tool] of tools) {
    const begun = begin(tool, sides.get(path)!);
    if ("problem" in begun) return passed(`${path}: ${begun.problem}`);
    await writeFile(join(checkout, path), begun.text);
    if (tool.kind === "program") starts.set(path, begun.text);
  }
  for (const [path, tool] of tools) {
    const problem = tool.kind === "program" ? await runTool(options, wish, path, tool) : null;
    if (problem !== null) return passed(problem);
  }
  const elsewhere = await changedElsewhere(options.repository, { tree: conflict.tree, checkout, but: tools });
  if (elsewhere.length > 0) return passed(`making them changed other files too: ${elsewhere.slice(0, 5).join(", ")}`);
  const files = new Map<string, Uint8Array>();
  for (const [path, one] of sides) {
    const made = await readMade(checkout, path);
    if (typeof made === "string") return passed(made);
    const text = made.toString("utf8");
    // What a tool was given is no lockfile yet, however much it looks like one.
    if (text === starts.get(path)) return passed(`${path} was not written`);
    const problem = whatIsWrong(text, one);
    if (problem !== null) return passed(`${path} ${redact(problem, options.secrets)}`);
    files.set(path, made);
  }
  const hows = [...new Set([...tools.values()].map(({ how }) => how))];
  return { kind: "resolved", files, how: hows.join(", ") };
}

function begin(tool: LockfileTool, sides: Sides): { readonly text: string } | { readonly problem: string } {
  if (tool.kind === "union") return tool.make(sides);
  try {
    return { text: tool.begin(sides) };
  } catch {
    // Whatever was committed there: only what can be read can be merged.
    return { problem: "it cannot be read" };
  }
}

/** Null when it ended well, else why not. */
async function runTool(
  { network, env, timeoutMs, confinement, secrets }: MakeLockfilesOptions,
  { top, signal, marker }: { readonly top: string; readonly signal: AbortSignal; readonly marker: string },
  path: string,
  tool: Extract<LockfileTool, { readonly kind: "program" }>,
): Promise<string | null> {
  const { end, stdout, stderr } = await confinement.run({
    argv: [...tool.argv, ...(network ? [] : tool.offline)],
    cwd: join(top, "tree", dirname(path)),
    binds: [{ path: top, mode: "rw" }],
    env: { ...env, ...tool.env, HOME: join(top, "home") },
    network: network ? "host" : "none",
    timeoutMs,
    outputLimitBytes: OUTPUT,
    signal,
    marker,
  });
  if (end.kind === "exited" && end.code === 0) return null;
  if (end.kind === "spawn-failed" || (end.kind === "exited" && end.code === 127)) return `${tool.name} is not there`;
  const [said = ""] = redact(`${stderr}\n${stdout}`, secrets)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return `${tool.how}${network ? "" : " without a network"} ${endInWords(end)}${said === "" ? "" : `: ${said.slice(0, 200)}`}`;
}

function endInWords(end: CommandEnd): string {
  switch (end.kind) {
    case "exited":
      return `ended with ${end.code}`;
    case "timed-out":
      return "took too long";
    case "over-limit":
      return `was ended, because ${end.reason}`;
    case "signalled":
      return `was ended by ${end.signal}`;
    default:
      return `was ${end.kind}`;
  }
}

async function changedElsewhere(
  repository: MakeLockfilesOptions["repository"],
  {
    tree,
    checkout,
    but,
  }: { readonly tree: string; readonly checkout: string; readonly but: ReadonlyMap<string, unknown> },
): Promise<readonly string[]> {
  const touched = await repository.touched(tree, checkout);
  const { others } = await repository.left(tree, checkout);
  return [...touched.filter((path) => !but.has(path)), ...others];
}

/** What is there now, which a command may have put there: only a plain file inside the checkout is read. */
async function readMade(checkout: string, path: string): Promise<Buffer | string> {
  const place = join(checkout, path);
  const folder = await realpath(dirname(place)).catch(() => null);
  if (folder !== join(await realpath(checkout), dirname(path)).replace(/\/\.$/, "")) return `${path} is not there`;
  const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return `${path} is no plain file afterwards`;
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return `${path} is no plain file afterwards`;
    if (facts.size > LIMIT) return `${path} is too large afterwards`;
    const bytes = Buffer.alloc(facts.size);
    const { bytesRead } = await file.read(bytes, 0, facts.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function whatIsWrong(made: string, { ours, theirs }: Sides): string | null {
  if (made.trim() === "") return "is empty afterwards";
  if (MARKER.test(made)) return "still has conflict markers";
  const unseen = unseenPins(made, [ours, theirs]);
  if (unseen.length === 0) return null;
  return `would install what neither side has: ${unseen
    .slice(0, 3)
    .map((pin) => pin.slice(0, 100))
    .join(", ")}`;
}

const passed = (reason: string): Resolution => ({ kind: "passed", reason });
