/** Whether a test file cannot even be loaded without the change it comes with. Pure. */
import { posix } from "node:path";

const IMPORT = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["'](\.{1,2}\/[^"'\n]{1,300})["']/g;
const ENDINGS = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", "/index.js", "/index.ts"];

/** True when the file (JavaScript or TypeScript) imports by a relative path what only the change adds. */
export function needsTheWork(path: string, text: string, added: ReadonlySet<string>): boolean {
  const from = posix.dirname(path);
  return [...text.matchAll(IMPORT)].some(([, wanted]) => {
    const target = posix.join(from, wanted!);
    const typed = target.replace(/\.([cm]?)js$/, ".$1ts");
    return [...ENDINGS.map((ending) => target + ending), typed].some((candidate) => added.has(candidate));
  });
}
