/** The power goes while a workload writes; then the program opens what is left of the files. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Random, randomOf } from "@taskwerk/rehearsal/seeded/random";
import { makeRig, type Rig } from "../../rig.ts";
import { type DiskOp, type Tree, treeAfterCut, treeOfAll } from "./disk.ts";
import { contentOf, type Workload } from "./workloads.ts";

const AT_ONCE = 2;

/** Cuts so often, each time at a place and with losses that follow from the seed; what went wrong, in words. */
export async function cutPower(workload: Workload, count: number, seed: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  const numbers = Array.from({ length: count }, (_, n) => n).values();
  const work = async (): Promise<void> => {
    const rig = await makeRig();
    try {
      for (const n of numbers) {
        const random = randomOf(seed + n);
        const cut = placeOf(workload.ops, random);
        const problem = await problemAfter(rig, workload, cut, treeAfterCut(workload.ops, cut, random));
        if (problem !== null) wrong.push(`PROOF_SEED=${seed + n} PROOF_COUNT=1, cut at ${cut}: ${problem}`);
      }
    } finally {
      await rig.remove();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

/** Any place; every other time one near an operation that is no write, of which there are few. */
function placeOf(ops: readonly DiskOp[], random: Random): number {
  if (random.int(0, 1) === 0) return random.int(1, ops.length);
  const places = ops.flatMap(({ kind }, index) => (kind === "write" ? [] : [index]));
  return Math.min(ops.length, random.pick(places) + random.int(0, 3));
}

async function problemAfter(rig: Rig, workload: Workload, cut: number, tree: Tree): Promise<string | null> {
  putFiles(rig.dir, tree);
  const told = workload.ops.slice(0, cut).filter(({ kind }) => kind === "told").length;
  const [sure, next] = [workload.contents[told], workload.contents[told + 1]];
  try {
    const { copy } = workload;
    if (copy && told >= copy.after) {
      const whole = treeOfAll(workload.ops).get(copy.name)!;
      if (!tree.get(copy.name)?.equals(whole)) return "the copy that db backup made is lost";
    }
    if (told === 0) return await problemOfInit(rig);
    const there = await contentOf(rig);
    if (there !== sure && there !== next) {
      return `after ${told} commands it holds\n${short(there)}\ninstead of\n${short(sure)}\nor\n${short(next)}`;
    }
    // What can be checked can be written: asked of some only, for it takes its time.
    if (cut % 4 > 0) return null;
    const added = await rig.taskwerk("add", "life goes on");
    return added.code === 0 ? null : `nothing can be added: ${added.stderr}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A store that was not made to its end is one that can be made. */
async function problemOfInit(rig: Rig): Promise<string | null> {
  const listed = await rig.failure("list").catch(() => null);
  if (listed !== null && !/^STORE_(NOT_FOUND|CORRUPT)$/.test(listed.code)) return `list says ${JSON.stringify(listed)}`;
  const made = await rig.taskwerk("init");
  if (made.code !== 0) return `init cannot make it: ${made.stderr}`;
  const added = await rig.taskwerk("add", "first", "-q");
  return added.stdout === "TASK-001\n" && (await contentOf(rig)) !== null ? null : `it cannot be used: ${added.stderr}`;
}

function putFiles(dir: string, tree: Tree): void {
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
  for (const [path, bytes] of tree) {
    if (bytes === null) mkdirSync(join(dir, path));
    else writeFileSync(join(dir, path), bytes);
  }
}

const short = (content: string | null | undefined): string => content?.slice(0, 300) ?? "no store";
