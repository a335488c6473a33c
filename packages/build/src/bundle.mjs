// @ts-check
import { createHash } from "node:crypto";
import { isBuiltin } from "node:module";
import { basename, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { leanParts } from "./lean-parts.mjs";
import { ROOT } from "./programs.mjs";

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

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PARAMETERS = "module, exports, require, __load, __import, __filename, __dirname, __moduleUrl";

/** @satisfies {import("esbuild").BuildOptions} */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node20",
  minifySyntax: true,
  legalComments: "none",
  write: false,
  metafile: true,
  logLevel: "silent",
  define: { "process.env.NODE_ENV": '"production"' },
};

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

/**
 * One text out of several parts. They are bundled once more, into one scope: a part then calls another directly.
 * @param {ReadonlySet<string>} names
 * @param {ReadonlyMap<string, string>} texts
 */
async function joinParts(names, texts) {
  const entries = [...names].map((name) => `${JSON.stringify(name)}: () => require("./${name}")`);
  const result = await esbuild.build({
    ...COMMON,
    stdin: { contents: `module.exports = { ${entries.join(", ")} };`, resolveDir: ROOT, loader: "js" },
    format: "cjs",
    // What is read at every start is small; lines stay short enough for a stack to mean something.
    minifyWhitespace: true,
    lineLimit: 200,
    external: ["bindings", "better-sqlite3"],
    plugins: [
      {
        name: "parts",
        setup(build) {
          build.onResolve({ filter: /^\.\/[^/]+\.[cm]js$/ }, ({ path }) =>
            names.has(path.slice(2)) ? { path: path.slice(2), namespace: "part" } : { path, external: true },
          );
          build.onLoad({ filter: /.*/, namespace: "part" }, ({ path }) => ({
            contents: /** @type {string} */ (texts.get(path)),
            loader: "js",
            resolveDir: ROOT,
          }));
        },
      },
    ],
  });
  return leanParts(/** @type {import("esbuild").OutputFile} */ (result.outputFiles[0]).text);
}

/**
 * The text of a part as the loader evaluates it. Its `import()`s go through the loader; one of a name that is made at
 * run time cannot, so such a part is marked and compiled as a file.
 * @param {string} code
 * @param {ReadonlyMap<string, string>} texts
 */
async function wrap(code, texts) {
  const linked = code.replace(/\bimport\("([^"\\]+)"\)/g, (whole, /** @type {string} */ id) => {
    if (texts.has(id.slice(2))) return `__load("${id.slice(2)}")`;
    return isBuiltin(id) || /^\.\/[^/]+\.mjs$/.test(id) ? `__import("${id}")` : whole;
  });
  const mark = (await hasImportCall(linked)) ? "/* import() */ " : "";
  return `${mark}(function (${PARAMETERS}) {${linked}\n})`;
}

/** @param {string} code */
async function hasImportCall(code) {
  if (!/\bimport\(/.test(code)) return false;
  const { code: bare } = await esbuild.transform(code, { minifyWhitespace: true, legalComments: "none" });
  return /\bimport\(/.test(bare); // not only in a comment
}

/** In a bundle, `better-sqlite3` is our own way to its native file.
 * @type {import("esbuild").Plugin} */
const sqlitePlugin = {
  name: "better-sqlite3",
  setup(build) {
    const shim = join(HERE, "better-sqlite3.cjs");
    build.onResolve({ filter: /^better-sqlite3$/ }, ({ importer }) =>
      importer === shim ? { path: "better-sqlite3", external: true } : { path: shim },
    );
    build.onResolve({ filter: /^better-sqlite3\/package\.json$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** commander can start subcommands that are programs of their own. None here is, and what it would start them with costs
 * a tenth of a start: it is loaded when it is asked for.
 * @type {import("esbuild").Plugin} */
const commanderPlugin = {
  name: "commander",
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: "child_process", namespace: "late" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "late" }, () => ({
      contents: 'exports.spawn = (...args) => process.getBuiltinModule("node:child_process").spawn(...args);',
    }));
  },
};

/**
 * What is imported with `import()` from a `src/tui/` folder becomes one ES module.
 * @param {Map<string, string>} parts
 * @param {Set<string>} inputs
 * @returns {import("esbuild").Plugin}
 */
function screensPlugin(parts, inputs) {
  /** @type {Map<string, Promise<string>>} */
  const built = new Map();
  return {
    name: "screens",
    setup(build) {
      build.onResolve({ filter: /(^|\/)tui\// }, async ({ path, kind, pluginData, ...from }) => {
        if (kind !== "dynamic-import" || pluginData === "inner") return undefined;
        const { importer, resolveDir } = from;
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: "inner" });
        if (!/[\\/]src[\\/]tui[\\/]/.test(found.path) || found.errors.length > 0) return undefined;
        const name = built.get(found.path) ?? buildScreen(found.path, parts, inputs);
        built.set(found.path, name);
        return { path: `./${await name}`, external: true };
      });
    },
  };
}

/**
 * @param {string} entry
 * @param {Map<string, string>} parts
 * @param {Set<string>} inputs
 */
async function buildScreen(entry, parts, inputs) {
  const result = await esbuild.build({
    ...COMMON,
    entryPoints: [entry],
    format: "esm",
    outdir: join(ROOT, "out"),
    external: ["bindings"],
    alias: { "react-devtools-core": join(HERE, "empty.cjs") }, // ink asks for it in development only
    // packages that are CommonJS inside call `require`, which ES modules do not have
    banner: { js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);' },
    plugins: [sqlitePlugin],
  });
  for (const input of Object.keys(result.metafile.inputs)) inputs.add(input);
  const text = /** @type {import("esbuild").OutputFile} */ (result.outputFiles[0]).text;
  const name = `${basename(entry, extname(entry))}-${hashOf(text)}.mjs`;
  parts.set(name, text);
  return name;
}

/**
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {string} source  absolute path of an entry, or of a module behind an `import()`
 */
function partOf(outputs, source) {
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
function reachable(outputs, names) {
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
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {ReadonlySet<string>} names
 */
function librariesOf(outputs, names) {
  const files = Object.entries(outputs).flatMap(([path, { inputs }]) =>
    names.has(basename(path)) ? Object.keys(inputs) : [],
  );
  const libraries = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(libraries)].sort();
}

/** @param {string} text */
const hashOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/**
 * What a program runs as processes of their own: each one plain file that needs nothing beside it.
 * @param {Program} program
 * @returns {Promise<readonly { readonly name: string, readonly text: string, readonly inputs: readonly string[] }[]>}
 *   name in dist, text, and the source files that went in, relative to the repository
 */
export async function bundleStandalone({ standalone }) {
  return Promise.all(
    Object.entries(standalone).map(async ([name, entry]) => {
      const { outputFiles, metafile } = await esbuild.build({
        ...COMMON,
        entryPoints: [entry],
        format: "cjs",
        outfile: "out",
      });
      const { text } = /** @type {import("esbuild").OutputFile} */ (outputFiles[0]);
      return { name, text, inputs: Object.keys(metafile.inputs) };
    }),
  );
}
