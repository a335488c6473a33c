// @ts-check
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** @typedef {import("./bundle.mjs").Bundle} Bundle */

/** A part stays this long after the build that no longer needs it, for programs that were started before and still run. */
const KEEP_MS = 24 * 60 * 60 * 1000;

/**
 * Writes a built program to `dist`: first the parts, whose names tell their contents, then, in one rename, the loader
 * that names them. A program that runs meanwhile, or a second build, sees the old program or the new one, whole.
 * @param {Bundle} bundle
 * @param {string} dist       absolute path of the folder
 * @param {string} name       the loader becomes `<name>.cjs`
 * @returns {string} the loader's path
 */
export function writeBundle(bundle, dist, name) {
  const partsDir = join(dist, "parts");
  mkdirSync(partsDir, { recursive: true });
  for (const [part, text] of bundle.parts) writePart(partsDir, part, text);
  const template = readFileSync(new URL("./loader.cjs", import.meta.url), "utf8");
  const loader = join(dist, `${name}.cjs`);
  const pairs = [...bundle.groups].map(([part, group]) => `${part}=${group}`).join(" ");
  writeWhole(
    loader,
    template.replace("__HOT__", bundle.hot).replace("__MAIN__", bundle.main).replace("__GROUPS__", pairs),
  );
  prune(dist, bundle);
  return loader;
}

/**
 * Puts a file in place in one step.
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
export function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, contents);
    chmodSync(temporary, 0o644);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * @param {string} dir
 * @param {string} part
 * @param {string} text
 */
function writePart(dir, part, text) {
  const path = join(dir, part);
  if (read(path) === text) return;
  // V8 tells a stale code cache by the text's length only, so one of another text must not stay
  for (const file of readdirSync(dir)) if (file.startsWith(`${part}.`)) rmSync(join(dir, file), { force: true });
  writeWhole(path, text);
}

/**
 * `superseded.json` holds since when a file is not needed.
 * @param {string} dist
 * @param {Bundle} bundle
 */
function prune(dist, bundle) {
  const record = join(dist, "superseded.json");
  /** @type {Record<string, number>} */
  const before = JSON.parse(read(record) ?? "{}");
  /** @type {Record<string, number>} */
  const after = {};
  for (const file of readdirSync(join(dist, "parts"))) {
    if (bundle.parts.has(file.replace(/(\.[cm]js)\..*$/, "$1")) && !file.endsWith(".tmp")) continue;
    const since = before[file] ?? Date.now();
    if (Date.now() - since > KEEP_MS) rmSync(join(dist, "parts", file), { force: true });
    else after[file] = since;
  }
  if (Object.keys(after).length > 0) writeWhole(record, JSON.stringify(after));
  else rmSync(record, { force: true });
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
