import { spawn } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { Failure } from "@taskwerk/contract/envelope";
import type { Task } from "@taskwerk/contract/task";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, makeRig, programPath, type Rig } from "../rig.ts";

const at = { rig: undefined as unknown as Rig, empty: "" };
beforeAll(async () => {
  at.rig = await makeRig();
  const { rig } = at;
  await rig.data("init");
  await rig.data("add", "one");
  await rig.data("add", "two", "--after", "1");
  at.empty = join(rig.dir, "..", "elsewhere");
  await mkdir(at.empty);
  await writeFile(join(rig.dir, "broken.json"), '[\n  {"title": "a"},\n  {"title": "b"\n]\n');
  await writeFile(
    join(rig.dir, "cycle.json"),
    JSON.stringify([
      { ref: "a", title: "a", depends_on: ["b"] },
      { ref: "b", title: "b", depends_on: ["a"] },
    ]),
  );
  await writeFile(
    join(rig.dir, "rows.json"),
    JSON.stringify([
      { title: "fine" },
      { title: "" },
      { title: "x", priority: "urgent" },
      { title: "y", depends_on: ["T-99"] },
    ]),
  );
  await writeFile(join(rig.dir, "binary"), Buffer.from([0, 1, 2, 255]));
  await writeFile(join(rig.dir, "latin1"), Buffer.from("stra\xdfe", "latin1"));
  await writeFile(join(rig.dir, "loop.yaml"), "- &a {title: a, metadata: {all: *a}}\n");
  await writeFile(join(rig.dir, "broken.ndjson"), '{"op":"add","title":"a"}\n{add\n');
});
afterAll(() => at.rig.remove());

/** What is typed, the error's code, the exit code, and a word of the message or the hint. */
const CASES: readonly (readonly [string, string, number, RegExp])[] = [
  ["show TASK-099", "TASK_NOT_FOUND", 3, /TASK-099/],
  ["show nonsense", "TASK_NOT_FOUND", 3, /nonsense.*\n.*taskwerk search nonsense/],
  ["done 1,99", "TASK_NOT_FOUND", 3, /99/],
  ["dep add 1 2", "DEPENDENCY_CYCLE", 8, /TASK-001/],
  ["dep add 1 1", "DEPENDENCY_CYCLE", 8, /TASK-001 cannot wait for itself/],
  ["list --fields titel", "USAGE", 2, /\n.*All fields: {2}id, uid, /],
  [`add ${"x".repeat(600)}`, "VALIDATION_FAILED", 2, /600 characters long; at most 500 .* description/s],
  ["import broken.json", "IMPORT_INVALID", 2, /line 4/],
  ["import cycle.json", "DEPENDENCY_CYCLE", 8, /cycle|circle/i],
  ["import rows.json", "IMPORT_INVALID", 2, /3/],
  ["import binary", "IMPORT_INVALID", 2, /NUL/],
  ["import nowhere.json", "FILE_NOT_FOUND", 3, /nowhere/],
  ["import nowhere.json --format json", "FILE_NOT_FOUND", 3, /nowhere/],
  ["list -s todo status:done", "INVALID_QUERY", 2, /todo and also done/],
  ["list status:tood", "INVALID_QUERY", 2, /todo/],
  ["list statsu:todo", "INVALID_QUERY", 2, /status/],
  ["list tag:a or", "INVALID_QUERY", 2, /missing/],
  ["list -tga:x", "INVALID_QUERY", 2, /tag/],
  ["list due:someday", "INVALID_QUERY", 2, /someday/],
  ["list --sort priorty", "INVALID_QUERY", 2, /priority/],
  ["list under:99", "TASK_NOT_FOUND", 3, /99/],
  ["list session:never-seen", "SESSION_NOT_FOUND", 3, /never-seen/],
  ["ready --session never-seen", "SESSION_NOT_FOUND", 3, /never-seen/],
  ["dep list 1 --fields bogus", "USAGE", 2, /bogus/],
  ["events list --limit 0", "VALIDATION_FAILED", 2, /10000/],
  ["list --bogus", "USAGE", 2, /--bogus/],
  ["list --limit many", "USAGE", 2, /--limit 0 for every row/],
  ["heartbeat 1 --claim x.1", "CLAIM_LOST", 8, /taskwerk claims/],
  ["undo --last 0", "USAGE", 2, /undo --last 3/],
  ["add x --meta size", "USAGE", 2, /--meta size=3/],
  ["move 1", "USAGE", 2, /--parent 1/],
  ["frobnicate", "USAGE", 2, /frobnicate/],
  ["--bogus", "USAGE", 2, /unknown flag --bogus.*\n.*taskwerk --help/],
  ["-V", "USAGE", 2, /Did you mean -v/],
  ["db backup no/such/copy.db", "USAGE", 2, /directory is not there.*\n.*Make the directory/],
  ["db restore nowhere.db", "FILE_NOT_FOUND", 3, /nowhere.*\n.*db backup/],
  ["add x --if-absent", "USAGE", 2, /--key jira-12/],
  ["init --prefix 1x", "USAGE", 2, /--prefix WEB/],
  ["add", "USAGE", 2, /title/],
  ["add  ", "USAGE", 2, /title/],
  ["list --status nonsense", "INVALID_STATUS", 2, /nonsense/],
  ["add x --due next,fri", "INVALID_DATE", 2, /error INVALID_DATE: due: "next,fri"/],
  ["add x --blocked-by 1", "USAGE", 2, /Did you mean --after/],
  ["create x", "USAGE", 2, /taskwerk add TITLE/],
  ["dep 2 1", "USAGE", 2, /taskwerk dep add ID ON/],
  ["add x --due someday", "INVALID_DATE", 2, /someday/],
  ["import loop.yaml", "IMPORT_INVALID", 2, /alias \*a stands within/],
  ["add x -d @latin1", "VALIDATION_FAILED", 2, /latin1 is no UTF-8.*\n.*iconv -f LATIN1 -t UTF-8/],
  [
    "batch broken.ndjson",
    "IMPORT_INVALID",
    2,
    /line 2 is not valid JSON. Nothing was done(.*\n)*.*taskwerk help batch/,
  ],
  ["undo --last 1001", "USAGE", 2, /--last.*1000/],
  ["update --where is:deleted -p low", "INVALID_QUERY", 2, /taskwerk restore/],
  ["list --session never-seen", "SESSION_NOT_FOUND", 3, /never-seen/],
  ["api start --host 0.0.0.0", "FORBIDDEN", 4, /--allow-remote/],
  ["api status", "TASKWERK_UNREACHABLE", 7, /api start/],
];

describe("bad input", () => {
  it.each(CASES)("%s is %s, exit %i", async (line, code, exit, said) => {
    const { rig } = at;
    const words = line.trim().split(/\s+/);
    const before = (await rig.taskwerk("list", "--all", "--json", "--fields", "id,rev")).stdout.replace(/"ms":\d+/, "");
    const plain = await rig.taskwerk(...words);
    expect(plain).toMatchObject({ code: exit, stdout: "" });
    expect(plain.stderr).toMatch(said);
    expect(plain.stderr).toMatch(new RegExp(`^error ${code}: `));
    expect(plain.stderr).not.toMatch(/\bat .*:\d+:\d+/);
    const json = await rig.taskwerk(...words, "--json");
    expect(json).toMatchObject({ code: exit, stderr: "" });
    expect(JSON.parse(json.stdout) as Failure).toMatchObject({ ok: false, v: 1, kind: "error", error: { code } });
    expect((await rig.taskwerk("list", "--all", "--json", "--fields", "id,rev")).stdout.replace(/"ms":\d+/, "")).toBe(
      before,
    );
  });

  it("takes no text from a pipe that is no UTF-8: nothing is replaced in silence", async () => {
    const { rig } = at;
    for (const words of ["add -", "note 1 -", "add x --note -"]) {
      const line = `printf 'stra\\337e' | exec '${process.execPath}' '${programPath("taskwerk")}' ${words}`;
      const ran = await ended(spawn("sh", ["-c", line], { cwd: rig.dir, env: rig.env }));
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toMatch(/^error VALIDATION_FAILED: stdin is no UTF-8 text.\n.*iconv/);
    }
    expect((await rig.data<readonly Task[]>("list", "--all")).map(({ title }) => title)).toEqual(["one", "two"]);
  });

  it("names the ids that were probably meant", async () => {
    expect((await at.rig.failure("show", "TASK-0001x")).code).toBe("TASK_NOT_FOUND");
    expect((await at.rig.failure("show", "TASK-010")).candidates).toContain("TASK-001");
    expect(await at.rig.failure("show", "TASK-001.9")).toMatchObject({
      code: "TASK_NOT_FOUND",
      message: "TASK-001 has no part TASK-001.9.",
      candidates: [],
    });
  });

  it("without a store is exit 9 and says how to make one, whatever the verb", async () => {
    for (const args of [["list"], ["add", "x"], ["ready"], ["api", "start", "--port", "0"], ["where"]]) {
      const ran = await at.rig.run("taskwerk", args, { cwd: at.empty });
      expect(ran).toMatchObject({ code: 9, stdout: "" });
      expect(ran.stderr).toContain("taskwerk init");
    }
  });

  it("says how to get SQLite where it is missing, or built for another Node", async () => {
    const place = join(at.rig.dir, "..", "copy");
    const root = join(programPath("taskwerk"), "../..");
    const link = async (from: string, to: string) => {
      await mkdir(dirname(join(place, to)), { recursive: true });
      await symlink(join(root, from), join(place, to));
    };
    await link("packages/taskwerk/dist", "dist");
    const list = async () => {
      const args = ["--preserve-symlinks", "--preserve-symlinks-main", join(place, "dist/taskwerk.cjs"), "list"];
      return ended(spawn(process.execPath, args, { cwd: at.rig.dir, env: at.rig.env }));
    };
    const told = /^error STORE_UNREADABLE: SQLite .*\n {2}In a checkout: .*setup\.cjs\n {2}Installed .*npm rebuild/;
    expect(await list()).toMatchObject({ code: 5, stdout: "", stderr: expect.stringMatching(told) });
    for (const file of ["better-sqlite3/package.json", "better-sqlite3/lib", "bindings", "file-uri-to-path"]) {
      await link(`node_modules/${file}`, `node_modules/${file}`);
    }
    expect(await list()).toMatchObject({ code: 5, stdout: "", stderr: expect.stringMatching(told) });
    const native = join(place, "node_modules/better-sqlite3/build/Release");
    await mkdir(native, { recursive: true });
    await writeFile(join(native, "better_sqlite3.node"), "of another Node");
    expect(await list()).toMatchObject({ code: 5, stdout: "", stderr: expect.stringMatching(told) });
  });

  it("says which port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await at.rig.failure("api", "start", "--port", String(port))).toMatchObject({
      code: "PORT_IN_USE",
      exit: 7,
    });
    server.close();
  });

  it("refuses a configuration it does not understand, by its key", async () => {
    const config = join(at.rig.dir, ".taskwerk", "config.yml");
    await writeFile(config, "api:\n  prot: 1\n");
    const failed = await at.rig.failure("api", "start");
    expect(failed).toMatchObject({ code: "CONFIG_INVALID", exit: 2, candidates: ["api.port"] });
    await writeFile(config, "");
  });

  it("keeps a title of any characters as it is", async () => {
    const title = '\'; drop table tasks; -- $(reboot) `x` %s \\ "q" é 你好 👍';
    const { changed } = await at.rig.data<{ changed: readonly Task[] }>("add", title);
    expect((await at.rig.data<Task>("show", changed[0]!.id)).title).toBe(title);
  });
});
