/** A provider that takes no requests for a while, and a run with six ready tasks that has to wait for it. */
import type { ModelRequest } from "@taskwerk/rehearsal/model/request";
import type { ModelScript, Turn } from "@taskwerk/rehearsal/model/script";
import { type ModelServer, startModelServer } from "@taskwerk/rehearsal/model-server";
import { expect } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, makeProject, type Project, QUICK } from "./project.ts";

const NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
const PLACES = 3;

/** Writes one file and commits it. */
export const working = (name: string): Turn => ({
  tool: {
    name: "bash",
    input: { command: `echo ${name} > ${name}.txt && git add -A && git commit -qm "feat: ${name}"` },
  },
});

export const nameIn = ({ text }: ModelRequest): string => /Make (\w+)/.exec(text)?.[1] ?? "nothing";

/** The environment in which this server is the provider. */
export const accountOf = ({ url }: ModelServer): Readonly<Record<string, string>> => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_API_KEY: "sk-dummy-key-of-a-test-7Qf2",
});

export const RUN = ["orchestrate", "run", "--agent", "claude", "--auto", "--allow-unsandboxed"];

/** A provider that is at its limit until `isOpen`, and then lets every task be done. */
export const atLimitUntil = (isOpen: () => boolean, retryAfterSeconds: number): ModelScript => ({
  lanes: [
    {
      name: "work",
      loop: true,
      turns: [
        (request) => {
          if (!isOpen()) return { error: 429, message: "usage limit reached", retryAfterSeconds };
          return request.results.length === 0 ? working(nameIn(request)) : { text: "Done." };
        },
      ],
    },
  ],
});

/** No request comes before the reset, no try is charged, and all six land. `seconds`: until when the provider says it waits. */
export async function proveWaiting(keep: (project: Project) => Project, seconds: number): Promise<void> {
  let opensAt: number | null = null;
  const isOpen = (): boolean => {
    opensAt ??= Date.now() + seconds * 1000;
    return Date.now() >= opensAt;
  };
  const server = await startModelServer(atLimitUntil(isOpen, seconds));
  try {
    const project = keep(await makeProject(QUICK, null));
    await addTasks(
      project.rig,
      NAMES.map((name) => `Make ${name}`),
    );
    const env = accountOf(server);
    const child = project.rig.start("conductor", [...RUN, "--budget", "5", "--concurrency", String(PLACES), "--json"], {
      env,
    });
    child.stdin!.end();
    const end = ended(child);
    let seen = "";
    const look = async (): Promise<string> => {
      const { stdout, stderr } = await project.rig.run("conductor", ["status"], { env });
      seen = stdout + stderr;
      return seen;
    };
    await expect.poll(look, { timeout: 60_000 }).toContain("PAUSED by the provider");
    expect(seen).toMatch(
      /^run-1 {3}PAUSED by the provider until \d\d:\d\d \(in [^)]+\) .*\nUsage limit \(API key \.\.\.7Qf2\)\. No try is charged, nothing else starts on it\nOver already\? conductor continue --account\n/,
    );
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const early = server.requests.filter(({ at }) => at < opensAt!);
    // Those that were under way together when the first was refused; afterwards nobody asks.
    expect(early.length).toBeLessThanOrEqual(PLACES);
    expect(early.every(({ status }) => status === 429)).toBe(true);
    expect(server.requests.slice(early.length).every(({ status }) => status === 200)).toBe(true);
    expect(server.requests.length - early.length).toBe(2 * NAMES.length);
    const report = dataOf<{ readonly tasks: readonly { state: string; tries: number; attempts: number }[] }>(
      await project.conductor("report", "--json"),
    );
    expect(report.tasks.map(({ state, tries, attempts }) => ({ state, tries, attempts }))).toEqual(
      NAMES.map(() => ({ state: "landed", tries: 1, attempts: 1 })),
    );
    expect(project.git("rev-list", "--count", "main..conductor/main")).toBe(String(NAMES.length));
  } finally {
    await server.close();
  }
}
