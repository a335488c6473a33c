/** A disk that fails at one call: what the command says, and what is there afterwards. */
import { type Stage, sameAgain, stdinOf } from "./at-each-call.ts";
import { type Call, traced } from "./traced.ts";

/** What a disk may answer: that it is full, or that it is broken. */
export const FAILURES = ["ENOSPC", "EIO"] as const;

/** Calls that a disk may answer so. */
export const FAILING = [
  "pwrite64",
  "pread64",
  "fsync",
  "fdatasync",
  "ftruncate",
  "openat",
  "mkdir",
  "rename",
  "link",
  "unlink",
] as const;
/** Of a full disk nobody hears when he reads or takes something away. */
const ROOM: ReadonlySet<string> = new Set([
  "pwrite64",
  "fsync",
  "fdatasync",
  "ftruncate",
  "openat",
  "mkdir",
  "rename",
  "link",
]);

/** Whether a call can fail like this. */
export const canFail = ({ call, line }: Call, failure: (typeof FAILURES)[number]): boolean =>
  failure === "EIO" || (ROOM.has(call) && (call !== "openat" || line.includes("O_CREAT")));

/** What is wrong about a change whose call failed; null when nothing is. `onwards`: all later ones of the name too. */
export async function failedAt(
  { rig, change, reset, untouched, look, before, after }: Stage,
  { call, nth }: Call,
  failure: (typeof FAILURES)[number],
  onwards: boolean,
): Promise<string | null> {
  await reset();
  const trouble = { call, nth, with: failure, onwards };
  const words = [...change.words, "--json"];
  const ran = await traced(rig, words, { calls: FAILING, trouble, ...stdinOf(change) });
  const said = wordsOf(ran.stdout);
  if (said === null) return `it says no JSON: ${ran.stdout}${ran.stderr}`;
  if (/\n\s+at /.test(ran.stdout + ran.stderr)) return `it shows a stack: ${ran.stderr}`;
  // A file that cannot be opened for writing is one that cannot be written.
  const refused = ran.code === 5 || (ran.code === 4 && call === "openat");
  if (ran.code !== 0 && !refused) return `it ends with ${ran.code}: ${ran.stdout}`;
  if (refused && !(said.error?.message && said.error.hint)) return `it does not say what to do: ${ran.stdout}`;
  // From these very files the same command was seen to happen when the stage was set.
  if (refused && (await untouched())) return null;
  try {
    const there = await look();
    // A store without tasks that was made and not said to be is nobody's loss.
    const unsure = said.error?.details.unsure === true || change.bare === true;
    if (ran.code === 0 && there !== after) return `it is acknowledged and lost: ${there?.slice(0, 200)}`;
    if (refused && there !== before && !(unsure && there === after)) {
      return `it says "${said.error?.message}" and is ${there === after ? "done" : `half done: ${there?.slice(0, 200)}`}`;
    }
    if (ran.code === 0 || there !== before) return null;
    const again = await sameAgain(rig, change);
    if (again.code !== 0) return `the same command fails afterwards: ${again.stderr}`;
    return (await look()) === after ? null : "the same command does something else afterwards";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Said {
  readonly error?: {
    readonly message: string;
    readonly hint: string | null;
    readonly details: { readonly unsure?: true };
  };
}

function wordsOf(stdout: string): Said | null {
  try {
    return JSON.parse(stdout) as Said;
  } catch {
    return null;
  }
}
