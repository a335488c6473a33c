/** `node main.js SCRIPT.json [PORT]`: a scripted model that lives until its standard input ends. */
import { readFile } from "node:fs/promises";
import { errorBodyOf } from "@taskwerk/contract/errors";
import { serve } from "./serve.ts";

const [path, port = "0"] = process.argv.slice(2);
try {
  if (path === undefined) throw new Error("which script? main.js SCRIPT.json [PORT]");
  await serve({ script: await readFile(path, "utf8"), port: Number(port), out: process.stdout, until: process.stdin });
} catch (error) {
  process.stderr.write(`${errorBodyOf(error).message}\n`);
  process.exitCode = 1;
}
