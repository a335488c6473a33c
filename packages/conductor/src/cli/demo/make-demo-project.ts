import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { stringify } from "yaml";
import { makeRepository } from "../../git/make-repository.ts";
import type { World } from "../world.ts";
import { demoFileOf, markOf } from "./demo-file.ts";

/** The document, as it is named inside. */
export const DEMO_PRD = "PRD.md";

/** The commit that a demo in this directory began with; null where the demo has made nothing. */
export async function startOf(dir: string): Promise<string | null> {
  const mark = await readFile(markOf(dir), "utf8").catch(() => "");
  return /^[0-9a-f]{40,64}$/m.exec(mark)?.[0] ?? null;
}

/** Copies the example into `dir`, and makes it a repository with one commit. */
export async function makeDemoProject(from: {
  readonly dir: string;
  readonly examples: string;
  readonly world: World;
}): Promise<void> {
  const { dir, examples, world } = from;
  if (existsSync(dir) && (await readdir(dir)).length > 0) {
    if (!existsSync(markOf(dir)))
      throw new WerkError("USAGE", `${dir} exists, and the demo did not make it`, {
        hint: "Somewhere else:  conductor demo another-dir",
        field: "dir",
        given: dir,
      });
    await rm(dir, { recursive: true });
  }
  await mkdir(dir, { recursive: true });
  await cp(join(examples, "linkcheck"), dir, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist)$/.test(path),
  });
  // npm takes no .gitignore into a package, so there it lies without its dot.
  if (existsSync(join(dir, "gitignore"))) await rename(join(dir, "gitignore"), join(dir, ".gitignore"));
  await cp(join(examples, "prds", "linkcheck.md"), join(dir, DEMO_PRD));
  await makeRepository({
    dir,
    message: "chore: linkcheck as it is",
    env: world.env,
  });
  const start = await readFile(join(dir, ".git", "refs", "heads", "main"), "utf8");
  await writeFile(markOf(dir), `made by conductor demo\n${start}`);
}

/** Writes a configuration for the scripted agent, so that whatever is typed in the demo's directory finds it. */
export async function configureDemo(from: {
  readonly stateDir: string;
  readonly examples: string;
  readonly scriptedAgent: string;
  readonly world: World;
}): Promise<void> {
  const { stateDir, examples, world } = from;
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  await writeFile(
    demoFileOf(stateDir),
    stringify({
      orchestration: {
        agent: "command",
        agents: {
          command: {
            argv: [world.nodePath, from.scriptedAgent, join(examples, "demo", "scenario.json")],
            binds: [join(examples, "demo")],
            paid_by: "nobody (scripted)",
            reports_usage: true,
          },
        },
        workflow: { require_tests: true, min_coverage: 80 },
      },
      gates: { concurrency: 2 },
    }),
  );
}
