// @ts-check
/**
 * Writes docs/reference from what the built programs say of themselves: `node packages/build/src/reference.mjs`. With
 * `--check` it writes nothing and fails where a page is not what would be written.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
    "`config explain KEY` of each program says also what each place sets. What is nearer wins: your own file, the file of the\nrepository or the store, the environment, flags. In the directory of `conductor demo` the scripted agent of the demo is\nlaid over your own file.",
    configPart("taskwerk"),
    configPart("conductor"),
  ].join("\n\n");

/**
 * @typedef {{ name: string, in: string, required: boolean, description: string, schema: any, $ref?: string }} Parameter
 * @typedef {{ operationId: string, tags: string[], summary: string, parameters?: Parameter[], requestBody?: any, security?: unknown[],
 *   responses: Record<string, { description: string, content?: Record<string, unknown>, headers?: object }> }} Operation
 */

/**
 * What the server of a new store says of itself.
 * @returns {Promise<any>}
 */
async function openApi() {
  const home = mkdtempSync(join(tmpdir(), "reference-"));
  const file = join(ROOT, "packages/taskwerk/dist/taskwerk.cjs");
  const around = { cwd: home, env: { PATH: process.env.PATH, HOME: home } };
  execFileSync(process.execPath, [file, "init", "--here"], around);
  const words = ["api", "start", "--port", "0", "--until-stdin-closes", "--json"];
  const server = spawn(process.execPath, [file, ...words], { ...around, stdio: ["pipe", "pipe", "inherit"] });
  try {
    for await (const _ of createInterface({ input: server.stdout })) {
      const { url, token } = JSON.parse(readFileSync(join(home, ".taskwerk/api.json"), "utf8"));
      const answer = await fetch(`${url}/v1/openapi.json`, { headers: { authorization: `Bearer ${token}` } });
      if (!answer.ok) throw new Error(`/v1/openapi.json: ${answer.status} ${await answer.text()}`);
      return await answer.json();
    }
    throw new Error("taskwerk api start said nothing");
  } finally {
    const ended = new Promise((resolve) => server.once("close", resolve));
    server.stdin.end();
    await ended;
    rmSync(home, { recursive: true, force: true });
  }
}

/** Every route of the HTTP API, from its OpenAPI document. */
async function httpPage() {
  const document = await openApi();
  /** @type {(Operation & { method: string, path: string })[]} */
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(/** @type {Record<string, Operation>} */ (methods)).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
  /** @type {Parameter[]} */
  const headers = Object.values(document.components.parameters);
  const groups = [...new Set(operations.map(({ tags }) => tags[0] ?? ""))];
  const parts = groups.map((group) =>
    [
      `## ${group}`,
      ...operations.filter(({ tags }) => tags[0] === group).map((operation) => routePart(document, operation)),
    ].join("\n\n"),
  );
  return [
    "# HTTP API of taskwerk",
    NOTE,
    `\`taskwerk api start\` serves a store; \`GET /v1/openapi.json\` is this page as OpenAPI ${document.openapi}. ${document.info.description}`,
    "Every call but `/healthz` needs the token: `Authorization: Bearer …`, from `api.json` in the store's directory. Headers that a\ncall may have:",
    table(
      ["header", "what it says"],
      headers.map(({ name, description }) => [code(name), cell(description)]),
    ),
    "An answer with `page.truncated` has more: ask again with `cursor`. What an answer holds, in full:  `GET /v1/schema/KIND`.",
    ...parts,
  ].join("\n\n");
}

/**
 * @param {any} document
 * @param {Operation & { method: string, path: string }} operation
 */
function routePart(document, { method, path, summary, parameters = [], requestBody, responses }) {
  const given = parameters
    .filter((one) => one.$ref === undefined)
    .map((one) => [
      code(one.name),
      one.in,
      cell(typeWords(one.schema)),
      cell(`${one.description}${one.required ? "; needed" : ""}`),
    ]);
  const json = requestBody?.content["application/json"];
  const ref = json?.schema.$ref ?? json?.schema.anyOf?.[0].$ref;
  const input = ref && document.components.schemas[ref.split("/").at(-1)];
  /** @type {[string, any][]} */
  const properties = Object.entries(input?.properties ?? {});
  const fields = properties.map(([name, schema]) => {
    const needed = input.required?.includes(name) ? "; needed" : "";
    return [code(name), "body", cell(typeWords(schema)), cell(`${schema.description}${needed}`)];
  });
  const rows = [...given, ...fields];
  const statuses = Object.entries(responses);
  const done = statuses
    .filter(([status]) => status < "300")
    .map(([status, { content = {}, headers }]) => {
      const types = Object.keys(content).map(code).join(", ");
      return `${status} with ${types}${headers ? ", and an `ETag`" : ""}`;
    });
  const errors = statuses
    .filter(([status]) => status >= "300")
    .map(([status, { description }]) => `${status} ${description}`);
  return [
    `### ${method} ${path}`,
    `${summary}. Answers ${done.join("; ")}.`,
    ...(rows.length === 0 ? [] : [table(["field", "in", "type", "what it is"], rows)]),
    ...(json?.example ? [`For instance: ${code(JSON.stringify(json.example))}`] : []),
    ...(errors.length === 0 ? [] : [`Errors: ${errors.join(" · ")}`]),
  ].join("\n\n");
}

/**
 * A schema in a few words.
 * @param {any} schema
 * @returns {string}
 */
function typeWords(schema) {
  if (schema.enum) return schema.enum.join(", ");
  if (schema.anyOf) return schema.anyOf.map(typeWords).join(" or ");
  if (schema.type === "array") return `list of ${typeWords(schema.items ?? {})}`;
  return [schema.type ?? "anything"].flat().join(" or ");
}

/** @type {Readonly<Record<string, string>>} */
const pages = {
  "taskwerk.md": commandsPage("taskwerk"),
  "conductor.md": commandsPage("conductor"),
  "errors.md": errorsPage(),
  "exit-codes.md": exitCodesPage(),
  "environment.md": environmentPage(),
  "configuration.md": configPage(),
  "http.md": await httpPage(),
  "plan.schema.json": JSON.stringify(ask("conductor", ["plan", "schema"]), null, 2),
  "config.schema.json": JSON.stringify(ask("conductor", ["config", "schema"]), null, 2),
  "policy.schema.json": JSON.stringify(ask("conductor", ["policy", "schema"]), null, 2),
  "scenario.schema.json": JSON.stringify(ask("conductor", ["rehearse", "--schema"]), null, 2),
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
