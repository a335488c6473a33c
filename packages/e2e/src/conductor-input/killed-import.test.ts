/** An import during which taskwerk, or conductor itself, is killed at once: done again, there is exactly one copy. */
import type { ChildProcess } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { eachCase } from "../each-case.ts";
import { ended, firstLine } from "../rig.ts";
import { makeProject, type Project } from "./project.ts";

const TASKS = 600;
const planOf = (id: string): string =>
  [
    `version: 1\nid: ${id}\ntasks:`,
    ...Array.from({ length: TASKS }, (_, n) => {
      const parent = n % 10 === 0 ? "" : `, parent: t${n - (n % 10)}`;
      const after = n % 10 < 2 ? "" : `, depends_on: [t${n - 1}]`;
      return `  - { key: t${n}, title: Task ${n}, description: ${"what is to be done ".repeat(20)}${parent}${after} }`;
    }),
    "",
  ].join("\n");

let project: Project;
beforeAll(async () => {
  project = await makeProject({ repository: false });
  await project.rig.taskwerk("init", "--here");
});
afterAll(() => project.rig.remove());

const keysOf = async (id: string): Promise<readonly string[]> =>
  (await project.rig.data<readonly { key: string | null }[]>("list", "--all", "--limit", "0")).flatMap(({ key }) =>
    key?.startsWith(`${id}/`) ? [key] : [],
  );

/** What the store's log has grown to; 0 where it is not there. */
const logBytes = (): number => {
  try {
    return statSync(join(project.dir, ".taskwerk/taskwerk.db-wal")).size;
  } catch {
    return 0;
  }
};

/** Hundredths of a second that a process has been at work. */
function worked(pid: number): number {
  const [, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[10]) + Number(fields[11]);
}

interface Moment {
  readonly what: string;
  /** Looked at while nothing is being imported; answers whether the moment has come. */
  readonly watch: (server: ChildProcess) => () => boolean;
}
const atWork = (hundredths: number): Moment => ({
  what: `${hundredths} hundredths of a second into the server's work`,
  watch(server) {
    const before = worked(server.pid!);
    return () => worked(server.pid!) - before >= hundredths;
  },
});
const COMMITTED: Moment = {
  what: "when it is written and not yet answered",
  watch() {
    const before = logBytes();
    return () => logBytes() > before;
  },
};
const MOMENTS = [atWork(1), atWork(4), COMMITTED];

/** Kills a process at once when the moment has come; false when the import was over before. */
async function killAt(come: () => boolean, victim: ChildProcess, importing: ChildProcess): Promise<boolean> {
  while (importing.exitCode === null && victim.exitCode === null) {
    if (come()) return victim.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return false;
}

let plans = 0;
async function startImport(): Promise<{ readonly id: string; readonly child: ChildProcess }> {
  plans += 1;
  const id = `plan-${plans}`;
  await project.write(`${id}.yaml`, planOf(id));
  return { id, child: project.rig.start("conductor", ["plan", "import", `${id}.yaml`, "--confirm", "--json"]) };
}

async function expectOneCopy(id: string): Promise<void> {
  const keys = await keysOf(id);
  expect([keys.length, new Set(keys).size]).toEqual([TASKS, TASKS]);
  const again = await project.json<{ created: number }>(["plan", "import", `${id}.yaml`, "--confirm"]);
  expect(again).toMatchObject({ exit: 0, data: { created: 0 } });
  expect((await keysOf(id)).length).toBe(TASKS);
}

const serve = async (): Promise<ChildProcess> => {
  const server = project.rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]);
  await firstLine(server);
  return server;
};

describe.runIf(process.platform === "linux")("taskwerk killed in the middle of an import", () => {
  eachCase(MOMENTS, (_, at) => at === 0)(
    "$what: the import goes on, and there is one copy",
    async ({ watch }) => {
      const server = await serve();
      const { id, child } = await startImport();
      expect(await killAt(watch(server), server, child)).toBe(true);
      expect(await ended(child)).toMatchObject({ code: 0, stderr: "" });
      await expectOneCopy(id);
      expect(await readFile(join(project.dir, `${id}.yaml`), "utf8")).toContain("status: imported");
    },
    120_000,
  );
});

describe.runIf(process.platform === "linux")("conductor killed in the middle of an import", () => {
  eachCase(MOMENTS.slice(1), (_, at) => at === 0)(
    "$what: all or nothing is there, and done again one copy",
    async ({ watch }) => {
      const server = await serve();
      const { id, child } = await startImport();
      expect(await killAt(watch(server), child, child)).toBe(true);
      await ended(child);
      expect([0, TASKS]).toContain((await keysOf(id)).length);
      expect((await project.json(["plan", "import", `${id}.yaml`, "--confirm"])).exit).toBe(0);
      await expectOneCopy(id);
      server.kill("SIGTERM");
      await ended(server);
    },
    120_000,
  );
});
