// @ts-check
/**
 * Writes docs/reference from what the built programs say of themselves: `node packages/build/src/reference.mjs`. With
 * `--check` it writes nothing and fails where a page is not what would be written.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./programs.mjs";
import { EXAMPLES } from "./reference-examples.mjs";

const FOLDER = join(ROOT, "docs/reference");
const NOTE = "<!-- Written by packages/build/src/reference.mjs from the program itself. Do not edit. -->";

/**
 * @typedef {{ name: string, aliases: string[], group: string, usage: string, summary: string }} Listed
 * @typedef {{ name: string, required: boolean, many: boolean, description: string }} Argument
 * @typedef {{ flags: string, description: string }} Option
 * @typedef {Listed & { arguments: Argument[], options: Option[] }} Command
 */

/**
 * The data of what a built program answers.
 * @param {"taskwerk" | "conductor"} program
 * @param {readonly string[]} args
 */
function ask(program, args) {
  const file = join(ROOT, "packages", program, "dist", `${program}.cjs`);
  const env = { PATH: process.env.PATH, HOME: "/nonexistent" };
  return JSON.parse(execFileSync(process.execPath, [file, ...args, "--json"], { encoding: "utf8", env })).data;
}

/**
 * A text as a cell of a table.
 * @param {unknown} text
 */
const cell = (text) => String(text).replaceAll("|", "\\|").replaceAll("<", "&lt;");
/** @param {unknown} text */
const code = (text) => `\`${String(text).replaceAll("|", "\\|")}\``;
/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/**
 * Every command of a program, with its flags and examples.
 * @param {"taskwerk" | "conductor"} program
 */
function commandsPage(program) {
  /** @type {Listed[]} */
  const list = ask(program, ["help"]);
  /** @type {Command[]} */
  const commands = list.map(({ name }) => ask(program, [...name.split(" "), "--help"]));
  // What stands on every command stands last on each, in the same order.
  const everywhere = commands[0]?.options.filter(({ flags }) =>
    commands.every(({ options }) => options.some((one) => one.flags === flags)),
  );
  const common = new Set(everywhere?.map(({ flags }) => flags));
  const groups = [...new Set(list.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const inside = list.flatMap((one, at) => (one.group === group ? [{ ...one, ...commands[at] }] : []));
    return [
      `## ${group}`,
      ...inside.map((command) => commandPart(program, /** @type {Command} */ (command), common)),
    ].join("\n\n");
  });
  return [
    `# Commands of ${program}`,
    NOTE,
    `\`${program} help COMMAND\` prints the same. Everywhere:`,
    table(
      ["flag", "what it does"],
      (everywhere ?? []).map(({ flags, description }) => [code(flags), cell(description)]),
    ),
    ...parts,
  ].join("\n\n");
}

/**
 * @param {"taskwerk" | "conductor"} program
 * @param {Command} command
 * @param {ReadonlySet<string>} common
 */
function commandPart(program, { name, aliases, usage, summary, arguments: words, options }, common) {
  const own = options.filter(({ flags }) => !common.has(flags));
  const examples = EXAMPLES[program][name] ?? [];
  return [
    `### ${name}`,
    `${code(`${program} ${usage}`)}: ${summary}.${aliases.length === 0 ? "" : ` Also: ${aliases.map(code).join(", ")}.`}`,
    ...(words.length === 0
      ? []
      : [
          table(
            ["argument", "what it is"],
            words.map((one) => [code(argumentText(one)), cell(one.description)]),
          ),
        ]),
    ...(own.length === 0
      ? []
      : [
          table(
            ["flag", "what it does"],
            own.map((one) => [code(one.flags), cell(one.description)]),
          ),
        ]),
    ...(examples.length === 0 ? [] : [["```sh", ...examples, "```"].join("\n")]),
  ].join("\n\n");
}

/** @param {Argument} argument */
const argumentText = ({ name, required, many }) => {
  const text = `${name}${many ? "..." : ""}`;
  return required ? `<${text}>` : `[${text}]`;
};

function errorsPage() {
  /** @type {string[]} */
  const lines = ask("taskwerk", ["help", "errors"]).lines;
  const codes = lines.flatMap((line) => /^ {2}([A-Z][A-Z_]+) +\d+ /.exec(line)?.[1] ?? []);
  const pages = codes.map((name) => ask("taskwerk", ["help", name]));
  return [
    "# Errors",
    NOTE,
    "`taskwerk help CODE` and `conductor help CODE` print the same. Under `--json` an error is one document on stdout with\n`error.code`, `error.message` and `error.hint`.",
    ...pages.map((page) =>
      [
        `## ${page.code}`,
        `Exit code ${page.exit_code}, HTTP ${page.http_status}.${page.retryable ? " The same call may succeed later." : ""}`,
        page.means,
        page.remedy,
      ].join("\n\n"),
    ),
  ].join("\n\n");
}

function exitCodesPage() {
  /** @type {string[]} */
  const lines = ask("taskwerk", ["help", "exit-codes"]).lines;
  const rows = lines.flatMap((line) => {
    const [, number, means] = /^ +(\d+) {2}(.+)$/.exec(line) ?? [];
    return number === undefined ? [] : [[number, cell(means)]];
  });
  return ["# Exit codes", NOTE, "Both programs end with the same codes.", table(["code", "what it says"], rows)].join(
    "\n\n",
  );
}

function environmentPage() {
  /** @type {string[]} */
  const lines = ask("taskwerk", ["help", "environment"]).lines;
  const rows = lines.flatMap((line) => {
    const [, name, does] = /^ {2}([A-Z_]+) +(.+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[code(name), cell(does)]];
  });
  return ["# Environment of taskwerk", NOTE, table(["variable", "what it does"], rows), lines.at(-1) ?? ""].join(
    "\n\n",
  );
}

/** @param {"taskwerk" | "conductor"} program */
function configPart(program) {
  /** @type {{ key: string }[]} */
  const keys = ask(program, ["config", "list", "--all"]);
  const rows = keys.map(({ key }) => {
    const { describe, takes, default: otherwise, variables } = ask(program, ["config", "explain", key]);
    const said = otherwise === null ? "" : code(typeof otherwise === "object" ? JSON.stringify(otherwise) : otherwise);
    return [code(key), cell(takes), said, cell(describe), variables.map(code).join(", ")];
  });
  return [`## ${program}`, table(["key", "takes", "default", "what it is", "variable"], rows)].join("\n\n");
}

const configPage = () =>
  [
    "# Configuration",
    NOTE,
    "`config explain KEY` of each program says also what each place sets. What is nearer wins: your own file, the file of the\nrepository or the store, the environment, flags.",
    configPart("taskwerk"),
    configPart("conductor"),
  ].join("\n\n");

/** @type {Readonly<Record<string, string>>} */
const pages = {
  "taskwerk.md": commandsPage("taskwerk"),
  "conductor.md": commandsPage("conductor"),
  "errors.md": errorsPage(),
  "exit-codes.md": exitCodesPage(),
  "environment.md": environmentPage(),
  "configuration.md": configPage(),
};

const check = process.argv.includes("--check");
mkdirSync(FOLDER, { recursive: true });
const stale = [];
for (const [name, text] of Object.entries(pages)) {
  const path = join(FOLDER, name);
  const wanted = `${text}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) continue;
  stale.push(name);
  if (!check) writeFileSync(path, wanted);
}
for (const name of readdirSync(FOLDER).filter((one) => !(one in pages))) {
  stale.push(name);
  if (!check) rmSync(join(FOLDER, name));
}
if (check && stale.length > 0) {
  process.stderr.write(`docs/reference is not what the programs say: ${stale.join(", ")}.\n  npm run reference\n`);
  process.exitCode = 1;
} else process.stderr.write(`reference: ${Object.keys(pages).length} pages${check ? ", all current" : ""}\n`);
