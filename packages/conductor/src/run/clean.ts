/** Frees what ended sessions have left on the disk. Nothing goes that is not in git, or that anybody may still want. */
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "@taskwerk/contract/is-running";
import { removeAll } from "../git/remove-all.ts";
import { ownerOf } from "../git/scratch.ts";
import { sweepStore } from "../git/sweep-store.ts";
import { unfinishedSessions } from "../model/state.ts";
import { socketParents, sweepSockets } from "../sandbox/sweep-sockets.ts";
import { attemptDir } from "./attempt-dir.ts";
import { sizeOf } from "./disk-use.ts";
import { type OldFile, oldFiles, type Retention, removeOld } from "./old-files.ts";
import { type PutAwayContext, putAway, STAYS } from "./save-workspace.ts";

export interface CleanContext extends PutAwayContext {
  readonly stateDir: string;
  readonly retention: Retention;
  readonly now: () => Date;
  /** Somebody drives: then no clone, no checkout and no cache is touched, and nothing of their session. */
  readonly driven: boolean;
  readonly dryRun: boolean;
}

export type CleanKind = OldFile["kind"] | "sockets" | "clones" | "checkouts" | "setup" | "rehearsals";

export interface Freed {
  readonly kind: CleanKind;
  /** A directory, or where so many files were. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

export interface Cleaned {
  readonly removed: readonly Freed[];
  /** Clones that stay, and why. */
  readonly kept: readonly { readonly path: string; readonly why: string }[];
  readonly freedBytes: number;
}

/** Clones are saved in salvage before they go. A second call frees what the first could not. */
export async function clean(context: CleanContext): Promise<Cleaned> {
  const { journal, stateDir, retention, driven, dryRun } = context;
  const state = await journal.state();
  const removed: Freed[] = [];
  const kept: { path: string; why: string }[] = [];
  await clones(context, removed, kept);
  if (!driven) {
    await checkouts(context, removed);
    await setups(context, removed);
    if (!dryRun) await sweepStore(context.repository, join(stateDir, "attempts")).catch(context.onDefect);
  }
  await sockets(context, removed);
  const old = await oldFiles({ stateDir, state, retention, now: context.now(), driven });
  if (!dryRun) await removeOld(old);
  for (const kind of ["transcripts", "logs", "caches"] as const) {
    const some = old.filter((one) => one.kind === kind);
    const bytes = some.reduce((sum, one) => sum + one.bytes, 0);
    if (some.length > 0) removed.push({ kind, path: join(stateDir, PLACE[kind]), files: some.length, bytes });
  }
  return { removed, kept, freedBytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const PLACE = { transcripts: "transcripts", logs: "logs", caches: "plan-answers" } as const;

async function clones(context: CleanContext, removed: Freed[], kept: { path: string; why: string }[]): Promise<void> {
  const { journal, stateDir, driven, dryRun } = context;
  const place = join(stateDir, "attempts");
  const state = await journal.state();
  const attempts = new Map([...state.attempts.values()].map((one) => [attemptDir({ stateDir }, one.id), one]));
  const going = new Set(unfinishedSessions(state).map(({ id }) => id));
  for (const name of await readdir(place).catch(() => [])) {
    const path = join(place, name);
    const attempt = attempts.get(path);
    const stays = await readFile(join(path, STAYS), "utf8").catch(() => null);
    if (attempt === undefined) kept.push({ path, why: "the journal knows nothing of it" });
    else if (driven) kept.push({ path, why: "a run goes on" });
    else if (attempt.endedAt === null)
      kept.push({
        path,
        why: going.has(attempt.session)
          ? `${attempt.session} can go on with it: conductor resume ${attempt.session}`
          : "it was cut off: the next run takes it over",
      });
    else if (stays !== null) kept.push({ path, why: `not all of it could be saved: ${stays.trim()}` });
    else {
      const { bytes, files } = await sizeOf(path);
      if (!dryRun) await putAway(context, attempt).catch(context.onDefect);
      if (!dryRun && (await isThere(path))) kept.push({ path, why: "it could not be proven saved" });
      else removed.push({ kind: "clones", path, files, bytes });
    }
  }
}

/** They hold nothing that is not in git. Those of a process that lives are left alone. */
async function checkouts({ stateDir, dryRun, onDefect }: CleanContext, removed: Freed[]): Promise<void> {
  const place = join(stateDir, "checkouts");
  for (const name of await readdir(place).catch(() => [])) {
    const owner = ownerOf(name);
    if (owner !== null && isRunning({ pid: owner })) continue;
    await free({ kind: "checkouts", path: join(place, name), dryRun, onDefect }, removed);
  }
}

/** Also beside a run: each says whose it is. */
async function sockets({ dryRun }: CleanContext, removed: Freed[]): Promise<void> {
  const sizes = new Map<string, Pick<Freed, "files" | "bytes">>();
  for (const path of await sweepSockets(socketParents(), { dryRun: true })) sizes.set(path, await sizeOf(path));
  const swept = dryRun ? sizes.keys() : await sweepSockets(socketParents());
  for (const path of swept) removed.push({ kind: "sockets", path, ...(sizes.get(path) ?? { files: 0, bytes: 0 }) });
}

/** What setups have made, and nobody has asked for in a while. It is made again when it is. */
async function setups({ stateDir, retention, now, dryRun, onDefect }: CleanContext, removed: Freed[]): Promise<void> {
  const place = join(stateDir, "setup");
  for (const name of await readdir(place).catch(() => [])) {
    const path = join(place, name);
    const about = await lstat(path).catch(() => null);
    if (!about?.isDirectory() || now().getTime() - about.mtimeMs < retention.cachesMs) continue;
    await free({ kind: "setup", path, dryRun, onDefect }, removed);
  }
}

async function free(
  { kind, path, dryRun, onDefect }: Pick<Freed, "kind" | "path"> & Pick<CleanContext, "dryRun" | "onDefect">,
  removed: Freed[],
): Promise<void> {
  const { bytes, files } = await sizeOf(path);
  if (!dryRun) await removeAll(path).catch(onDefect);
  if (dryRun || !(await isThere(path))) removed.push({ kind, path, files, bytes });
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
