// `node --test` runs this file. It runs all of tests/ in one process: starting Node for each would take longer.
import { readdir } from "node:fs/promises";

const folder = new URL("tests/", import.meta.url);
for (const name of (await readdir(folder)).sort()) await import(new URL(name, folder).href);
