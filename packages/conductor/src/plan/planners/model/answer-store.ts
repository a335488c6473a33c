/** Answers of a model, kept in files so that what was asked once is not paid for twice. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** A keeper of answers. It never fails: what cannot be read is not there, what cannot be written is not kept. */
export interface AnswerStore {
  /** undefined: there is none. */
  get(key: string): Promise<unknown>;
  /** False when it could not be kept. */
  put(key: string, answer: unknown): Promise<boolean>;
  forget(keys: readonly string[]): Promise<void>;
}

/** How much is kept at the most. */
export interface StoreLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** The answers of some dozens of plans. */
export const STORE_LIMITS: StoreLimits = { entries: 500, bytes: 32 * 1024 * 1024 };

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * Keeps answers in a directory of its own, readable for its owner only. Readers see a whole entry or none; one that was damaged
 * counts as none and is removed; what was not used longest goes first when there are too many.
 */
export function answerStore(dir: string, limits: StoreLimits = STORE_LIMITS): AnswerStore {
  const pathOf = (key: string): string => join(dir, `${digestOf(key)}.json`);
  return {
    async get(key) {
      const path = pathOf(key);
      const text = await readFile(path, "utf8").catch(() => null);
      if (text === null) return undefined;
      const answer = answerIn(text, key);
      if (answer === undefined) await rm(path, { force: true }).catch(() => undefined);
      else await touch(path);
      return answer;
    },
    async put(key, answer) {
      const body = JSON.stringify(answer);
      const text = JSON.stringify({ v: 1, key: digestOf(key), sum: digestOf(body), answer });
      if (text.length > limits.bytes / 4) return false;
      const path = pathOf(key);
      const part = `${path}.${randomBytes(4).toString("hex")}.tmp`;
      try {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        const file = await open(part, "wx", 0o600);
        try {
          await file.writeFile(text);
        } finally {
          await file.close();
        }
        await rename(part, path);
        await makeRoom(dir, limits);
        return true;
      } catch {
        await rm(part, { force: true }).catch(() => undefined);
        return false;
      }
    },
    async forget(keys) {
      for (const key of keys) await rm(pathOf(key), { force: true }).catch(() => undefined);
    },
  };
}

function answerIn(text: string, key: string): unknown {
  try {
    const entry = JSON.parse(text) as { v?: unknown; key?: unknown; sum?: unknown; answer?: unknown } | null;
    const whole = entry?.v === 1 && entry.key === digestOf(key) && entry.sum === digestOf(JSON.stringify(entry.answer));
    return whole ? entry.answer : undefined;
  } catch {
    return undefined;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/** Parts of a write that never ended are an hour old at least. */
const ABANDONED_MS = 3_600_000;

async function makeRoom(dir: string, limits: StoreLimits): Promise<void> {
  const names = await readdir(dir);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      const one = await stat(path).catch(() => null);
      return one === null ? [] : [{ path, name, bytes: one.size, usedAt: one.mtimeMs }];
    }),
  );
  let [entries, bytes] = [0, 0];
  for (const { path, name, bytes: size, usedAt } of files.flat().sort((a, b) => b.usedAt - a.usedAt)) {
    if (name.endsWith(".tmp")) {
      if (Date.now() - usedAt > ABANDONED_MS) await rm(path, { force: true });
      continue;
    }
    entries += 1;
    bytes += size;
    if (entries > limits.entries || bytes > limits.bytes) await rm(path, { force: true });
  }
}
