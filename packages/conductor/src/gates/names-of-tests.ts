/** The names of all tests of one run, kept beside its log: a receipt has their digest. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

/** Sorted, each once. */
export interface TestNames {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

/** Where names are kept: a gzip of JSON, and the sha256 of that JSON. */
export interface KeptNames {
  readonly path: string;
  readonly sha256: string;
}

/** More than a list of names has; a file that unpacks to more is not read. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Writes them to a new file (mode 0600). */
export async function keepNames(path: string, names: TestNames): Promise<KeptNames> {
  const text = JSON.stringify({ passed: names.passed, failed: names.failed, skipped: names.skipped });
  await writeFile(path, await promisify(gzip)(text), { mode: 0o600, flag: "wx" });
  return { path, sha256: createHash("sha256").update(text).digest("hex") };
}

/** Reads them again; null when the file is gone or is not what was written. */
export async function namesKept({ path, sha256 }: KeptNames): Promise<TestNames | null> {
  try {
    const unpack = promisify((data: Buffer, done: (error: Error | null, text: Buffer) => void) =>
      gunzip(data, { maxOutputLength: MAX_BYTES }, done),
    );
    const text = (await unpack(await readFile(path))).toString("utf8");
    if (createHash("sha256").update(text).digest("hex") !== sha256) return null;
    return JSON.parse(text) as TestNames;
  } catch {
    return null;
  }
}
