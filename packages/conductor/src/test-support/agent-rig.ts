/** For tests: a workspace, a confinement and everything else that opening an agent needs. */
import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { AgentAdapter, AgentEvent, AgentLimits, AgentSession, OpenOptions } from "../model/agent.ts";
import { type Cleanup, confinementOf, type TestLevel } from "./confinement-of.ts";

export interface AgentRig {
  readonly root: string;
  /** The clone. */
  readonly dir: string;
  readonly options: OpenOptions;
  transcript(): Promise<string>;
}

export const LIMITS: AgentLimits = { turns: 20, wallMs: 20_000, idleMs: 10_000, outputBytes: 1_000_000, usd: null };

/** What it makes is handed to `cleanup` to be removed. */
export async function agentRig(
  cleanup: Cleanup,
  level: TestLevel,
  limits: Partial<AgentLimits> = {},
): Promise<AgentRig> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "ag-")));
  cleanup(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const [dir, home, tmp] = [join(root, "clone"), join(root, "home"), join(root, "tmp")];
  for (const one of [dir, home, tmp]) await mkdir(one);
  await execa("git", ["init", "-q", "-b", "work"], { cwd: dir });
  const confinement = await confinementOf(level, root);
  if (confinement === null) throw new Error(`this machine has no confinement of level ${level}`);
  const transcriptPath = join(root, "logs", "transcript.jsonl");
  return {
    root,
    dir,
    options: {
      workspace: { dir, branch: "work", base: "", home, tmp, borrows: null },
      confinement,
      brief: "# TASK-007: Say hello\n\nWrite hello.txt.\n",
      task: { id: "TASK-007", title: "Say hello", attempt: 2 },
      limits: { ...LIMITS, ...limits },
      transcriptPath,
      secrets: [],
      marker: "S1/TASK-007/2",
      signal: new AbortController().signal,
    },
    transcript: () => readFile(transcriptPath, "utf8"),
  };
}

/** What an agent did, and how it ended; `react` may act on each event as it comes. */
export async function runAgent(
  adapter: AgentAdapter,
  options: OpenOptions,
  react: (event: AgentEvent, session: AgentSession) => void = () => undefined,
): Promise<{
  readonly events: readonly AgentEvent[];
  readonly end: Extract<AgentEvent, { readonly type: "end" }>;
  readonly of: <T extends AgentEvent["type"]>(type: T) => readonly Extract<AgentEvent, { readonly type: T }>[];
}> {
  const session = await adapter.open(options);
  const events: AgentEvent[] = [];
  for await (const event of session.events) {
    events.push(event);
    react(event, session);
  }
  const of = <T extends AgentEvent["type"]>(type: T) =>
    events.filter((event): event is Extract<AgentEvent, { readonly type: T }> => event.type === type);
  const ends = of("end");
  if (ends.length !== 1 || events.at(-1)?.type !== "end") throw new Error(`${ends.length} ends, or not the last event`);
  return { events, end: ends[0]!, of };
}
