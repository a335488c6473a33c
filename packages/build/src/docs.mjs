// @ts-check
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./programs.mjs";

/**
 * A command line that a document names.
 * @typedef {object} Named
 * @property {"taskwerk" | "conductor"} program
 * @property {string} line  what follows the program's name
 */

/**
 * What a program offers: its verbs as they may be typed, each with the text of its help.
 * @typedef {ReadonlyMap<string, string>} Offer
 */

const PROGRAMS = /** @type {const} */ (["taskwerk", "conductor"]);
const COMMAND = /^(?:\$ )?(?:\S*\/)?(taskwerk|conductor)(?: +(.*))?$/;

/**
 * The command lines in a Markdown text: in its `sh` blocks, after `$ ` in its `console` blocks, and in its code spans.
 * @param {string} text
 * @returns {readonly Named[]}
 */
export function namedCommands(text) {
  const blocks = [...text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms)];
  const scripts = blocks.flatMap(([, language, body = ""]) => {
    if (language === "sh") return body.split("\n");
    return language === "console" ? body.split("\n").filter((line) => line.startsWith("$ ")) : [];
  });
  const prose = text.replace(/^```.*?^```$/gms, "");
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? "");
  return [...scripts, ...spans]
    .map((line) => line.replace(/(^|\s)#.*$/, ""))
    .flatMap((line) => line.split(/&&|\|\||[|;]|\$\(/))
    .flatMap((piece) => {
      const [, program, line = ""] = COMMAND.exec(piece.trim().replace(/\)$/, "")) ?? [];
      return program === undefined ? [] : [{ program: /** @type {Named["program"]} */ (program), line }];
    });
}

/**
 * What is wrong with a command line, or undefined.
 * @param {string} line
 * @param {Offer} offer
 */
export function faultOf(line, offer) {
  const words = line.split(/\s+/).filter((word) => word !== "" && word !== "…");
  const [first = ""] = words;
  if (first === "" || first.startsWith("-") || first === "help" || /^[A-Z.…]/.test(first)) return undefined;
  const verb = [words.slice(0, 2).join(" "), first].find((name) => offer.has(name));
  if (verb === undefined) return `there is no command "${words.slice(0, 2).join(" ")}"`;
  const flags = words.flatMap((word) => /^(--[a-z][a-z-]*)/.exec(word)?.[1] ?? []);
  const help = offer.get(verb) ?? "";
  const unknown = flags.find((flag) => !new RegExp(`${flag}(?![a-z-])`).test(help));
  return unknown === undefined ? undefined : `"${verb}" has no ${unknown}`;
}

/**
 * Links of a Markdown text to files that are not there.
 * @param {string} text
 * @param {string} dir  absolute path of its folder
 */
export function deadLinks(text, dir) {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
  return targets.filter((target) => !/^[a-z]+:|^#/.test(target) && !existsSync(join(dir, target.replace(/#.*$/, ""))));
}

/**
 * Asks a built program what it offers.
 * @param {string} program
 * @returns {Offer}
 */
function offerOf(program) {
  /** @param {readonly string[]} args */
  const ask = (args) =>
    execFileSync(process.execPath, [join(ROOT, "packages", program, "dist", `${program}.cjs`), ...args], {
      encoding: "utf8",
    });
  /** @type {{ data: { name: string, aliases: string[] }[] }} */
  const { data } = JSON.parse(ask(["--help", "--json"]));
  return new Map(
    data.flatMap(({ name, aliases }) => {
      const help = ask(["help", ...name.split(" ")]);
      return [name, ...aliases].map((word) => /** @type {const} */ ([word, help]));
    }),
  );
}

/** The documents for people: all Markdown that git lists, but for what examples and tests are made of. */
function documents() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", "*.md"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return listed
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(ROOT, path)))
    .filter((path) => !/\/fixtures\/|^examples\/(linkcheck|prds|demo)\//.test(path));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const offers = Object.fromEntries(PROGRAMS.map((program) => [program, offerOf(program)]));
  /** @type {string[]} */
  const wrong = [];
  let commands = 0;
  for (const path of documents()) {
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const target of deadLinks(text, dirname(join(ROOT, path)))) wrong.push(`${path}: ${target} is not there`);
    for (const { program, line } of namedCommands(text)) {
      commands += 1;
      const fault = faultOf(line, /** @type {Offer} */ (offers[program]));
      if (fault !== undefined) wrong.push(`${path}: ${program} ${line}: ${fault}`);
    }
  }
  for (const line of wrong) process.stderr.write(`${line}\n`);
  if (wrong.length === 0) process.stderr.write(`docs: ${commands} commands, all of them exist\n`);
  process.exitCode = wrong.length === 0 && commands > 0 ? 0 : 1;
}
