/** For tests: the parser's process, bundled from its source as a release bundles it. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { ParserCommand } from "./parse-in-child.ts";

/** Bundles child.ts into a folder of its own under the system's temporary folder. */
export async function builtParser(): Promise<ParserCommand> {
  const outfile = join(await mkdtemp(join(tmpdir(), "conductor-parser-")), "child.mjs");
  const entry = fileURLToPath(new URL("./child.ts", import.meta.url));
  await build({ entryPoints: [entry], bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" });
  return { argv: [process.execPath, "--max-old-space-size=256", outfile] };
}
