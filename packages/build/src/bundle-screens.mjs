// @ts-check
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { COMMON, hashOf } from "./bundle-options.mjs";
import { ROOT } from "./programs.mjs";
import { sqlitePlugin } from "./replaced-modules.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/**
 * What is imported with `import()` from a `src/tui/` folder becomes one ES module.
 * @param {Map<string, string>} parts
 * @param {Set<string>} inputs
 * @returns {import("esbuild").Plugin}
 */
export function screensPlugin(parts, inputs) {
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
