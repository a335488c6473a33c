/** The demo's scenario, played on the demo's repository without conductor: every step of it must leave the gates green. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readScenario } from "./read-scenario.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples/", import.meta.url));
const PARSE = "Parse links from Markdown and HTML";
const LIMIT = "Limit requests per host";
const RETRY = "Retry with backoff on 429 and 5xx";
const TABLE = "Print results as a table";
const ANCHORS = "Report broken anchors";
const CACHE = "Cache results between runs";
const EXIT = "Document exit codes";
const CI = "Check our own links in CI";
/** What comes after what, as the PRD says it. */
const AFTER: Readonly<Record<string, readonly string[]>> = { [ANCHORS]: [PARSE], [CACHE]: [LIMIT], [CI]: [EXIT] };

const dir = mkdtempSync(join(tmpdir(), "demo-"));
const agent = join(dir, "scripted-agent.cjs");

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("./scripted-agent.ts", import.meta.url))],
    outfile: agent,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
  // No pauses, and a loop that nobody stops ends after two rounds.
  const scenario = JSON.parse(readFileSync(join(EXAMPLES, "demo/scenario.json"), "utf8"), (key, value: unknown) =>
    key === "times" ? 2 : value,
  ) as object;
  cpSync(join(EXAMPLES, "demo"), join(dir, "demo"), { recursive: true });
  writeFileSync(join(dir, "demo/scenario.json"), JSON.stringify({ ...scenario, pace: 0 }));
});
afterAll(() => rmSync(dir, { recursive: true }));

const env = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env.PATH ?? "",
  HOME: dir,
  TMPDIR: dir,
  ...more,
});

function repository(name: string): string {
  const clone = join(dir, name);
  cpSync(join(EXAMPLES, "linkcheck"), clone, { recursive: true });
  execFileSync("git", ["init", "-q", "-b", "main"], { cwd: clone, env: env() });
  execFileSync("git", ["add", "-A"], { cwd: clone, env: env() });
  const as = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
  execFileSync("git", [...as, "commit", "-qm", "chore: start"], { cwd: clone, env: env() });
  return clone;
}

/** Plays one task; answers what the agent said. Throws when it did not end well. */
function play(clone: string, title: string, brief = `# ${title}\n`): string {
  const telling = { CONDUCTOR_TASK_TITLE: title };
  const args = [agent, join(dir, "demo/scenario.json")];
  const ran = spawnSync(process.execPath, args, { cwd: clone, env: env(telling), input: brief, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`${title}: ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

interface Judged {
  readonly ok: boolean;
  readonly output: string;
}

function gate(clone: string, command: string): Promise<Judged> {
  const child = spawn("/bin/sh", ["-c", `${command} 2>&1`], { cwd: clone, env: env() });
  let output = `${command}\n`;
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  return new Promise((done) => child.once("close", (code) => done({ ok: code === 0, output })));
}

async function expectGreen(clone: string): Promise<void> {
  const { scripts } = JSON.parse(readFileSync(join(clone, "package.json"), "utf8")) as {
    scripts: Record<"lint" | "build" | "test", string>;
  };
  // The build writes folders that the tests would walk through.
  const judged = await Promise.all([scripts.lint, scripts.test].map((command) => gate(clone, command)));
  judged.push(await gate(clone, scripts.build));
  for (const { ok, output } of judged) expect(ok, output).toBe(true);
}

const REWORK = "\n## What was red in the last try\n\ntest: 2 of 23\n";

describe("the demo", () => {
  it("has a scenario that is one, with a task for each requirement that heads a list in the PRD", () => {
    const scenario = readScenario(JSON.parse(readFileSync(join(EXAMPLES, "demo/scenario.json"), "utf8")));
    const prd = readFileSync(join(EXAMPLES, "prds/linkcheck.md"), "utf8");
    const titles = [...prd.matchAll(/^- \*\*R\d+\*\* ([^.]+)\./gm)].map(([, title]) => title!);
    expect(titles).toEqual([PARSE, LIMIT, RETRY, TABLE, ANCHORS, CACHE, EXIT, CI]);
    for (const title of titles) {
      const fitting = scenario.tasks.filter(({ match }) => new RegExp(match.title!, "i").test(title));
      expect(fitting, title).toHaveLength(1);
    }
  });

  it("leaves lint, build and tests green in the order of the PRD, and the tree clean after each task", {
    timeout: 120_000,
  }, async () => {
    const clone = repository("in-order");
    for (const title of [PARSE, LIMIT, RETRY, TABLE, ANCHORS, CACHE, EXIT, CI]) {
      if (title === RETRY) {
        expect(play(clone, title)).toContain("all tests pass");
        const { ok, output } = await gate(clone, "node --test");
        expect(ok).toBe(false);
        expect(output).toMatch(/^# fail 2$/m);
      }
      play(clone, title, title === RETRY ? `# ${title}${REWORK}` : undefined);
      expect(execFileSync("git", ["status", "--short"], { cwd: clone, encoding: "utf8" })).toBe("");
    }
    await expectGreen(clone);
    const covered = (await gate(clone, "node --test --experimental-test-coverage")).output;
    expect(Number(/^# all files\s*\|\s*([\d.]+)/m.exec(covered)?.[1])).toBeGreaterThanOrEqual(95);
  });

  it("merges in any order that the PRD allows, without conflicts, and stays green", { timeout: 120_000 }, async () => {
    const clone = repository("merged");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
        cwd: clone,
        encoding: "utf8",
      });
    const order = [EXIT, CI, TABLE, RETRY, LIMIT, CACHE, PARSE, ANCHORS];
    for (const [n, title] of order.entries()) {
      git("checkout", "-q", "-b", `task-${n}`, git("rev-list", "--max-parents=0", "main").trim());
      for (const before of AFTER[title] ?? []) git("merge", "-q", "--no-edit", `task-${order.indexOf(before)}`);
      play(clone, title, title === RETRY ? `# ${title}${REWORK}` : undefined);
    }
    git("checkout", "-q", "main");
    for (const n of order.keys()) git("merge", "-q", "--no-ff", "--no-edit", `task-${n}`);
    await expectGreen(clone);
  });

  it("writes the answer to its question into code, tests and documentation", { timeout: 60_000 }, async () => {
    const clone = repository("answered");
    play(clone, EXIT, `# ${EXIT}\n\nExit 1 or 2 for broken links?\nAnswer: 2, as diff does\n`);
    expect(readFileSync(join(clone, "src/exit-codes.mjs"), "utf8")).toContain("broken: 2, usage: 64");
    expect(readFileSync(join(clone, "docs/exit-codes.md"), "utf8")).toContain("| 2 | at least one link is broken |");
    await expectGreen(clone);
  });
});
