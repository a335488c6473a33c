// @ts-check
import { basename, resolve } from "node:path";
import { ROOT } from "./programs.mjs";

/**
 * The file name of the part that a source became; undefined where no `import()` reaches it.
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {string} source  absolute path of an entry, or of a module behind an `import()`
 */
export function partOf(outputs, source) {
  const found = Object.entries(outputs).find(
    ([, output]) => output.entryPoint !== undefined && resolve(ROOT, output.entryPoint) === source,
  );
  return found && basename(found[0]);
}

/**
 * The named parts and all that they import at once.
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {readonly string[]} names
 */
export function reachable(outputs, names) {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  /** @type {Set<string>} */
  const seen = new Set();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { path, kind, external } of byName.get(name)?.imports ?? []) {
      if (external !== true && kind === "import-statement") queue.push(basename(path));
    }
  }
  return seen;
}

/**
 * The packages of others that are in the named parts.
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {ReadonlySet<string>} names
 */
export function librariesOf(outputs, names) {
  const files = Object.entries(outputs).flatMap(([path, { inputs }]) =>
    names.has(basename(path)) ? Object.keys(inputs) : [],
  );
  const libraries = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(libraries)].sort();
}
