/** Commands that are killed before one of the calls with which they change files, and what is there then. */
import { createHash } from "node:crypto";
import { cp, lstat, readdir, readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { CheckReport } from "@taskwerk/contract/check";
import { makeRig, type Ran, type Rig } from "../rig.ts";
import { type Call, callsOn, traced, WRITING } from "./traced.ts";

/** A command that changes a store, and what counts as before and as after it. */
export interface Change {
  readonly words: readonly string[];
  readonly stdin?: string;
  /** What it needs to find, beside a store with three tasks. */
  readonly stage?: (rig: Rig) => Promise<void>;
  /** A file that it makes beside the store, and does not make again where it is there. */
  readonly makes?: string;
  /** Starts without a store. */
  readonly bare?: boolean;
}

const tasks = (count: number): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, n) => ({
      ref: `r${n}`,
      title: `Task ${n}`,
      description: `what is to be done, part ${n}`,
      tags: [`t${n % 7}`],
      ...(n > 5 && n % 3 === 0 ? { depends_on: [`r${n - 3}`] } : {}),
    })),
  );
const yesterday = async (rig: Rig): Promise<void> => {
  const day = new Date(Date.now() - 86_400_000);
  await utimes(join(rig.dir, ".taskwerk", "taskwerk.db"), day, day);
};
const backedUp = async (rig: Rig): Promise<void> => {
  await rig.data("db", "backup", "copy.db");
  await rig.data("add", "after the copy");
};

/** Everything that writes in a way of its own. */
export const CHANGES: Readonly<Record<string, Change>> = {
  "an import of 1000 tasks": { words: ["import", "-"], stdin: tasks(1000) },
  "the first add of a day": { words: ["add", "new"], stage: yesterday },
  init: { words: ["init"], bare: true },
  undo: { words: ["undo"] },
  "db backup": { words: ["db", "backup", "copy.db"], makes: "copy.db" },
  "db restore": { words: ["db", "restore", "copy.db", "--yes"], stage: backedUp },
  "db vacuum": { words: ["db", "vacuum"] },
};

/** A change on its stage, to be started again and again from the same files. */
export interface Stage {
  readonly rig: Rig;
  readonly change: Change;
  /** Puts all files back to what they were before. */
  readonly reset: () => Promise<void>;
  /** Whether all files are what they were before, to the byte and to their dates. */
  readonly untouched: () => Promise<boolean>;
  /** What the store holds: null where there is none. Throws when it is not whole. */
  readonly look: () => Promise<string | null>;
  /** The calls that the change makes on files, when nothing disturbs it. */
  readonly calls: readonly Call[];
  readonly before: string | null;
  readonly after: string | null;
}

/** Sets a stage and lets the change happen once, to see what it does. */
export async function setStage(change: Change, calls: readonly string[] = WRITING): Promise<Stage> {
  const rig = await makeRig();
  const pristine = `${rig.dir}.pristine`;
  if (!change.bare) {
    await rig.data("init");
    for (const title of ["one", "two", "three"]) await rig.data("add", title);
    await rig.data("update", "2", "-d", "more");
  }
  await change.stage?.(rig);
  await cp(rig.dir, pristine, { recursive: true, preserveTimestamps: true });
  const reset = async (): Promise<void> => {
    await rm(rig.dir, { recursive: true });
    await cp(pristine, rig.dir, { recursive: true, preserveTimestamps: true });
  };
  const look = () => contentOf(rig);
  const untouched = async () => (await filesIn(rig.dir)) === (await filesIn(pristine));
  const before = await look();
  await reset();
  const { code, stderr, log } = await traced(rig, change.words, { calls, ...stdinOf(change) });
  if (code !== 0) throw new Error(`undisturbed, ${change.words.join(" ")} fails: ${stderr}`);
  const after = await look();
  return { rig, change, reset, untouched, look, calls: callsOn(rig.dir, log), before, after };
}

export const stdinOf = ({ stdin }: Change): { readonly stdin?: string } => (stdin === undefined ? {} : { stdin });

/** Names, dates and bytes of everything in a directory. */
async function filesIn(dir: string): Promise<string> {
  const names = (await readdir(dir, { recursive: true })).sort();
  const files = names.map(async (name) => {
    const stat = await lstat(join(dir, name));
    if (!stat.isFile()) return name;
    const bytes = createHash("sha256").update(await readFile(join(dir, name)));
    return `${name} ${Math.floor(stat.mtimeMs)} ${bytes.digest("hex")}`;
  });
  return (await Promise.all(files)).join("\n");
}

/** All tasks but for what differs with every run (moments and ids made by chance), after the store was found whole. */
export async function contentOf(rig: Rig): Promise<string | null> {
  const listed = await rig.run("taskwerk", ["list", "--all", "--limit", "0", "--json"]);
  // A file that a store was to be made in holds none.
  if (listed.code === 9 || listed.stdout.includes("is empty: no store was ever made in it")) return null;
  if (listed.code !== 0) throw new Error(`the list cannot be read: ${listed.stdout}`);
  const { ops, tasks: count } = await rig.data<CheckReport>("db", "check");
  const rows = (JSON.parse(listed.stdout).data as readonly Record<string, unknown>[]).map(
    ({ uid: _, created_at: _1, updated_at: _2, ...row }) => JSON.stringify(row),
  );
  return [`${ops} operations, ${count} tasks`, ...rows].join("\n");
}

/** The same command once more, with nothing that disturbs it. */
export async function sameAgain(rig: Rig, change: Change): Promise<Ran> {
  if (change.makes !== undefined) await rm(join(rig.dir, change.makes), { force: true });
  return rig.run("taskwerk", change.words, stdinOf(change));
}

/** What went wrong when the change was killed before a call; null when nothing did. */
export async function killedAt({ rig, change, reset, look, before, after }: Stage, call: Call): Promise<string | null> {
  await reset();
  const trouble = { call: call.call, nth: call.nth, with: "KILL" } as const;
  const ran = await traced(rig, [...change.words, "--json"], { calls: WRITING, trouble, ...stdinOf(change) });
  if (ran.code !== 137) return `it was not killed but ended with ${ran.code}: ${ran.stderr}`;
  const acknowledged = ran.stdout.endsWith("}\n");
  try {
    const there = await look();
    if (there !== after && acknowledged) return `it was acknowledged and is lost: ${there?.slice(0, 200)}`;
    if (there !== after && there !== before) return `it is half done: ${there?.slice(0, 200)}`;
    // Whatever was left half way does not keep the same command from happening now.
    if (there === before) {
      const again = await sameAgain(rig, change);
      if (again.code !== 0) return `the same command fails afterwards: ${again.stderr}`;
      const then = await look();
      if (then !== after) return `the same command does something else afterwards: ${then?.slice(0, 200)}`;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
