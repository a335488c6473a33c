import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterEach, describe, expect, it } from "vitest";
import { programPath } from "../rig.ts";
import { hasTerminal, openTerminal, type Terminal } from "../terminal.ts";
import { addTasks, makeProject, type Project, QUICK } from "./project.ts";

const EVIL = "\u001b]52;c;aGFjaw==\u0007\u001b[2JEvil\r\u202Egnp.exe 链接";
const RUN = ["run", "--auto", "--allow-unsandboxed", "--budget", "5", "--wait", "20m", "--concurrency", "2"];

const SCENARIO = scenarioOf([
  agentScript("Choose a colour")
    .says("Looking at the palette")
    .asks("Which colour?", { options: ["red", "blue"], default: "red", as: "colour" })
    .writes("colour.txt", "{{colour}}\n")
    .finishes("The colour is chosen"),
  agentScript("Paint with it").writes("paint.txt", "painted\n").finishes(),
  agentScript("Add a migration")
    .writes("migrations/001.sql", "alter table users add name text;\nalter table users add age int;\n")
    .finishes()
    .on({ rework: true })
    .writes("migrations/001.sql", "alter table users add title text;\n")
    .finishes(),
  agentScript("Wait for long").says("I begin").sleeps(600_000).finishes(),
  agentScript("Evil")
    .says(EVIL)
    .asks(`Shall I? ${EVIL}`, { options: [EVIL, "no"], reversible: false })
    .finishes(EVIL),
]);

const PAINT = ["Choose a colour", { title: "Paint with it", after: "Choose a colour" }] as const;

describe.skipIf(!hasTerminal())("the screen over a run", () => {
  const open: { project: Project; terminal: Terminal; run: ChildProcess | null }[] = [];
  /** A project whose run goes on by itself, and a terminal beside it. */
  const start = async (
    tasks: Parameters<typeof addTasks>[1],
    wish: { columns?: number; rows?: number; drive?: boolean; command?: string } = {},
  ) => {
    const { columns = 80, rows = 24, drive = true, command = "conductor monitor" } = wish;
    const project = await makeProject(QUICK, SCENARIO);
    await addTasks(project.rig, tasks);
    const run = drive ? project.rig.start("conductor", RUN) : null;
    run?.stdin?.end();
    if (run !== null) await until(project, "attempt.started");
    const PATH = `${dirname(programPath("conductor"))}:${project.env.PATH}`;
    const terminal = await openTerminal({ cwd: project.rig.dir, env: { ...project.env, PATH }, columns, rows });
    open.push({ project, terminal, run });
    await terminal.types(`echo before; ${command}; echo ended with $?`);
    const presses = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await terminal.presses(key);
    };
    return { project, terminal, run, presses };
  };
  afterEach(async () => {
    for (const { project, terminal, run } of open.splice(0)) {
      await terminal.close();
      run?.kill("SIGKILL");
      await project.rig.remove();
    }
  });

  it.each([
    [80, 24],
    [200, 60],
  ])(
    "at %dx%d: answers, rejects with a note, approves, and shows tasks, logs, differences, receipts and costs",
    async (columns, rows) => {
      const { terminal, presses, project } = await start([...PAINT, "Add a migration"], { columns, rows });
      // Both cards, the one that frees more first.
      await terminal.shows(/2 cards need you/);
      // It opens on the tasks where no card has come yet.
      await presses("1");
      const inbox = (await terminal.shows("recommended")).join("\n");
      for (const part of ["[1 inbox 2]", "> Q1", "frees  2", "Which colour?", "1  red", "2  blue", "a answer"])
        expect(inbox).toContain(part);
      await presses("a");
      await terminal.shows(/\[1\] red \(recommended\) {2}\[2\] blue {2}\[w\] in words {2}\[Esc\] back/);
      await presses("2");
      await terminal.shows("Q1 answered: blue.");
      await terminal.shows(/1 card needs you/);
      await terminal.shows("> A1");
      // What it is about.
      await presses("Enter");
      const diff = (await terminal.shows("+alter table users add age int;")).join("\n");
      for (const part of [
        "[4 diff]",
        "A1  TASK-003  Add a migration",
        "new file",
        "@@ -0,0 +1,2 @@",
        "y approve  r reject",
      ])
        expect(diff).toContain(part);
      await presses("r");
      await terminal.shows("Reject A1");
      await terminal.begins("no, a title");
      await presses("Enter");
      await terminal.shows("A1 rejected: no, a title.");
      await presses("1");
      await terminal.shows("> A2");
      await presses("y", "y");
      await terminal.shows("[Enter] approve it");
      await presses("Enter");
      await terminal.shows("A2 approved.");
      // Everything lands, and the run ends while it is looked at.
      await presses("2", "g");
      await terminal.shows(/3 of 3 landed/);
      const tasks = (await terminal.shows(/^run-1 {3}finished .* nothing needs you/m)).join("\n");
      for (const part of [/> TASK-001 +Choose a colour.*landed/, / {2}TASK-002 +- Paint with it.*landed/])
        expect(tasks).toMatch(part);
      await presses("Enter");
      await terminal.shows("[3 log]");
      const log = (await terminal.shows("Looking at the palette")).join("\n");
      for (const part of ["[3 log]", "agent asks: Which colour?", 'run   answered Q1 "blue" by=tester', "you   blue"])
        expect(log).toContain(part);
      await presses(">");
      await terminal.shows("TASK-002  Paint with it");
      await presses(">", "e");
      const gates = (await terminal.shows("1 of 1 required gates passed")).join("\n");
      for (const part of [/\[5 gates\]/, /> \d\.\d +lint +merged +pass/, /Command +npm run lint|Command +true/])
        expect(gates).toMatch(part);
      await presses("6");
      await terminal.shows("[6 costs]");
      await terminal.shows(/Left +\$5\.00 of \$5\.00|Left +at most \$5\.00 of \$5\.00/);
      await presses("?");
      await terminal.shows("Say something");
      await presses("x", "q");
      const after = (await terminal.shows("ended with 0")).join("\n");
      expect(after).toMatch(/^\$ echo before.*\n(.*\n)?before\nrun-1 is not running\. {3}conductor status\n/);
      expect(project.git("show", "conductor/main:colour.txt")).toBe("blue");
      expect(project.git("show", "conductor/main:migrations/001.sql")).toBe("alter table users add title text;");
    },
    400_000,
  );

  it("leaves the run alone when it is left, stops it when it is told to, and says so when somebody kills it", async () => {
    const { terminal, presses, run, project } = await start(["Wait for long"]);
    await terminal.shows(/^run-1 {3}running/m);
    await presses("q");
    await terminal.shows("run-1 goes on without the screen.");
    await terminal.shows("ended with 0");
    expect(run?.exitCode).toBeNull();
    // The status that is asked for again draws over itself, and its last frame stays.
    await terminal.types("clear; conductor status --watch");
    const seconds = async () => /^run-1 {3}running (\S+)/m.exec((await terminal.window()).join("\n"))?.[1];
    await terminal.shows(/^run-1 {3}running/m);
    const before = await seconds();
    await expect.poll(seconds, { timeout: 90_000 }).not.toBe(before);
    await terminal.presses("C-c");
    // What is typed before the shell listens is echoed into the frame.
    await terminal.shows(/^(\^C)?\$$/m);
    await terminal.types("echo watched $?");
    const watched = (await terminal.shows("watched 130")).join("\n");
    expect(watched.match(/^run-1 {3}running/gm)).toHaveLength(1);
    expect(watched).toContain("TASK-001  Wait for long");
    await terminal.types("clear; conductor monitor run-1; echo again $?");
    await terminal.shows(/^run-1 {3}running/m);
    await presses("s");
    await terminal.shows("Stop run-1?");
    await presses("t");
    await terminal.shows("run-1 has stopped; everything is kept.");
    await terminal.shows(/^run-1 {3}(STOPPED|finished)/m);
    await presses("q");
    await terminal.shows("again 0");
    const next = project.rig.start("conductor", ["resume", ...RUN.slice(2)]);
    next.stdin?.end();
    open[0]!.run = next;
    await until(project, "attempt.spawned", 2);
    await terminal.types("clear; conductor monitor; echo last $?");
    await terminal.shows(/^run-1 {3}running/m);
    next.kill("SIGKILL");
    await terminal.shows(/^run-1 {3}NOT RUNNING/m);
    await terminal.shows("conductor ended without a word");
    await presses("2");
    await terminal.shows("cut off; resume goes on with it");
    await terminal.shows("conductor resume");
    await presses("q");
    await terminal.shows("last 0");
  }, 400_000);

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)(
    "gives the terminal back on %s",
    async (signal, code) => {
      const { terminal, project } = await start(["Wait for long"], {
        command: "conductor monitor & echo $! > pid; fg",
      });
      await terminal.shows(/^run-1 {3}running/m);
      process.kill(Number(readFileSync(join(project.rig.dir, "pid"), "utf8")), signal);
      const after = (await terminal.shows(`ended with ${code}`)).join("\n");
      expect(after).toContain("echo before");
      expect(after).toContain("run-1 goes on without the screen.");
      expect(after).not.toContain("error");
      await terminal.types("stty -a");
      await terminal.shows(/ icanon [\s\S]* echo /);
    },
    200_000,
  );

  it("gives the terminal back on Ctrl-C, and when the program breaks", async () => {
    const { terminal, project, presses, run } = await start(["Wait for long"]);
    await terminal.shows(/^run-1 {3}running/m);
    await presses("r", "C-c");
    await terminal.shows("ended with 130");
    writeFileSync(
      join(project.rig.dir, "break.cjs"),
      `setInterval(() => { if (require("node:fs").existsSync("now")) throw new Error("broken"); }, 50);`,
    );
    await terminal.types(
      "clear; echo before; NODE_OPTIONS='--require ./break.cjs' conductor monitor; echo over with $?",
    );
    await terminal.shows(/^run-1 {3}running/m);
    writeFileSync(join(project.rig.dir, "now"), "");
    const broken = (await terminal.shows("over with 1")).join("\n");
    expect(broken).toContain("Error: broken");
    expect(broken).toContain("before");
    await terminal.types("stty -a");
    await terminal.shows(/ icanon [\s\S]* echo /);
    expect(run?.exitCode).toBeNull();
  }, 200_000);

  it("shows what agents say, and does nothing that they say", async () => {
    const { terminal, presses, project } = await start(["Evil"]);
    // It opens on the tasks where the question has not come yet.
    await terminal.shows(/^run-1 /m);
    await presses("1");
    const inbox = (await terminal.shows("> Q1")).join("\n");
    expect(inbox).toContain("<U+202E>gnp.exe 链接");
    expect(inbox.split("\n")[0]).toMatch(/^run-1 /);
    await presses("l");
    await terminal.shows("agent asks: Shall I?");
    expect((await terminal.window()).length).toBe(24);
    // Somebody answers from elsewhere while an answer is typed here: what was typed is kept, and told at the end.
    await presses("a", "w");
    await terminal.shows("Your answer.");
    await terminal.begins("only on Fridays");
    await project.conductor("answer", "Q1", "no");
    await terminal.shows("Q1 was answered by tester: no. What you write is kept");
    await presses("Escape");
    await terminal.shows("u  your note on Q1, not sent: only on Fridays");
    await presses("q");
    await terminal.shows("Not sent, your note on Q1 (TASK-001): only on Fridays");
    await terminal.shows("ended with 0");
    await terminal.types("clear; tput lines > /dev/null; echo clean");
    await terminal.shows("clean");
  }, 200_000);

  it("follows the size of the window, down to what is too small", async () => {
    const { terminal, presses } = await start(["Wait for long"]);
    await terminal.shows(/^run-1 {3}running/m);
    for (const [columns, rows] of [
      [200, 60],
      [120, 40],
      [40, 12],
      [80, 24],
    ] as const) {
      await terminal.resizes(columns, rows);
      await expect
        .poll(async () => (await terminal.window()).map((line) => line.slice(0, 5)), { timeout: 20_000 })
        .toEqual(
          Array.from({ length: rows }, (_, row) =>
            row === 0 ? "run-1" : row === rows - 1 ? expect.stringMatching(/^(j k m|\? key)/) : expect.any(String),
          ),
        );
      const rule = (await terminal.window()).find((line) => line.endsWith("---"));
      expect(rule?.length ?? columns).toBe(columns);
    }
    await terminal.resizes(20, 5);
    await terminal.shows("too small");
    await presses("s", "k");
    await terminal.resizes(80, 24);
    await terminal.shows(/^run-1 {3}running/m);
    await presses("q");
    await terminal.shows("ended with 0");
  }, 200_000);

  it("is no screen where CI is set, and says what to type instead", async () => {
    const { terminal } = await start(["Wait for long"], { drive: false, command: "CI=true conductor monitor" });
    const said = (await terminal.shows("ended with 2")).join("\n");
    expect(said).toContain("error USAGE: monitor is a screen for a person, and it is not opened where CI");
    expect(said).toContain("conductor status --watch");
  }, 100_000);

  it("is opened by run --interactive over the run that it drives", async () => {
    const { terminal, presses, project } = await start([...PAINT], {
      drive: false,
      command: "conductor run --interactive --yes --allow-unsandboxed --budget 5",
    });
    await terminal.shows(/1 card needs you/);
    await presses("q");
    await terminal.shows("is driven from this terminal");
    await presses("Escape", "1", "a", "1");
    await terminal.shows("Q1 answered: red.");
    await terminal.shows(/2 of 2 landed/);
    await terminal.shows(/^run-1 {3}finished/m);
    await presses("q");
    const after = (await terminal.shows("ended with 0")).join("\n");
    expect(after).toContain("run-1  ");
    expect(project.git("show", "conductor/main:colour.txt")).toBe("red");
  }, 300_000);

  it("and can be left by stopping that run, or with Ctrl-C", async () => {
    const { terminal, presses } = await start(["Wait for long"], {
      drive: false,
      command: "conductor run --interactive --yes --allow-unsandboxed --budget 5",
    });
    await terminal.shows(/^run-1 {3}running/m);
    await presses("q", "s");
    await terminal.shows(/ended with \d+/);
    await terminal.types("clear; conductor resume --interactive --yes --allow-unsandboxed; echo over with $?");
    await terminal.shows(/^run-1 {3}running/m);
    await presses("C-c");
    await terminal.shows("over with 130");
    await terminal.types("stty -a");
    await terminal.shows(/ icanon [\s\S]* echo /);
  }, 300_000);
});

/** Waits until so many events of a kind are in the journal. */
async function until(project: Project, type: string, count = 1): Promise<void> {
  await expect
    .poll(
      async () => {
        const { stdout } = await project.conductor("events", "--json");
        const data = (JSON.parse(stdout || "{}").data ?? []) as readonly { type: string }[];
        return data.filter((event) => event.type === type).length;
      },
      { timeout: 120_000, interval: 500 },
    )
    .toBeGreaterThanOrEqual(count);
}
