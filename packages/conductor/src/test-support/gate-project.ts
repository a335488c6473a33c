/** For tests: a small node project in a directory of its own, and all that gates need to run on it. */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { BaseTree } from "../gates/detect/base-tree.ts";
import type { GateRun } from "../gates/run-gate.ts";
import { type Cleanup, confinementOf, type TestLevel } from "./confinement-of.ts";

export interface GateProject {
  readonly dir: string;
  readonly root: string;
  readonly tree: BaseTree;
  readonly run: GateRun;
}

/** Writes the files; what it makes is handed to `cleanup` to be removed. */
export async function gateProject(
  cleanup: Cleanup,
  files: Readonly<Record<string, string>>,
  level: TestLevel = "none",
): Promise<GateProject> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "gate-")));
  cleanup(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const dir = join(root, "checkout");
  for (const name of ["checkout", "home", "tmp", "reports"]) await mkdir(join(root, name));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const confinement = await confinementOf(level, root);
  if (confinement === null) throw new Error(`this machine has no confinement of level ${level}`);
  let ids = 0;
  return {
    dir,
    root,
    tree: {
      readFile: (path) => readFile(join(dir, path), "utf8").catch(() => null),
      listFiles: async () =>
        (await readdir(dir, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => relative(dir, join(entry.parentPath, entry.name))),
    },
    run: {
      confinement,
      checkout: dir,
      reports: join(root, "reports"),
      binds: [],
      env: {},
      marker: "test/gate/1",
      tree: "a".repeat(40),
      phase: "pre",
      gateFiles: {},
      logs: join(root, "logs"),
      secrets: ["hunter2-canary"],
      newId: () => {
        ids += 1;
        return `R${ids}`;
      },
      now: () => new Date(0),
    },
  };
}
