// @ts-check
import { basename, join } from "node:path";
import * as esbuild from "esbuild";
import { COMMON, hashOf } from "./bundle-options.mjs";
import { screensPlugin } from "./bundle-screens.mjs";
import { librariesOf, partOf, reachable } from "./part-graph.mjs";
import { joinParts, wrap } from "./part-text.mjs";
import { ROOT } from "./programs.mjs";
import { commanderPlugin, sqlitePlugin } from "./replaced-modules.mjs";

/** @typedef {import("./programs.mjs").Program} Program */
/**
 * A built program, still in memory.
 * @typedef {object} Bundle
 * @property {string} hot    file name of the hot bundle
 * @property {string} main   name of the part that is the program itself
 * @property {ReadonlyMap<string, string>} parts   file name → text, the hot bundle included
 * @property {ReadonlyMap<string, string>} groups   name of a part → file name of the group it is in
 * @property {readonly string[]} hotLibraries   packages of others in the hot bundle
 * @property {readonly string[]} warnings  what esbuild has to say about our own sources
 * @property {readonly string[]} idle    what `inline` or `groups` name and no `import()` reaches
 * @property {readonly string[]} inputs   the source files that went in, relative to the repository
 */

/**
 * Bundles a program: what main.ts needs to start, and what `inline` names, becomes the hot bundle; everything behind
 * another `import()` becomes parts that are read when they are asked for, those of a group in one file. esbuild's splitting
 * decides which module lives where, so no module is in two parts; only what lies under a `src/tui/` folder is a bundle of its own (ES modules,
 * because ink awaits at top level) with its own copies.
 * @param {Program} program
 * @returns {Promise<Bundle>}
 * @throws when a source does not build, e.g. because a package is neither installed nor `better-sqlite3`
 */
export async function bundleProgram(program) {
  /** @type {Map<string, string>} */
  const parts = new Map();
  /** @type {Set<string>} */
  const inputs = new Set();
  const screens = screensPlugin(parts, inputs);

  const split = await esbuild.build({
    ...COMMON,
    entryPoints: [program.entry],
    format: "esm",
    splitting: true,
    outdir: join(ROOT, "out"), // nothing is written there: it only names the parts
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    outExtension: { ".js": ".cjs" },
    external: ["bindings"],
    define: {
      ...COMMON.define,
      "import.meta.url": "__moduleUrl",
      "import.meta.filename": "__filename",
      "import.meta.dirname": "__dirname",
    },
    plugins: [screens, sqlitePlugin, commanderPlugin],
  });
  const { inputs: read, outputs } = split.metafile;
  for (const input of Object.keys(read)) inputs.add(input);

  const texts = new Map(split.outputFiles.map((file) => [basename(file.path), file.text]));
  const main = partOf(outputs, program.entry);
  if (main === undefined) throw new Error(`${program.entry} gave no bundle`);
  const idle = [...program.inline, ...program.groups.flat()].filter((path) => partOf(outputs, path) === undefined);
  const partsOf = (/** @type {readonly string[]} */ paths) => paths.flatMap((path) => partOf(outputs, path) ?? []);
  const hotParts = reachable(outputs, [main, ...partsOf(program.inline)]);

  /** @type {Map<string, string>} */
  const groups = new Map();
  for (const paths of program.groups) {
    const names = [...reachable(outputs, partsOf(paths))].filter((name) => !hotParts.has(name) && !groups.has(name));
    const text = await wrap(await joinParts(new Set(names), texts), texts);
    const group = `group-${hashOf(text)}.cjs`;
    parts.set(group, text);
    for (const name of names) groups.set(name, group);
  }
  for (const [name, text] of texts) {
    if (hotParts.has(name) || groups.has(name)) continue;
    const { code } = await esbuild.transform(text, { format: "cjs", platform: "node", target: "node20", loader: "js" });
    parts.set(name, await wrap(code, texts));
  }
  const hotText = await wrap(await joinParts(hotParts, texts), texts);
  const hot = `hot-${hashOf(hotText)}.cjs`;
  parts.set(hot, hotText);
  const hotLibraries = librariesOf(outputs, hotParts);
  const warnings = split.warnings
    .filter(({ location }) => !location?.file.includes("node_modules/"))
    .map(({ text, location }) => `${location?.file ?? program.name}:${location?.line ?? 0}: ${text}`);
  return { hot, main, parts, groups, hotLibraries, warnings, idle, inputs: [...inputs] };
}
