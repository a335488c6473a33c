// @ts-check
import { createHash } from "node:crypto";
import { ROOT } from "./programs.mjs";

/** What every bundle is made with.
 * @satisfies {import("esbuild").BuildOptions} */
export const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node20",
  minifySyntax: true,
  legalComments: "none",
  write: false,
  metafile: true,
  logLevel: "silent",
  define: { "process.env.NODE_ENV": '"production"' },
};

/** A short name for a text: another text has another one.
 * @param {string} text */
export const hashOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 12);
