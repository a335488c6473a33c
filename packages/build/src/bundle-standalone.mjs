// @ts-check
import * as esbuild from "esbuild";
import { COMMON } from "./bundle-options.mjs";

/** @typedef {import("./programs.mjs").Program} Program */

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
