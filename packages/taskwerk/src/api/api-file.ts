import { renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { API_FILE, type ApiFile, type ApiInfo } from "@taskwerk/contract/api-file";
import { processStart } from "@taskwerk/contract/process-start";

/** What may be shown of a server: everything but the token. */
export const infoOf = ({ token: _, process_start: __, v: ___, ...info }: ApiFile): ApiInfo => info;

/** The server of a store, or null when none runs; what a dead one left behind does not count. */
export async function readApiFile(store: string): Promise<ApiFile | null> {
  let file: unknown;
  try {
    file = JSON.parse(await readFile(join(store, API_FILE), "utf8"));
  } catch {
    return null;
  }
  if (!isApiFile(file)) return null;
  return (await processStart(file.pid)) === file.process_start ? file : null;
}

const isApiFile = (file: unknown): file is ApiFile =>
  typeof file === "object" &&
  file !== null &&
  "v" in file &&
  file.v === 1 &&
  "pid" in file &&
  Number.isSafeInteger(file.pid) &&
  (file.pid as number) > 0 &&
  "url" in file &&
  typeof file.url === "string";

/** Runs `work` while no other process does the same for this store. */
export type Alone = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Leaves the file for others to find, in the place of what a dead server left. Of servers that start at once exactly one
 * succeeds: the others get that one's file.
 */
export const leaveApiFile = (store: string, file: ApiFile, alone: Alone): Promise<ApiFile | null> =>
  alone(async () => {
    const other = await readApiFile(store);
    if (other) return other;
    replaceApiFile(store, file);
    return null;
  });

/** Writes the file anew, in one step and for its owner only. Throws what the file system says. */
export function replaceApiFile(store: string, file: ApiFile): void {
  const path = join(store, API_FILE);
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(file)}\n`, { flag: "wx", mode: 0o600 });
  renameSync(draft, path);
}

/** Takes the file away again, if it is still this server's. */
export async function takeApiFile(store: string, file: ApiFile): Promise<void> {
  const path = join(store, API_FILE);
  try {
    const there = JSON.parse(await readFile(path, "utf8")) as Partial<ApiFile>;
    if (there.pid === file.pid && there.process_start === file.process_start) await rm(path, { force: true });
  } catch {
    // Gone already, or not ours to judge.
  }
}
