import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { programPath } from "../rig.ts";
import { hasTerminal, openTerminal, type Terminal } from "../terminal.ts";
import { makeProject, type Project } from "./project.ts";

const PRD = `# Links

- R1: Links MUST be parsed
- R2: Requests MUST be limited
- R3: Results MUST be printed
`;

const PLAN = `# made by hand
version: 1
id: links
sources: [{ path: prd.md, sha256: "00" }] # no digest
requirements:
  - { id: R1, level: must, text: Links are parsed, source: "prd.md#L3", quote: "- R1: Links MUST be parsed" }
  - { id: R2, level: must, text: Requests are limited, source: "prd.md#L4", quote: "- R2: Requests MUST be limited" }
  - { id: R3, level: must, text: Results are printed, source: "prd.md#L5", quote: "- R3: Results MUST be printed" }
tasks:
  - key: crawl
    title: Crawl
  - key: parse # the first
    parent: crawl
    title: Parse links
    requirements: [R1]
    source: "prd.md#L3"
    quote: "- R1: Links MUST be parsed"
    estimate_minutes: 90
    acceptance:
      - { text: Markdown is read, proof: npm test }
      - { text: HTML is read }
  - key: limit
    parent: crawl
    title: Limit requests
    requirements: [R2]
    depends_on: [parse]
    questions: [How many at once?]
  - key: print
    title: Print results
    requirements: [R3]
    depends_on: [crawl]
`;

/** Cells of a line whose wide letters are Chinese. */
const cellsOf = (line: string): number => [...line].reduce((cells, one) => cells + (one >= "\u2e80" ? 2 : 1), 0);

describe.skipIf(!hasTerminal())("plan review at a terminal", () => {
  const open: { project: Project; terminal: Terminal }[] = [];
  const start = async (
    { plan = PLAN, columns = 80, rows = 24 } = {},
    command = "conductor plan review",
  ): Promise<{ project: Project; terminal: Terminal; file: string; plan: () => Promise<string> }> => {
    const project = await makeProject({ repository: false });
    await project.write("prd.md", PRD);
    await project.write(".conductor/plans/links.yaml", plan);
    const file = join(project.dir, ".conductor/plans/links.yaml");
    const PATH = `${dirname(programPath("conductor"))}:${project.rig.env.PATH}`;
    const terminal = await openTerminal({ cwd: project.dir, env: { ...project.rig.env, PATH }, columns, rows });
    open.push({ project, terminal });
    await terminal.types(`echo before; ${command}; echo ended with $?`);
    return { project, terminal, file, plan: () => readFile(file, "utf8") };
  };
  const presses = async (terminal: Terminal, ...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await terminal.presses(key);
  };
  afterEach(async () => {
    for (const { project, terminal } of open.splice(0)) {
      await terminal.close();
      await project.rig.remove();
    }
  });

  it("shows the tree, the task, and the lines of its document; nothing is written by looking", async () => {
    const { terminal, plan } = await start();
    await terminal.shows("> 1 ");
    await terminal.presses("j");
    const seen = (await terminal.shows("> 1.1")).join("\n");
    for (const part of [
      "MUST 3 of 3",
      "1 question",
      "3 tasks",
      "1h 30m",
      "Limit requests",
      "Markdown is read",
      "=> npm test",
    ])
      expect(seen).toContain(part);
    expect(seen).toContain("3 | - R1: Links MUST be parsed");
    await terminal.presses("2");
    await terminal.shows(/Q1 {7}1\.2 {2}How many at once\?/);
    await terminal.presses("3");
    await terminal.shows(/R2 {7}MUST {2}1\.2 {2}Requests/);
    await terminal.presses("4");
    await terminal.shows("Can be begun at once");
    await terminal.presses("q");
    const after = (await terminal.shows("ended with 11")).join("\n");
    expect(after).toMatch(/^\$ echo before.*\nbefore\nPlan links, draft: 3 tasks, MUST 3 of 3\nOpen {6}1 question\n/);
    expect(await plan()).toBe(PLAN);
  });

  it("edits a field, splits, merges, drops, moves, answers; takes back; saves with every comment", async () => {
    const { terminal, plan } = await start();
    await terminal.shows("> 1 ");
    await presses(terminal, "j", "e", "t", "C-u");
    await terminal.begins("Parse 链接 well");
    await presses(terminal, "Enter");
    await terminal.shows("1.1: title changed");
    await presses(terminal, "e", "e", "C-u");
    await terminal.begins("abc");
    await presses(terminal, "Enter");
    await terminal.shows('"abc": write 45m, 2h or 1h 30m');
    await presses(terminal, "C-u");
    await terminal.begins("2h");
    await presses(terminal, "Enter");
    await terminal.shows("1.1: estimate changed");
    await presses(terminal, "j", "r");
    await terminal.begins("Four.");
    await presses(terminal, "Enter");
    await terminal.shows("answered");
    await presses(terminal, "d");
    await terminal.shows("dropped 1.2 Limit requests");
    await terminal.shows("MUST 2 of 3");
    await presses(terminal, "u");
    await terminal.shows("MUST 3 of 3");
    await presses(terminal, "G", "<", "K");
    await terminal.shows("moved up");
    await presses(terminal, "u", "k", "m", "k");
    await terminal.shows(/Merge 1\.2 into/);
    await presses(terminal, "Enter");
    await terminal.shows("1.2 merged into 1.1");
    await presses(terminal, "b", "G", "Enter");
    await terminal.shows(/not done: these wait for each other/);
    await presses(terminal, "s", "C-s");
    await terminal.shows("two parts at least");
    await presses(terminal, "C-u", "BSpace", "C-u");
    await terminal.begins("Markdown [1]");
    await presses(terminal, "Enter");
    await terminal.begins("HTML [2]");
    await presses(terminal, "C-s");
    await terminal.shows("split into 2 parts");
    await presses(terminal, "w");
    await terminal.shows("saved in .conductor/plans/links.yaml");
    await presses(terminal, "q");
    await terminal.shows("ended with 0");
    const text = await plan();
    for (const part of [
      "# made by hand",
      "# no digest",
      "# the first",
      "status: reviewing",
      "Parse 链接 well",
      "How many at once? Four.",
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/title: Markdown\n[\s\S]*text: Markdown is read[\s\S]*title: HTML\n[\s\S]*- HTML is read/);
    expect(text).not.toContain("key: limit");
  });

  it("quits without saving when that is what is meant, and goes back when it is not", async () => {
    const { terminal, plan } = await start();
    await terminal.shows("> 1 ");
    await presses(terminal, "G", "d", "q");
    await terminal.shows("Not saved: 1 change.");
    await presses(terminal, "Escape");
    await terminal.shows("e edit");
    await presses(terminal, "q", "d");
    await terminal.shows("ended with 11");
    expect(await plan()).toBe(PLAN);
    expect((await terminal.window()).join("\n")).not.toContain("What was not saved");
  });

  it("never writes over what somebody else has written meanwhile, but when told to", async () => {
    const { terminal, plan, project } = await start();
    await terminal.shows("> 1 ");
    await presses(terminal, "G", "d");
    await terminal.shows("dropped 2");
    const theirs = PLAN.replace("title: Crawl", "title: Crawl the site");
    await project.write(".conductor/plans/links.yaml", theirs);
    await presses(terminal, "w");
    await terminal.shows("somebody else has written the file");
    expect(await plan()).toBe(theirs);
    await presses(terminal, "l");
    await terminal.shows("Crawl the site");
    await terminal.shows("Print results");
    await project.write(".conductor/plans/links.yaml", PLAN);
    await terminal.shows("file changed by others: L loads it");
    await presses(terminal, "q");
    await terminal.shows("ended with 11");
    expect(await plan()).toBe(PLAN);
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ])("gives the terminal back on %s, and the next review goes on with what was not saved", async (signal, code) => {
    const { terminal, plan, project } = await start({}, "conductor plan review & echo $! > pid; fg");
    await terminal.shows("> 1 ");
    await presses(terminal, "G", "d");
    await terminal.shows("dropped 2");
    process.kill(Number(await readFile(join(project.dir, "pid"), "utf8")), signal);
    const after = (await terminal.shows(`ended with ${code}`)).join("\n");
    expect(after).toContain("What was not saved is in");
    expect(await plan()).toBe(PLAN);
    expect(after).toContain("echo before");
    await terminal.types("stty -a");
    await terminal.shows(/ icanon [\s\S]* echo /);
    await terminal.types("clear; conductor plan review; echo again $?");
    await terminal.shows("An earlier review left changes that are not saved.");
    await presses(terminal, "g");
    await terminal.shows("going on with what was not saved");
    await presses(terminal, "q", "s");
    await terminal.shows("again 11");
    expect(await plan()).not.toContain("key: print");
  });

  it("and a question before an import or an update never cover what somebody else writes meanwhile", async () => {
    const { terminal, project, file, plan } = await start({}, "conductor plan import --allow-gaps");
    await terminal.shows("Import 4 tasks of links");
    const edited = PLAN.replace("title: Print results", "title: Print every result");
    await project.write(".conductor/plans/links.yaml", edited);
    await terminal.types("y");
    await terminal.shows("error REV_MISMATCH");
    await terminal.shows("ended with 8");
    expect(await plan()).toBe(edited);
    const shop = "# Shop\n\n## Cart\n\n- The cart must keep its items\n- The cart must show the total\n";
    await project.write("prd.md", shop);
    await terminal.begins("conductor plan update --allow-gaps --planner outline");
    await terminal.presses("Enter");
    await terminal.shows("Update links?");
    await project.write(".conductor/plans/links.yaml", PLAN);
    await terminal.types("y");
    await terminal.shows(/Update links[\s\S]*error REV_MISMATCH/);
    expect(await readFile(file, "utf8")).toBe(PLAN);
  });

  it("gives the terminal back when the program breaks, and what broke can be read there", async () => {
    const { terminal, project, file } = await start(
      {},
      "while [ ! -e break.cjs ]; do sleep 0.1; done; NODE_OPTIONS='--require ./break.cjs' conductor plan review",
    );
    await project.write(
      "break.cjs",
      `setInterval(() => { if (require("node:fs").existsSync("now")) throw new Error("broken"); }, 50);`,
    );
    await terminal.shows("> 1 ");
    await project.write("now", "");
    const after = (await terminal.shows("ended with 1")).join("\n");
    expect(after).toContain("Error: broken");
    expect(after).toContain("echo before");
    expect(await readFile(file, "utf8")).toBe(PLAN);
    await terminal.types("stty -a");
    await terminal.shows(/ icanon [\s\S]* echo /);
  });

  it("loses nothing to kill -9", async () => {
    const { terminal, plan, project } = await start({}, "sh -c 'echo $$ > pid; exec conductor plan review'");
    await terminal.shows("> 1 ");
    await presses(terminal, "G", "d");
    await terminal.shows("dropped 2");
    const copy = join(project.dir, ".conductor/plans/.editing/links.yaml");
    await expect.poll(() => readFile(copy, "utf8").catch(() => ""), { timeout: 20_000 }).toContain("key: limit");
    process.kill(Number(await readFile(join(project.dir, "pid"), "utf8")), "SIGKILL");
    await terminal.shows("ended with 137");
    expect(await plan()).toBe(PLAN);
    // Nobody could put the terminal right: it knows no Enter.
    await terminal.begins("stty sane; conductor plan review");
    await terminal.presses("C-j");
    await terminal.shows("An earlier review left changes");
    await presses(terminal, "t", "q");
    await terminal.shows(/Plan links, draft: 3 tasks/);
    expect(await readFile(copy, "utf8").catch(() => null)).toBeNull();
  });

  it("follows the size of the window, down to what is too small", async () => {
    const { terminal } = await start({ columns: 80, rows: 24 });
    await terminal.shows("> 1 ");
    for (const [columns, rows] of [
      [200, 60],
      [120, 40],
      [40, 12],
      [80, 24],
    ] as const) {
      await terminal.resizes(columns, rows);
      await expect
        .poll(async () => (await terminal.window()).map((line) => line.slice(0, 6)), { timeout: 10_000 })
        .toEqual(
          Array.from({ length: rows }, (_, row) =>
            row === 0 ? "links " : row === rows - 1 ? "e edit" : expect.any(String),
          ),
        );
      const lines = await terminal.window();
      expect(lines.filter((line) => line.startsWith("> 1 ")).length).toBe(1);
      // A window that grew is used to its edge.
      expect(Math.max(...lines.map(({ length }) => length))).toBe(columns);
    }
    await terminal.resizes(20, 5);
    await terminal.shows("too small");
    await terminal.resizes(80, 24);
    await terminal.shows("> 1 ");
    await terminal.presses("q");
    await terminal.shows("ended with 11");
  });

  it("is whole again when the window was smaller for a moment in which it had no time to look", async () => {
    // A shell in between, as the one at the prompt would take the terminal back from a program that is stopped.
    const reviewing = `sh -c 'sh -c "echo \\$\\$ >pid; exec conductor plan review"; exit $?'`;
    const { terminal, project } = await start({}, reviewing);
    const before = await terminal.shows("? q");
    const pid = Number(await readFile(join(project.dir, "pid"), "utf8"));
    process.kill(pid, "SIGSTOP");
    for (const [columns, rows] of [
      [40, 10],
      [20, 4],
      [80, 24],
    ] as const) {
      await terminal.resizes(columns, rows);
      // tmux tells its programs of a new size a quarter of a second later.
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    process.kill(pid, "SIGCONT");
    await expect.poll(() => terminal.window(), { timeout: 10_000 }).toEqual(before);
    await terminal.presses("q");
    await terminal.shows("ended with 11");
  });

  it("shows what a plan says, and does nothing that it says", async () => {
    const evil = '"\\e]52;c;aGFjaw==\\a\\e[2JEvil\\r\\u202Egnp.exe"';
    const { terminal } = await start({
      plan: PLAN.replace("title: Print results", `title: ${evil}`).replace(
        "title: Limit requests",
        "title: 链接链接链接链接",
      ),
    });
    const lines = await terminal.shows("> 1 ");
    await presses(terminal, "G");
    const seen = (await terminal.shows("> 2 ")).join("\n");
    expect(seen).toContain("<U+202E>gnp");
    expect(seen).toContain("> 2 ");
    expect(seen).toContain("MUST 3 of 3");
    const bars = lines.slice(4, 8).map((line) => cellsOf(line.slice(0, line.indexOf(" | "))));
    expect(bars).toEqual([41, 41, 41, 41]);
    expect(lines.join("\n")).toContain("链接链接链接链接");
    await terminal.presses("q");
    await terminal.shows("ended with 11");
  });

  it("prints as before with --no-tui, and where there is no terminal", async () => {
    const { terminal, project } = await start({}, "conductor plan review --no-tui");
    await terminal.sees("ended with 11");
    expect(await terminal.screen()).toContain("SIZE  AFTER");
    const piped = await project.conductor(["plan", "review"]);
    expect(piped.code).toBe(11);
    expect(piped.stdout).toContain("Covered   MUST 3 of 3");
  });
});
