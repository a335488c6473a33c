import { bundleProgram } from "./bundle.mjs";
import { warm } from "./warm.mjs";
import { writeBundle } from "./write.mjs";

/**
 * Bundles, writes and warms up one program.
 * @param {import("./programs.mjs").Program} program
 * @param {string} dist  absolute path of the folder it goes to
 * @returns {Promise<string>} one line that says what was made
 */
export async function buildProgram(program, dist) {
  const bundle = await bundleProgram(program);
  warm(writeBundle(bundle, dist, program.name), program.warm);
  const hotKb = Math.round((bundle.parts.get(bundle.hot)?.length ?? 0) / 1024);
  return `built ${program.name}: ${hotKb} KB hot, ${bundle.parts.size - 1} parts`;
}
