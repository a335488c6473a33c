import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkArrows } from "./arrows.mjs";

const PRIVATE = ["contract", "terminal", "config", "sqlite", "rehearsal"];
const LIBRARIES = ["better-sqlite3", "simple-git", "@anthropic-ai/sdk", "react", "hono", "zod", "marked", "vitest"];

/** A small tree that obeys every rule: file → what it imports. */
const GOOD: Record<string, readonly string[]> = {
  "contract/src/errors.ts": [],
  "contract/src/task.ts": ["zod", "./errors.ts"],
  "terminal/src/print.ts": ["@taskwerk/contract/errors"],
  "sqlite/src/open.ts": ["better-sqlite3", "@taskwerk/contract/errors"],
  "rehearsal/src/server.ts": ["node:http", "@taskwerk/contract/errors"],
  "taskwerk/src/core/task.ts": ["@taskwerk/contract/task", "node:crypto"],
  "taskwerk/src/core/task.test.ts": ["vitest", "./task.ts"],
  "taskwerk/src/store/open.ts": ["@taskwerk/sqlite/open", "../core/task.ts", "node:fs"],
  "taskwerk/src/operations/add.ts": ["../store/open.ts"],
  "taskwerk/src/cli/add.ts": ["../operations/add.ts", "@taskwerk/terminal/print"],
  "taskwerk/src/api/server.ts": ["hono", "../operations/add.ts"],
  "taskwerk/src/webhooks/deliver.ts": ["../store/open.ts"],
  "taskwerk/src/main.ts": ["./cli/add.ts", "./api/server.ts", "./webhooks/deliver.ts"],
  "conductor/src/model/plan.ts": ["@taskwerk/contract/task"],
  "conductor/src/git/git.ts": ["simple-git", "../model/plan.ts"],
  "conductor/src/gates/run-gates.ts": ["../model/plan.ts", "node:child_process"],
  "conductor/src/journal/append.ts": ["@taskwerk/sqlite/open", "../model/plan.ts"],
  "conductor/src/plan/read/markdown.ts": ["marked", "../../model/plan.ts"],
  "conductor/src/plan/planners/claude.ts": ["@anthropic-ai/sdk", "../read/markdown.ts"],
  "conductor/src/agents/claude.ts": ["@anthropic-ai/sdk", "../model/plan.ts"],
  "conductor/src/test-support/rig.ts": ["../git/git.ts", "vitest"],
  "conductor/src/landing/land.test.ts": ["../test-support/rig.ts", "../git/git.ts"],
  "rehearsal/src/server.test.ts": ["@anthropic-ai/sdk", "./server.ts"],
  "conductor/src/run/run.ts": ["../git/git.ts", "../gates/run-gates.ts", "../journal/append.ts"],
  "conductor/src/report/report.ts": ["../journal/append.ts"],
  "conductor/src/cli/start.ts": ["../run/run.ts", "../report/report.ts", "@taskwerk/rehearsal/server"],
  "conductor/src/cli/agents-of.ts": ["../agents/claude.ts"],
  "conductor/src/tui/monitor.tsx": ["react", "../journal/append.ts"],
  "conductor/src/main.ts": ["./cli/start.ts", "./tui/monitor.tsx"],
};

/** rule → an import that breaks it: [file, what it imports]. */
const BROKEN: Record<string, readonly [string, string]> = {
  "everything-resolves": ["taskwerk/src/cli/lost.ts", "@taskwerk/contract/nowhere"],
  "nobody-imports-a-main": ["taskwerk/src/cli/main-again.ts", "../main.ts"],
  "nobody-imports-a-test": ["taskwerk/src/core/proof.ts", "./task.test.ts"],
  "test-tools-only-in-tests": ["taskwerk/src/cli/mock.ts", "vitest"],
  "test-support-only-in-tests": ["conductor/src/run/rigged.ts", "../test-support/rig.ts"],
  "contract-knows-nobody": ["contract/src/shortcut.ts", "@taskwerk/terminal/print"],
  "contract-needs-only-zod": ["contract/src/client.ts", "hono"],
  "libraries-know-only-the-contract": ["terminal/src/table.ts", "@taskwerk/sqlite/open"],
  "conductor-only-through-the-contract": ["conductor/src/tasks/direct.ts", "../../../taskwerk/src/store/open.ts"],
  "taskwerk-never-knows-conductor": ["taskwerk/src/cli/plan.ts", "@taskwerk/rehearsal/server"],
  "stories-run-what-is-built": ["e2e/src/rig.ts", "../../taskwerk/src/core/task.ts"],
  "rehearsal-only-from-cli-and-tests": ["conductor/src/agents/scripted.ts", "@taskwerk/rehearsal/server"],
  "core-is-pure": ["taskwerk/src/core/lookup.ts", "../store/open.ts"],
  "core-and-formats-do-no-io": ["taskwerk/src/core/read.ts", "node:fs/promises"],
  "store-stays-below": ["taskwerk/src/store/upwards.ts", "../operations/add.ts"],
  "operations-know-no-door": ["taskwerk/src/operations/show.ts", "../cli/add.ts"],
  "doors-use-operations": ["taskwerk/src/api/quick.ts", "../store/open.ts"],
  "webhooks-read-the-store": ["taskwerk/src/webhooks/add.ts", "../operations/add.ts"],
  "doors-are-strangers": ["taskwerk/src/cli/serve.ts", "../api/server.ts"],
  "model-is-pure": ["conductor/src/model/clock.ts", "node:os"],
  "parts-are-strangers": ["conductor/src/landing/land.ts", "../git/git.ts"],
  "report-folds-the-journal": ["conductor/src/report/live.ts", "../run/run.ts"],
  "run-shows-nothing": ["conductor/src/run/loud.ts", "../cli/start.ts"],
  "screens-call-run": ["conductor/src/tui/diff.tsx", "../git/git.ts"],
  "wiring-judges-nothing": ["conductor/src/cli/facts.ts", "../gates/run-gates.ts"],
  "screens-are-strangers": ["conductor/src/tui/prompt.tsx", "../cli/start.ts"],
  "one-keeper-better-sqlite3": ["conductor/src/journal/raw.ts", "better-sqlite3"],
  "one-keeper-sqlite": ["conductor/src/run/database.ts", "@taskwerk/sqlite/open"],
  "one-keeper-simple-git": ["conductor/src/run/history.ts", "simple-git"],
  "one-keeper-models": ["conductor/src/plan/ask.ts", "@anthropic-ai/sdk"],
  "one-keeper-react": ["conductor/src/cli/box.tsx", "react"],
  "one-keeper-documents": ["conductor/src/cli/render.ts", "marked"],
  "one-keeper-hono": ["taskwerk/src/operations/route.ts", "hono"],
  "taskwerk-stays-light": ["taskwerk/src/store/history.ts", "simple-git"],
};

let dir: string;

function put(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/** A module; every other import is a type import, since those are arrows too. */
function lay(path: string, imports: readonly string[]): void {
  const lines = imports.map((name, n) =>
    n % 2 === 0 ? `import "${name}";` : `import type * as t${n} from "${name}";`,
  );
  put(`packages/${path}`, `${lines.join("\n")}\nexport const here = "${path}";\n`);
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "arrows-"));
  for (const name of PRIVATE) {
    put(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@taskwerk/${name}`, exports: { "./*": "./src/*.ts" } }),
    );
    mkdirSync(join(dir, "node_modules/@taskwerk"), { recursive: true });
    symlinkSync(join(dir, "packages", name), join(dir, "node_modules/@taskwerk", name));
  }
  for (const name of LIBRARIES) {
    put(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    put(`node_modules/${name}/index.js`, "");
  }
  put("package.json", "{}");
  put(".gitignore", "node_modules\n");
  execFileSync("git", ["init", "-q"], { cwd: dir });
  for (const [path, imports] of Object.entries(GOOD)) lay(path, imports);
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("checkArrows", () => {
  it("finds nothing wrong in a tree that obeys, and reads every module that git lists", () => {
    expect(checkArrows(dir)).toEqual({ wrong: [], unseen: [], seen: Object.keys(GOOD).length });
  });

  it("catches a wrong arrow of each kind", () => {
    for (const [path, name] of Object.values(BROKEN)) lay(path, [name]);
    lay("taskwerk/src/core/hen.ts", ["./egg.ts"]);
    lay("taskwerk/src/core/egg.ts", ["./hen.ts"]);
    lay("contract/src/errors.ts", ["./task.ts"]);
    const caught = checkArrows(dir).wrong.map(({ rule, from }) => `${rule} ${from}`);
    expect(caught).toEqual(
      expect.arrayContaining([
        ...Object.entries(BROKEN).map(([rule, [path]]) => `${rule} packages/${path}`),
        "no-cycles packages/taskwerk/src/core/egg.ts",
        "errors-import-nothing packages/contract/src/errors.ts",
      ]),
    );
  });

  it("catches a type import and an import() that point the wrong way", () => {
    put(
      "packages/conductor/src/landing/type.ts",
      `import type { here } from "../git/git.ts"; export type T = typeof here;`,
    );
    put("packages/conductor/src/landing/late.ts", `export const late = () => import("../git/git.ts");`);
    expect(
      checkArrows(dir)
        .wrong.map(({ rule, from }) => [rule, from.split("/").at(-1)])
        .sort(),
    ).toEqual([
      ["parts-are-strangers", "late.ts"],
      ["parts-are-strangers", "type.ts"],
    ]);
  });

  it("names a source that git lists and the check could not read", () => {
    put("packages/taskwerk/src/node_modules/hidden.ts", "");
    execFileSync("git", ["add", "--force", "packages/taskwerk/src/node_modules"], { cwd: dir });
    expect(checkArrows(dir).unseen).toEqual(["packages/taskwerk/src/node_modules/hidden.ts"]);
  });
});
