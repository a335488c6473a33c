import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "./programs.mjs";

const NATIVE = "node_modules/better-sqlite3/build/Release/better_sqlite3.node";

/** Stands in for npm: notes that it was called, takes its time, then lays out what `npm ci` would. */
const NPM = `#!${process.execPath}
const fs = require("node:fs");
process.on("SIGINT", () => { fs.appendFileSync("npm-calls", "interrupted\\n"); if (plan !== "deaf") setTimeout(() => process.exit(130), 200); });
fs.appendFileSync("npm-calls", process.pid + " " + process.argv.slice(2).join(" ") + "\\n");
console.log("npm speaks");
const plan = fs.readFileSync("npm-plan", "utf8");
if (plan === "fail") { console.error("npm ERR! no such registry"); process.exit(3); }
const finish = () => {
  fs.mkdirSync("node_modules/better-sqlite3/build/Release", { recursive: true });
  fs.copyFileSync(${JSON.stringify(join(ROOT, NATIVE))}, ${JSON.stringify(NATIVE)});
  fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json");
};
if (plan === "deaf") {
  const compiler = require("node:child_process").spawn("sh", ["-c", "trap '' INT TERM; while :; do sleep 1; done"], { stdio: "ignore" });
  fs.mkdirSync("node_modules/better-sqlite3", { recursive: true });
  fs.appendFileSync("npm-calls", "compiler " + compiler.pid + "\\n");
}
const look = setInterval(() => { if (!["wait", "deaf"].includes(fs.readFileSync("npm-plan", "utf8"))) { clearInterval(look); finish(); process.exit(0); } }, 20);
`;

/** Stands in for the build: writes a program that tells its arguments. */
const BUILD = `import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync("builds", "built\\n");
mkdirSync("packages/taskwerk/dist", { recursive: true });
writeFileSync("packages/taskwerk/dist/taskwerk.cjs", 'process.stdout.write("taskwerk ran " + process.argv.slice(2).join(" ") + "\\\\n")');
`;

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said on stderr so far. */
  said(): string;
}

let dir: string;
const running: ChildProcess[] = [];

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text, { mode });
}
const read = (path: string): string => (existsSync(join(dir, path)) ? readFileSync(join(dir, path), "utf8") : "");
const lines = (path: string): string[] => read(path).split("\n").filter(Boolean);
const npmPlan = (plan: "go" | "wait" | "fail" | "deaf"): void => put("npm-plan", plan);

function start(program: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [join(dir, "bin", program), ...args], {
    cwd: dir,
    env: { PATH: `${join(dir, "tools")}:${process.env.PATH}`, HOME: join(dir, "home") },
  });
  running.push(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.once("exit", (code, signal) => setImmediate(() => resolve({ stdout, stderr, code, signal }))),
  );
  return { child, ended, said: () => stderr };
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error("it never came to pass");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "setup-"));
  cpSync(join(ROOT, "bin"), join(dir, "bin"), { recursive: true });
  put(
    "package-lock.json",
    JSON.stringify({ packages: { "": {}, "node_modules/better-sqlite3": { version: "1.0.0" } } }),
  );
  put("packages/taskwerk/src/main.ts", "");
  put("packages/build/src/build.mjs", BUILD);
  put("tools/npm", NPM, 0o755);
  npmPlan("go");
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  npmPlan("go");
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

describe("a program started from a fresh clone", () => {
  it("installs, builds and runs; nothing but the program writes to stdout", async () => {
    const { stdout, stderr, code } = await start("taskwerk", "list", "--json").ended;
    expect({ stdout, code }).toEqual({ stdout: "taskwerk ran list --json\n", code: 0 });
    expect(stderr).toContain("building SQLite once, about 2 minutes");
    expect(read("setup.log")).toContain("npm speaks");
    expect(lines("npm-calls")[0]).toMatch(/ ci .*--include=dev/);
    expect(existsSync(join(dir, ".setup.lock"))).toBe(false);
  });

  it("says nothing and calls nobody once it is built", async () => {
    await start("taskwerk").ended;
    put("tools/npm", "", 0o755);
    expect(await start("taskwerk").ended).toMatchObject({ stdout: "taskwerk ran \n", stderr: "", code: 0 });
    expect(lines("builds")).toHaveLength(1);
  });

  it("lets one of several do the work; the others say that they wait", async () => {
    npmPlan("wait");
    const first = start("taskwerk", "1");
    await until(() => lines("npm-calls").length === 1);
    const others = [start("taskwerk", "2"), start("taskwerk", "3")];
    await until(() => others.every((other) => other.said().includes(`waiting for process ${first.child.pid}`)));
    npmPlan("go");
    const ends = await Promise.all([first, ...others].map((one) => one.ended));
    expect(ends.map((end) => end.stdout)).toEqual([1, 2, 3].map((n) => `taskwerk ran ${n}\n`));
    expect(lines("npm-calls")).toHaveLength(1);
    expect(lines("builds")).toHaveLength(1);
  });

  it("names the log when npm fails, and mends it the next time", async () => {
    npmPlan("fail");
    const failed = await start("taskwerk").ended;
    expect(failed).toMatchObject({ stdout: "", code: 1 });
    expect(failed.stderr).toContain("npm ci ended with exit code 3");
    expect(failed.stderr).toContain("no such registry");
    expect(failed.stderr).toContain(join(dir, "setup.log"));
    npmPlan("go");
    expect(await start("taskwerk").ended).toMatchObject({ stdout: "taskwerk ran \n", code: 0 });
  });

  it("waits for the npm of a set-up that was killed, then goes on from there", async () => {
    npmPlan("wait");
    const first = start("taskwerk", "1");
    await until(() => lines("npm-calls").length === 1);
    first.child.kill("SIGKILL");
    await first.ended;
    const second = start("taskwerk", "2");
    await until(() => second.said().includes("waiting for process"));
    npmPlan("go");
    expect(await second.ended).toMatchObject({ stdout: "taskwerk ran 2\n", code: 0 });
    expect(lines("npm-calls")).toHaveLength(1);
  });

  it("starts over when the set-up and its npm were both killed half way", async () => {
    npmPlan("wait");
    const first = start("taskwerk", "1");
    await until(() => lines("npm-calls").length === 1);
    first.child.kill("SIGKILL");
    process.kill(Number(lines("npm-calls")[0]?.split(" ")[0]), "SIGKILL");
    await first.ended;
    put("node_modules/half/package.json", "{}");
    npmPlan("go");
    const both = await Promise.all([start("taskwerk", "2").ended, start("taskwerk", "3").ended]);
    expect(both.map((end) => end.stdout)).toEqual(["taskwerk ran 2\n", "taskwerk ran 3\n"]);
    expect(lines("npm-calls")).toHaveLength(2);
  });

  it("ends by the signal on Ctrl-C, after npm has ended, and leaves no lock", async () => {
    npmPlan("wait");
    const first = start("taskwerk");
    await until(() => lines("npm-calls").length === 1);
    first.child.kill("SIGINT");
    expect(await first.ended).toMatchObject({ stdout: "", signal: "SIGINT" });
    expect(lines("npm-calls")).toContain("interrupted");
    expect(existsSync(join(dir, ".setup.lock"))).toBe(false);
  });

  it("ends soon on Ctrl-C, whatever npm does, with the compiler that it has started, and starts over the next time", async () => {
    npmPlan("deaf");
    const first = start("taskwerk");
    await until(() => lines("npm-calls").length === 2);
    const [npm, compiler] = lines("npm-calls").map((line) => Number(/\d+/.exec(line)![0]));
    first.child.kill("SIGINT");
    expect(await first.ended).toMatchObject({ stdout: "", signal: "SIGINT" });
    await until(() => [npm, compiler].every((pid) => !existsSync(`/proc/${pid}`)));
    expect(existsSync(join(dir, ".setup.lock"))).toBe(false);
    npmPlan("go");
    expect(await start("taskwerk").ended).toMatchObject({ stdout: "taskwerk ran \n", code: 0 });
  });

  it("takes over a lock that nobody signed", async () => {
    mkdirSync(join(dir, ".setup.lock"));
    utimesSync(join(dir, ".setup.lock"), 1, 1);
    expect(await start("taskwerk").ended).toMatchObject({ stdout: "taskwerk ran \n", code: 0 });
  });

  it("builds again, without installing, when the lock file changed but asks for the same packages", async () => {
    await start("taskwerk").ended;
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(dir, "package-lock.json"), later, later);
    await start("taskwerk").ended;
    await start("taskwerk").ended;
    expect(lines("npm-calls")).toHaveLength(1);
    expect(lines("builds")).toHaveLength(2);
  });

  it("installs again when the lock file asks for another version", async () => {
    await start("taskwerk").ended;
    const later = new Date(Date.now() + 1000);
    put("package-lock.json", JSON.stringify({ packages: { "node_modules/better-sqlite3": { version: "1.0.1" } } }));
    utimesSync(join(dir, "package-lock.json"), later, later);
    expect(await start("taskwerk").ended).toMatchObject({ stdout: "taskwerk ran \n", code: 0 });
    expect(lines("npm-calls")).toHaveLength(2);
  });

  it("says so when the build fails", async () => {
    put("packages/build/src/build.mjs", `process.stderr.write("main.ts:3: no\\n"); process.exitCode = 1;`);
    const { stdout, stderr, code } = await start("taskwerk").ended;
    expect({ stdout, code }).toEqual({ stdout: "", code: 1 });
    expect(stderr).toMatch(/main\.ts:3: no\n.*npm run build/s);
  });

  it("says so where there is no npm", async () => {
    rmSync(join(dir, "tools/npm"));
    const child = spawn(process.execPath, [join(dir, "bin/taskwerk")], { cwd: dir, env: { PATH: join(dir, "tools") } });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += chunk));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(stderr).toContain("npm is not on the PATH");
    expect(code).toBe(1);
  });
});
