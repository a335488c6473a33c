// @ts-check
import { isBuiltin } from "node:module";
import * as esbuild from "esbuild";
import { COMMON } from "./bundle-options.mjs";
import { leanParts } from "./lean-parts.mjs";
import { ROOT } from "./programs.mjs";

const PARAMETERS = "module, exports, require, __load, __import, __filename, __dirname, __moduleUrl";

/**
 * One text out of several parts. They are bundled once more, into one scope: a part then calls another directly.
 * @param {ReadonlySet<string>} names
 * @param {ReadonlyMap<string, string>} texts
 */
export async function joinParts(names, texts) {
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
export async function wrap(code, texts) {
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
