/** Files that are kept for people to read, and for so long: transcripts, traces, logs of gates. */
import { lstat, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type RunState, unfinishedSessions } from "../model/state.ts";

/** How long each kind is kept after it was written last, milliseconds. */
export interface Retention {
  readonly transcriptsMs: number;
  readonly logsMs: number;
  readonly cachesMs: number;
}

export interface OldFile {
  readonly kind: "transcripts" | "logs" | "caches";
  readonly path: string;
  readonly bytes: number;
  /** The session that it belongs to; null where the journal knows none. */
  readonly session: string | null;
}

export interface OldFilesWish {
  readonly stateDir: string;
  readonly state: RunState;
  readonly retention: Retention;
  readonly now: Date;
  /** Somebody drives: what belongs to no session may be in the making. */
  readonly driven: boolean;
}

/** Directories of plain files, and the kind of each. */
const PLACES = [
  ["transcripts", "transcripts"],
  ["traces", "transcripts"],
  ["logs", "logs"],
  ["plan-answers", "caches"],
] as const;

/** Those that nobody needs any more, oldest first: past their time, and of no session that can be gone on with. Removes nothing. */
export async function oldFiles({ stateDir, state, retention, now, driven }: OldFilesWish): Promise<readonly OldFile[]> {
  const limits = { transcripts: retention.transcriptsMs, logs: retention.logsMs, caches: retention.cachesMs };
  const owners = ownersIn(state);
  const going = new Set(unfinishedSessions(state).map(({ id }) => id));
  const found: (OldFile & { readonly at: number })[] = [];
  for (const [place, kind] of PLACES)
    for (const name of await readdir(join(stateDir, place)).catch(() => [])) {
      const path = join(stateDir, place, name);
      const about = await lstat(path).catch(() => null);
      if (about === null || !about.isFile() || now.getTime() - about.mtimeMs < limits[kind]) continue;
      const session = owners(kind, name);
      if (session === null ? driven && kind !== "caches" : going.has(session)) continue;
      found.push({ kind, path, bytes: about.size, session, at: about.mtimeMs });
    }
  return found.sort((a, b) => a.at - b.at).map(({ at: _, ...file }) => file);
}

/** Answers which session a file of that name belongs to. */
function ownersIn(state: RunState): (kind: OldFile["kind"], name: string) => string | null {
  const attempts = new Map(
    [...state.attempts.values()].map(({ id, session }) => [id.replace(/\W+/g, "-"), session] as const),
  );
  const logs = new Map<string, string>();
  for (const { receipt: id, session } of state.judgements) {
    const receipt = state.receipts.get(id);
    for (const path of [receipt?.logPath, receipt?.tests?.path])
      if (path !== undefined) logs.set(basename(path), session);
  }
  return (kind, name) =>
    kind === "transcripts" ? (attempts.get(name.replace(/-\d+\.jsonl$/, "")) ?? null) : (logs.get(name) ?? null);
}

/** So many at the end of a run: it is not to wait for its own past. */
export const MOST_AT_ONCE = 2_000;

/** Removes them, at most `most`. */
export async function removeOld(files: readonly OldFile[], most = Number.POSITIVE_INFINITY): Promise<void> {
  for (const { path } of files.slice(0, most)) await rm(path, { force: true });
}
