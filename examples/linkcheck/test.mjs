// `node --test` runs this file. It runs all of tests/ in one process: starting Node for each would take longer.
import { readdir } from "node:fs/promises";

const folder = new URL("tests/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".mjs")).sort();
for (const name of names) await import(new URL(name, folder).href);
