// @ts-check
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this checkout. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../../../..");

/**
 * A program that is built: its package's folder, its entry, and what belongs into its hot bundle.
 * @typedef {object} Program
 * @property {string} name        the command's name, and the name of the file in dist
 * @property {string} dir         absolute path of the package
 * @property {string} entry       absolute path of main.ts
 * @property {readonly string[]} inline   absolute paths of dynamically imported modules that stay in the hot bundle
 * @property {readonly (readonly string[])[]} groups   the same, for modules that are used together: each list becomes one file
 * @property {Readonly<Record<string, string>>} standalone   plain files for processes of their own: name in dist → absolute path of the source
 * @property {readonly (readonly string[])[]} warm   command lines run once at build so that their functions are in the code cache
 */

/**
 * Reads a program's package: `hot.json` beside its package.json (if any) says what is hot.
 * @param {string} name
 * @param {string} dir
 * @returns {Program}
 */
export function readProgram(name, dir) {
  const hot = readJson(join(dir, "hot.json"), {});
  const absolute = (/** @type {readonly string[]} */ paths) => paths.map((path) => resolve(dir, path));
  return {
    name,
    dir,
    entry: join(dir, "src/main.ts"),
    inline: absolute(hot.inline ?? []),
    groups: (hot.groups ?? []).map(absolute),
    standalone: Object.fromEntries(
      Object.entries(hot.standalone ?? {}).map(([name, path]) => [name, resolve(dir, /** @type {string} */ (path))]),
    ),
    warm: hot.warm ?? [["--help"]],
  };
}

/** The two programs of this repository. */
export const programs = () => [
  readProgram("taskwerk", join(ROOT, "packages/taskwerk")),
  readProgram("conductor", join(ROOT, "packages/conductor")),
];

/**
 * @param {string} path
 * @param {any} otherwise  what a missing file means
 */
function readJson(path, otherwise) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return otherwise;
    throw new Error(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : error}`);
  }
}
