import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { parseYaml } from "@taskwerk/config/parse-yaml";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { readScenario } from "@taskwerk/rehearsal/read-scenario";
import type { Scenario } from "@taskwerk/rehearsal/scenario";
import type { App } from "../app.ts";

/** A scenario and where it was found. */
export interface FoundScenario {
  readonly scenario: Scenario;
  /** How it is named on the command line. */
  readonly named: string;
  readonly file: string;
}

const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);
const MOST_BYTES = 1024 * 1024;

/** The scenario of a built-in name, or of a file. Throws FILE_NOT_FOUND, naming what was probably meant, and CONFIG_INVALID with the line. */
export async function findScenario(app: App, named: string): Promise<FoundScenario> {
  const file = app.path(named);
  const isFile = existsSync(file) && statSync(file).isFile();
  if (isFile && (named.includes("/") || EXTENSIONS.has(extname(named)))) return readIn(file, named);
  const library = await libraryOf(app);
  const known = library.find(({ name }) => name === named);
  if (known !== undefined) return readIn(known.file, named);
  const names = library.map(({ name }) => name);
  const meant = nearest(named, names);
  throw new WerkError("FILE_NOT_FOUND", `there is no scenario and no file "${named}"`, {
    hint: [
      ...(meant === null ? [] : [`Did you mean  conductor rehearse ${meant}`]),
      "All of them:  conductor rehearse --list     One of your own:  conductor rehearse FILE.yaml",
    ].join("\n"),
    field: "scenario",
    given: named,
    candidates: meant === null ? names : [meant],
  });
}

/** The scenarios that came with this program, by name. Throws FILE_NOT_FOUND where it came without examples. */
export async function libraryOf({ world }: App): Promise<readonly { readonly name: string; readonly file: string }[]> {
  const dir = world.examples === null ? null : join(world.examples, "scenarios");
  const names = dir === null ? [] : await readdir(dir).catch(() => []);
  if (dir === null || names.length === 0)
    throw new WerkError("FILE_NOT_FOUND", "this installation came without scenarios", {
      hint: "Install it again:  npm install -g taskwerk taskwerk-conductor\nOr name a file of your own:  conductor rehearse FILE.yaml",
    });
  return names
    .filter((name) => EXTENSIONS.has(extname(name)))
    .sort()
    .map((name) => ({ name: basename(name, extname(name)), file: join(dir, name) }));
}

async function readIn(file: string, named: string): Promise<FoundScenario> {
  const source = basename(file);
  if (statSync(file).size > MOST_BYTES)
    throw new WerkError("PAYLOAD_TOO_LARGE", `${source} is larger than 1 MB`, { field: "scenario", given: named });
  const text = await readFile(file, "utf8");
  const { value, lines } = parseYaml(text, source);
  try {
    const scenario = readScenario(value);
    checkPlay(scenario, dirname(file));
    return { scenario, named, file };
  } catch (error) {
    if (!isWerkError(error) || error.field === undefined) throw error;
    const line = lineOf(lines, error.field);
    throw new WerkError(
      error.code,
      `${source}${line === null ? "" : ` line ${line}`}: ${error.message.replace(/^the scenario is wrong at /, "")}`,
      {
        hint:
          error.hint ??
          "What a scenario may hold:  conductor rehearse --schema     Examples:  conductor rehearse --list",
        field: error.field,
        details: { file, line },
      },
    );
  }
}

/** What a rehearsal needs beside what agents do. */
function checkPlay(scenario: Scenario, dir: string): void {
  const { work = [], crashes } = scenario;
  if (work.length === 0)
    throw new WerkError("CONFIG_INVALID", "work: a rehearsal needs tasks to work on", { field: "work" });
  const titles = new Set<string>();
  for (const [n, { title, after = [] }] of work.entries()) {
    const unknown = after.find((one) => !titles.has(one));
    if (unknown !== undefined)
      throw new WerkError("CONFIG_INVALID", `work[${n}].after: no task before it is called "${unknown}"`, {
        field: `work[${n}].after`,
      });
    if (titles.has(title))
      throw new WerkError("CONFIG_INVALID", `work[${n}].title: there is another task of this title`, {
        field: `work[${n}].title`,
      });
    titles.add(title);
  }
  if (crashes !== undefined && crashes.most < crashes.least)
    throw new WerkError("CONFIG_INVALID", "crashes.most: it is smaller than least", { field: "crashes.most" });
  for (const path of Object.keys(scenario.files ?? {}))
    if (leaves(path))
      throw new WerkError("CONFIG_INVALID", `files.${path}: it leads out of the clone`, { field: "files" });
  for (const path of copiedBy(scenario))
    if (leaves(path) || !existsSync(join(dir, path)))
      throw new WerkError("CONFIG_INVALID", `from: there is no file ${path} beside the scenario`, { field: "tasks" });
}

const leaves = (path: string): boolean =>
  path.startsWith("/") || path.split("/").some((part) => part === ".." || part === ".git");

/** The files beside the scenario that its agents copy. */
export function copiedBy(scenario: Scenario): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) look(one);
    else if (value !== null && typeof value === "object") {
      const { from } = value as { readonly from?: unknown };
      if (typeof from === "string") found.add(from);
      for (const one of Object.values(value)) look(one);
    }
  };
  look(scenario.tasks);
  look(scenario.otherwise);
  return [...found];
}

/** The line of a place such as `tasks[0].steps[1].find`, or of the nearest thing around it. */
function lineOf(lines: ReadonlyMap<string, number>, field: string): number | null {
  const parts = field.replace(/\[(\d+)\]/g, ".$1").split(".");
  for (let n = parts.length; n > 0; n -= 1) {
    const line = lines.get(parts.slice(0, n).join("."));
    if (line !== undefined) return line;
  }
  return null;
}
