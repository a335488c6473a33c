/** Whatever titles, notes, names and arguments bring: nothing of it reaches a terminal as a command, and rows stay rows. */
import { spawn } from "node:child_process";
import { shellWord } from "@taskwerk/contract/shell-word";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, makeRig, programPath, type Rig } from "../rig.ts";
import { hasScript, runAtTerminal } from "../run-at-terminal.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";

const NASTY: Readonly<Record<string, string>> = {
  "clipboard write": "a\x1b]52;c;ZXZpbA==\x07b",
  "window title": "a\x1b]0;owned\x1b\\b",
  hyperlink: "a\x1b]8;;http://evil.example\x07b\x1b]8;;\x07",
  "clear screen": "a\x1b[2J\x1b[Hb",
  "8-bit CSI and OSC": "a\u009b2Jb\u009d0;x\u009cc",
  "device control": "a\x1bP+q544e\x1b\\b",
  "line overwritten": "good\revil",
  "bell, backspace, NUL, delete": "a\x07b\bc\x7fd",
  "bidi override": "abc\u202etxt.exe\u202c",
  "bidi isolate": "\u2066a\u2069",
  "zero width": "pass\u200bword\ufeff\u2060",
  "tag characters": "a\u{e0041}\u{e0042}",
  "line separators": "a\u2028b\u2029c",
  "marks that climb": `Z${"\u0300".repeat(200)}`,
  "a very long word": "x".repeat(480),
  "family emoji": `${"👨‍👩‍👧‍👦".repeat(30)}`,
  "wide letters": "界面の文字列を折り返さない".repeat(12),
  "flags and skin": "🇩🇪🇯🇵👍🏽❤️".repeat(20),
  formula: '=HYPERLINK("http://evil.example","x")',
};
/** What no terminal and no reader may get: controls but line ends, reordering and hidden characters. */
const HARMFUL =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

/** A title is one line, and says so where it is none. */
const titleOf = (text: string): string => [...text.replaceAll("\r", "")].slice(0, 200).join("");
/** A name may have no control character; whatever else there is, it may. */
const nameOf = (text: string): string => [...text.replace(/[\x00-\x1f\x7f-\x9f]/g, "")].slice(0, 75).join("");

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await rig.data("init");
  const rows = Object.entries(NASTY).map(([name, text]) => ({
    title: titleOf(text),
    description: `${name}\n${text}`,
    assignee: nameOf(text),
    category: nameOf(text),
    files: [nameOf(text)],
    tags: [text.replace(/[\s,]/g, "").slice(0, 20)].filter((tag) => tag !== ""),
    metadata: { note: text },
  }));
  const added = await rig.run("taskwerk", ["import", "-", "--actor", NASTY["zero width"]!, "--session", "s\u202e-1"], {
    stdin: JSON.stringify(rows),
  });
  expect([added.code, added.stderr]).toEqual([0, ""]);
  await rig.data("note", "1", NASTY["clipboard write"]!, "--actor", NASTY["bidi override"]!);
  await rig.data("block", "2", "--reason", NASTY["clear screen"]!);
  await rig.data("claim", "3", "--as", NASTY["bidi isolate"]!);
  await rig.data("start", "4", "5", "6");
});
afterAll(() => rig.remove());

/** Commands that print what others wrote. */
const COMMANDS: readonly (readonly string[])[] = [
  ["list", "--limit", "0"],
  ["list", "--tree", "--limit", "0"],
  ["list", "--fields", "title,assignee,tags,files,metadata,description", "--limit", "0"],
  ["ready"],
  ["next"],
  ["blocked"],
  ["show", "1..19"],
  ["show", "1"],
  ["show", "1", "--history"],
  ["search", "evil"],
  ["stats", "--by", "assignee"],
  ["tag", "list"],
  ["claims"],
  ["log", "--limit", "0"],
  ["session", "list"],
  ["session", "show", "s\u202e-1"],
  ["events", "list"],
  ["undo", "--dry-run"],
  ["done", "1", "--claim", "x\x1b]0;t\x07"],
  ["__complete", "--", "show", ""],
  ["__complete", "--", "list", "assignee:"],
  // What is wrong is told with the words that were typed.
  ["show", "x\x1b]52;c;ZXZpbA==\x07\u202e"],
  ["list", "statu\x1b[2Js:\u202etodo"],
  ["li\x1b[2Jst\u202e"],
  ["help", "da\x1b]0;t\x07tes\u202e"],
  ["list", "--fie\x1b[2Jlds\u202e"],
  ["list", "--format", "\x1b[2Jjson"],
  ["import", "no\x1b[2Jfile\u202e"],
  ["config", "get", "api.\x1b[2Jport"],
  ["log", "--session", "no\x1b[2Jne\u202e"],
  ["-C", "no\x1b[2Jwhere", "list"],
];
const named = COMMANDS.map((words) => [JSON.stringify(words.join(" ")), words] as const);

describe("piped", () => {
  it.each(named)("%s", async (_, words) => {
    for (const look of [[], ["--format", "csv"], ["--format", "md"]]) {
      const { stdout, stderr } = await rig.taskwerk(...words, ...(words[0] === "__complete" ? [] : look));
      expect(stdout + stderr).not.toBe("");
      for (const line of (stdout + stderr).split("\n")) expect(line).not.toMatch(HARMFUL);
    }
  });

  it.each(named.filter(([, [word]]) => word !== "__complete"))("as JSON, escaped and whole: %s", async (_, words) => {
    const { stdout } = await rig.taskwerk(...words, "--json");
    expect(stdout).not.toMatch(HARMFUL);
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  it("JSON gives back what was written", async () => {
    const tasks = await rig.data<{ title: string }[]>("list", "--all", "--limit", "0", "--sort", "id");
    expect(tasks.map(({ title }) => title)).toEqual(Object.values(NASTY).map(titleOf));
  });

  it("a spreadsheet runs none of it", async () => {
    const { stdout } = await rig.taskwerk("list", "--limit", "0", "--format", "csv", "--fields", "title");
    expect(stdout).toContain(`"'=HYPERLINK(`);
    for (const line of stdout.split("\n").slice(1)) expect(line).not.toMatch(/^"?[=+@]/);
  });
});

/** Bytes that are no UTF-8, as a shell hands them on: lone C1 controls, cut and overlong sequences, with what ESC begins. */
const BROKEN = [
  String.raw`a\2332Jb`,
  String.raw`a\2350;owned\234b`,
  String.raw`\377\376a\033[2J`,
  String.raw`a\303`,
  String.raw`\300\233\355\240\200z`,
];

describe("arguments that are no UTF-8", () => {
  const run = (bytes: string, words: string) =>
    ended(
      spawn(
        "sh",
        ["-c", `w="$(printf '${bytes}')"; exec '${process.execPath}' '${programPath("taskwerk")}' ${words}`],
        {
          cwd: rig.dir,
          env: rig.env,
          stdio: ["ignore", "pipe", "pipe"],
        },
      ),
    );
  const lines = [
    'show "$w"',
    'list "is:$w"',
    'list --format "$w"',
    '"$w"',
    'help "$w"',
    'session show "$w"',
    'show "$w" --json',
  ];
  it.each(BROKEN.flatMap((bytes) => lines.map((line) => [line, bytes] as const)))("%s of %s", async (line, bytes) => {
    const { stdout, stderr } = await run(bytes, line);
    expect(stdout + stderr).not.toBe("");
    for (const one of (stdout + stderr).split("\n")) expect(one).not.toMatch(HARMFUL);
    if (line.endsWith("--json")) expect(JSON.parse(stdout)).toMatchObject({ ok: false });
  });
});

describe.runIf(hasScript())("at a terminal", () => {
  // Into a pipe an export goes as it is, so that it can come back.
  const exports = ["json", "ndjson", "yaml", "md", "csv", "csv-raw", "tsv"].map(
    (format) => [`export as ${format}`, ["export", "--format", format]] as const,
  );
  it.each([...named, ...exports])("only colours and line ends are sent: %s", async (_, words) => {
    const line = [process.execPath, programPath("taskwerk"), ...words].map(shellWord);
    const stdout = await runAtTerminal(line.join(" "), { cwd: rig.dir, env: rig.env });
    expect(stdout).not.toBe("");
    const plain = stdout.replace(/\x1b\[[0-9;]*m/g, "");
    for (const one of plain.split(/\r*\n/)) expect(one).not.toMatch(HARMFUL);
  });
});

/** What a line editor sends while it asks: the cursor to a column, the rest of the screen cleared. */
const EDITING = /\x1b\[(?:\d*G|\d*J|\d+[A-D]|\?2004[hl])/g;

describe.runIf(hasScript())("a question at a terminal", () => {
  let asked: Rig;
  const file = "b\x1b]52;c;ZXZpbA==\x07ack\rup\u202egpj.\x1b[2J\u009b1Jdb";
  beforeAll(async () => {
    asked = await makeRig();
    await asked.data("init");
    const titles = Object.values(NASTY).map(titleOf);
    const rows = [...titles, ...titles].map((title) => ({ title, tags: ["nasty"] }));
    expect((await asked.run("taskwerk", ["import", "-"], { stdin: JSON.stringify(rows) })).code).toBe(0);
    await asked.data("delete", "1..5");
    await asked.data("db", "backup", file);
  });
  afterAll(() => asked.remove());

  it.each([
    ["purge", ["purge"], /5 deleted tasks .* gone for good/],
    ["purge of one", ["purge", "1"], /TASK-001 is gone for good/],
    ["db restore", ["db", "restore", file], /back up<U\+202E>gpj.*takes the place/],
    [
      "update --where",
      ["update", "--where", `tag:nasty -title:"${NASTY["clipboard write"]}"`, "-p", "low"],
      /tasks would change/,
    ],
  ])("has nothing in it that a terminal obeys: %s", async (_, words, asks) => {
    const line = [process.execPath, programPath("taskwerk"), ...words].map(shellWord).join(" ");
    const typed = { after: /\[y\/N\]/, text: "n\r" };
    const stdout = await runAtTerminal(line, { cwd: asked.dir, env: asked.env, typed });
    expect(stdout).toContain("CONFIRMATION_REQUIRED");
    const plain = stdout.replace(EDITING, "").replace(/\x1b\[[0-9;]*m/g, "");
    expect(plain).toMatch(asks);
    for (const one of plain.split(/\r*\n/)) expect(one).not.toMatch(HARMFUL);
    expect((await asked.data<unknown[]>("list", "--limit", "0")).length).toBe(Object.keys(NASTY).length * 2 - 5);
  });
});

describe.runIf(hasTerminal())("on a screen of 80 columns", () => {
  it("a row stays one line, and columns stand below each other", async () => {
    const terminal = await openTerminal({ cwd: rig.dir, env: rig.env, columns: 80 });
    try {
      await terminal.types(`clear; ${process.execPath} ${programPath("taskwerk")} list --limit 0; echo the-end`);
      const screen = await terminal.sees(/^the-end$/m);
      const lines = screen.split("\n");
      const head = lines.findIndex((line) => /^ID +STATUS/.test(line));
      const rows = lines.slice(head + 1, head + 1 + Object.keys(NASTY).length);
      for (const row of rows) expect(row).toMatch(/^TASK-0\d\d {2}\S/);
      expect(lines[head + 1 + rows.length]).toBe("");
    } finally {
      await terminal.close();
    }
  });
});
