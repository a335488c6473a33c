// @ts-check
import { join } from "node:path";
import { bundleProgram } from "./bundle.mjs";
import { bundleStandalone } from "./bundle-standalone.mjs";
import { licensesOf } from "./licenses.mjs";
import { warm } from "./warm.mjs";
import { writeBundle, writeWhole } from "./write.mjs";

/**
 * Bundles, writes and warms up one program.
 * @param {import("./programs.mjs").Program} program
 * @param {string} dist  absolute path of the folder it goes to
 * @returns {Promise<string>} what was made, in a line or a few
 */
export async function buildProgram(program, dist) {
  const bundle = await bundleProgram(program);
  // First: a program that starts its processes must find them.
  const alone = await bundleStandalone(program);
  for (const { name, text } of alone) writeWhole(join(dist, name), text);
  warm(writeBundle(bundle, dist, program.name), program.warm);
  writeWhole(join(dist, "THIRD-PARTY.txt"), licensesOf([...bundle.inputs, ...alone.flatMap(({ inputs }) => inputs)]));
  const hotKb = Math.round((bundle.parts.get(bundle.hot)?.length ?? 0) / 1024);
  const libraries = bundle.hotLibraries.length === 0 ? "" : ` (with ${bundle.hotLibraries.join(", ")})`;
  const idle = bundle.idle.map((path) => `hot.json names ${path}, which no import() reaches`);
  const remarks = [...bundle.warnings, ...idle].map((line) => `\n  ${line}`).join("");
  return `built ${program.name}: ${hotKb} KB hot${libraries}, ${bundle.parts.size - 1} parts${remarks}`;
}
