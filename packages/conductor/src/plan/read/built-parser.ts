/** For tests: the parser's process, bundled from its source as a release bundles it. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { ParserCommand } from "./parse-in-child.ts";

/** Bundles the parser and the reader of PDFs into a folder of its own under the system's temporary folder. */
export async function builtParser(): Promise<ParserCommand> {
  const outdir = await mkdtemp(join(tmpdir(), "conductor-parser-"));
  const parser = fileURLToPath(new URL("./child.ts", import.meta.url));
  const pdfReader = fileURLToPath(new URL("./pdf/read-pdf.ts", import.meta.url));
  await build({
    entryPoints: { parser, "pdf-reader": pdfReader },
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    outdir,
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  return { argv: [process.execPath, "--max-old-space-size=256", join(outdir, "parser.cjs")] };
}
