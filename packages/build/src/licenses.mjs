// @ts-check
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./programs.mjs";

/**
 * The licence texts of the packages whose code went into a bundle: their licences ask that they travel with it.
 * @param {readonly string[]} inputs  source files, relative to the repository
 * @returns {string} one block a package, sorted by name
 */
export function licensesOf(inputs) {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return [...folders]
    .sort()
    .map((folder) => blockOf(join(ROOT, folder)))
    .join("\n");
}

/** @param {string} folder */
function blockOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = existsSync(folder)
    ? readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
    : undefined;
  const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  return `== ${name} ${version} (${license ?? "see below"})\n${text}`;
}
