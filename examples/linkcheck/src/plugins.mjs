import { readdir } from "node:fs/promises";

/** Every module of a folder beside this file, in the order of their names. */
export async function loadPlugins(folder) {
  const url = new URL(`${folder}/`, import.meta.url);
  const names = (await readdir(url)).filter((name) => name.endsWith(".mjs")).sort();
  return Promise.all(names.map((name) => import(new URL(name, url).href)));
}

/** The modules of all four folders. */
export async function loadAll() {
  const [formats, checks, requests, reports] = await Promise.all(
    ["formats", "checks", "requests", "reports"].map(loadPlugins),
  );
  return { formats, checks, requests, reports };
}

/** The options that modules bring along, as one object. */
export function optionsOf(plugins) {
  return Object.assign({}, ...Object.values(plugins).flat().map((plugin) => plugin.options ?? {}));
}
