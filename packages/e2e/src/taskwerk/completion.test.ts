/** Completion as somebody at a terminal has it: real shells, real tabs. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, programPath, type Rig } from "../rig.ts";
import { hasTerminal, openTerminal, type Terminal } from "../terminal.ts";

let rig: Rig;
const EVIL = 'Evil $(touch pwned) `touch pwned` "; touch pwned; \x1b]52;c;ZXZpbA==\x07\x1b[2J';

beforeAll(async () => {
  rig = await makeRig();
  await rig.data("init");
  await rig.data("add", "Limit requests", "-t", "api", "-a", "ann", "--session", "orchestration-42");
  await rig.data("add", EVIL, "-t", "apt", "--session", "orchestration-43");
  await rig.data("add", "Third one", "--parent", "1");
  await writeFile(join(rig.dir, "plan of tasks.json"), "[]");
});
afterAll(() => rig.remove());

/** What `taskwerk` answers a shell for this line, the last word being at the cursor. */
async function candidates(...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await rig.taskwerk("__complete", "--", ...words);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t")[0]!);
}

describe("what a shell is told", () => {
  it.each([
    [["sho"], ["show"]],
    [
      ["dep", ""],
      ["add", "rm", "list", "check", "cycles"],
    ],
    [["session", "st"], ["start"]],
    [
      ["show", ""],
      ["TASK-002", "TASK-001.1", "TASK-001", "@last"],
    ],
    [
      ["show", "TASK-0"],
      ["TASK-002", "TASK-001.1", "TASK-001"],
    ],
    [["show", "1"], ["TASK-001"]],
    [["show", "TASK-001."], ["TASK-001.1"]],
    [["done", "TASK-002,TASK-001."], ["TASK-002,TASK-001.1"]],
    [["dep", "add", "1", "2"], ["TASK-002"]],
    [["list", "stat"], ["status:"]],
    [
      ["list", "status:re"],
      ["status:review", "status:ready"],
    ],
    [["list", "status:todo,do"], ["status:todo,done"]],
    [
      ["list", "-tag:"],
      ["-tag:api", "-tag:apt"],
    ],
    [["list", "!is:over"], ["!is:overdue"]],
    [
      ["list", "session:"],
      ["session:orchestration-43", "session:orchestration-42"],
    ],
    [["list", "under:TASK-001"], ["under:TASK-001"]],
    [["list", "--tr"], ["--tree"]],
    [["list", "--status=can"], ["--status=cancelled"]],
    [
      ["list", "-t", "ap"],
      ["api", "apt"],
    ],
    [["list", "-t", "api,"], ["api,apt"]],
    [["list", "--sort", "-pri"], ["-priority"]],
    [
      ["list", "--format", "c"],
      ["csv", "csv-raw"],
    ],
    [["list", "--fields", "id,tit"], ["id,title"]],
    [
      ["update", "1", "--priority", ""],
      ["critical", "high", "medium", "low"],
    ],
    [
      ["update", "1", "-a", ""],
      ["me", "ann"],
    ],
    [["note", "1", "x", "--type", "p"], ["progress"]],
    [
      ["log", "--session", ""],
      ["orchestration-43", "orchestration-42"],
    ],
    [
      ["session", "show", ""],
      ["orchestration-43", "orchestration-42"],
    ],
    [["stats", "--by", "pri"], ["priority"]],
    [["config", "set", "cl"], ["claim.lease"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["help", "TASK_N"], ["TASK_NOT_FOUND"]],
    [["help", "dat"], ["dates"]],
    [["help", "config", "ex"], ["explain"]],
    [["import", ""], [":files"]],
    [["-C", ""], [":files"]],
    [["--json", "--session", "orchestration-42", "sho"], ["show"]],
    [["add", "a title", "-"], expect.arrayContaining(["--tag", "--due", "--json"])],
    [["list", "nothing-like-this:"], []],
    [["no-such-command", ""], []],
  ])("%j: %j", async (words, expected) => {
    expect(await candidates(...words)).toEqual(expected);
  });

  it("is nothing where there is no store, and it is not said why", async () => {
    const away = ["-C", rig.env.HOME!];
    expect(await candidates(...away, "show", "")).toEqual([]);
    expect(await candidates(...away, "list", "is:ove")).toEqual(["is:overdue"]);
  });

  it("has nothing in it that a terminal acts on", async () => {
    for (const words of [
      ["show", ""],
      ["undo", "--op", ""],
      ["list", "id:"],
    ]) {
      const { stdout } = await rig.taskwerk("__complete", "--", ...words);
      expect(stdout).toContain("Evil");
      expect(stdout).toMatch(/^(?:[^\x00-\x1f\x7f-\x9f]+\t[^\x00-\x1f\x7f-\x9f]*\n)+$/);
    }
  });

  describe("by a server", () => {
    const ask = (url: string, ...words: readonly string[]) =>
      rig.run("taskwerk", ["__complete", "--", ...words], { env: { TASKWERK_URL: url, TASKWERK_TOKEN: "t" } });
    const firstOf = ({ stdout }: { readonly stdout: string }): readonly string[] =>
      stdout.split("\n").flatMap((line) => line.split("\t")[0] || []);

    it("is what its store has, named by the environment or on the line", async () => {
      const other = await makeRig();
      await other.data("init", "--prefix", "FAR");
      await other.data("add", "Far away");
      const { url } = await other.data<{ url: string }>("api", "start", "--port", "0", "--detach");
      const { token } = await other.data<{ token: string }>("api", "token");
      const env = { TASKWERK_URL: url, TASKWERK_TOKEN: token };
      const words = ["show", "FAR"];
      expect(firstOf(await rig.run("taskwerk", ["__complete", "--", ...words], { env }))).toEqual(["FAR-001"]);
      const line = ["__complete", "--", "--remote", url, ...words];
      expect(firstOf(await rig.run("taskwerk", line, { env: { TASKWERK_TOKEN: token } }))).toEqual(["FAR-001"]);
      await other.data("api", "stop");
      await other.remove();
    });

    it("is nothing where it is gone, hangs, drips or is no server, soon, and it is not said why", async () => {
      const silent = createServer().listen(0, "127.0.0.1");
      const dripping = createServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n");
        const timer = setInterval(() => socket.write(" "), 50);
        socket.on("error", () => undefined);
        socket.once("close", () => clearInterval(timer));
      }).listen(0, "127.0.0.1");
      const gone = createServer().listen(0, "127.0.0.1");
      const urls = await Promise.all(
        [silent, dripping, gone].map(async (server) => {
          if (!server.listening) await once(server, "listening");
          return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        }),
      );
      gone.close();
      try {
        // A call by a server may take ten minutes: that these come to an end at all says that they do not wait for it.
        for (const url of [...urls, "nonsense", "ftp://x", "http://name.invalid"]) {
          for (const words of [
            ["show", ""],
            ["show", "1"],
            ["list", "tag:"],
            ["log", "--session", ""],
          ]) {
            const { code, stdout, stderr } = await ask(url, ...words);
            expect({ url, words, code, stdout, stderr }).toEqual({ url, words, code: 0, stdout: "", stderr: "" });
          }
          expect(firstOf(await ask(url, "sho"))).toEqual(["show"]);
        }
      } finally {
        for (const server of [silent, dripping]) server.close();
      }
    }, 60_000);
  });

  it("does not know another shell, and says which it does", async () => {
    expect(await rig.failure("completion", "bsh")).toMatchObject({ exit: 2, code: "USAGE", candidates: ["bash"] });
  });
});

interface Shell {
  readonly name: string;
  readonly start: readonly string[];
  /** Lines that make it complete. */
  readonly prepare: readonly string[];
  /** What lists candidates, once the line is unambiguous no more. */
  readonly listing: number;
  /** How its line editor shows a name with spaces. */
  readonly file: RegExp;
}

const SHELLS: readonly Shell[] = [
  {
    name: "bash",
    start: ["bash", "--norc", "--noprofile", "-i"],
    prepare: ["source <(taskwerk completion bash)"],
    listing: 2,
    file: /taskwerk import plan\\ of\\ tasks\.json/,
  },
  {
    name: "zsh",
    start: ["zsh", "-f", "-i"],
    prepare: ["autoload -Uz compinit && compinit -u -D", "source <(taskwerk completion zsh)"],
    listing: 1,
    file: /taskwerk import plan\\ of\\ tasks\.json/,
  },
  {
    name: "fish",
    start: ["fish", "--no-config", "-i"],
    prepare: ["taskwerk completion fish | source"],
    listing: 1,
    file: /taskwerk import '?plan(\\ | )of(\\ | )tasks\.json/,
  },
];

const has = (name: string): boolean => {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return process.env.TASKWERK_REQUIRE_TOOLS === "1";
  }
};

describe.each(SHELLS)("in $name", ({ name, start, prepare, listing, file }) => {
  describe.runIf(hasTerminal() && has(name))("at a terminal", () => {
    let terminal: Terminal;
    beforeAll(async () => {
      const path = `${dirname(programPath("taskwerk"))}:${rig.env.PATH}`;
      terminal = await openTerminal({ cwd: rig.dir, env: { ...rig.env, PATH: path }, columns: 78, shell: start });
      for (const line of prepare) await terminal.types(line);
      await terminal.types(name === "fish" ? "echo sum (math 1 + 1)" : "echo sum $((1 + 1))");
      await terminal.sees("sum 2");
    });
    afterAll(() => terminal?.close());

    /** Types, presses Tab, and waits for what comes; then the line is left. */
    async function tabs(text: string, wanted: string | RegExp, times = 1): Promise<string> {
      await terminal.begins(text);
      for (let time = 0; time < times; time += 1) {
        await terminal.presses("Tab");
        // The second tab counts only once the first one is answered.
        if (times > 1) await new Promise((resolve) => setTimeout(resolve, 1_500));
      }
      const screen = await terminal.sees(wanted);
      // Not Ctrl-C: it throws away what is typed right behind it.
      await terminal.presses("C-u");
      return screen;
    }

    it.each([
      ["taskwerk sho", /taskwerk show $/m],
      ["taskwerk list status:rev", /taskwerk list status:review\b/],
      ["taskwerk list tag:api,ap", /taskwerk list tag:api,apt\b/],
      ["taskwerk list --status=canc", /taskwerk list --status=cancelled\b/],
      ["taskwerk list --tre", /taskwerk list --tree\b/],
      ["taskwerk log --session orchestration-42", /taskwerk log --session orchestration-42 $/m],
      ["taskwerk help TASK_NOT_F", /taskwerk help TASK_NOT_FOUND\b/],
    ])("%s and a tab", async (typed, wanted) => {
      await tabs(typed, wanted);
    });

    it("completes names of files, also with spaces", async () => {
      await tabs("taskwerk import plan", file);
    });

    it("lists ids with their titles, and no title is run or moves the cursor", async () => {
      const screen = await tabs("taskwerk show ", /TASK-001\.1.*Third one/, listing);
      expect(screen).toMatch(/TASK-001\b.*Limit requests/);
      expect(screen).toMatch(/TASK-002\b.*Evil \$\(touch pwned\)/);
      await terminal.begins("taskwerk show TASK-002");
      await terminal.presses("Tab");
      await terminal.presses("Enter");
      await terminal.sees(/ready, (med|medium)/);
      expect(existsSync(join(rig.dir, "pwned"))).toBe(false);
    });
  });
});
