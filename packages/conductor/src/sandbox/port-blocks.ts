/**
 * Blocks of ports that no two attempts have at once, whichever conductor of this user they belong to. Ports are kept in cells of
 * ten, so that blocks of any size and beginning are told apart. Who has a cell stands in a file, `<first port>.<n>`: the one
 * with the highest n counts. Taking a cell that is free, or whose holder is dead, is making the next file, which one process
 * alone can do; what is below is then removed.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { bootId, isRunning, startTimeOf } from "@taskwerk/contract/is-running";
import type { PortBlock, PortBlocks } from "../model/ports.ts";

export interface PortOptions {
  /** The first port of the first block. */
  readonly from: number;
  /** How many ports a block has. */
  readonly each: number;
  /** Where it is written who has which block: one directory for all conductors of a user. */
  readonly dir: string;
}

const LAST_PORT = 65_535;
const CELL = 10;
/** So many blocks are looked at; more agents than that do not run on one machine. */
const MOST_BLOCKS = 1_000;

/** Who has a block. `startTime`, `boot` "" = the system does not say. */
interface Holder {
  readonly pid: number;
  readonly startTime: string;
  readonly boot: string;
}

const FREE = "free\n";

export function portBlocks({ from, each, dir }: PortOptions): PortBlocks {
  return {
    async take() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const me: Holder = { pid: process.pid, startTime: startTimeOf(process.pid), boot: bootId() };
      for (let n = 0; n < MOST_BLOCKS; n += 1) {
        const base = from + n * each;
        if (base + each - 1 > LAST_PORT) break;
        const files = await takeCells(dir, cellsOf(base, each), me);
        if (files === null) continue;
        const block: PortBlock = { base, count: each, free: once(() => setFree(files)) };
        // Whoever listens there has never asked: a program of the user's, or what a killed conductor left behind.
        if (await allFree(block)) return block;
        await block.free();
      }
      throw new WerkError("PORT_IN_USE", `no ${each} ports in a row are free from ${from} on`, {
        hint: "Take others:  conductor config set orchestration.ports.from 30000",
        field: "orchestration.ports.from",
      });
    },
  };
}

/** Given back twice, it would be taken from whoever has it by now. */
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= act();
    return done;
  };
}

/** The first ports of the cells that a block reaches into. */
function cellsOf(base: number, count: number): readonly number[] {
  const first = Math.floor(base / CELL);
  const last = Math.floor((base + count - 1) / CELL);
  return Array.from({ length: last - first + 1 }, (_, n) => (first + n) * CELL);
}

/** All of them, or none: null when somebody else has one. */
async function takeCells(dir: string, cells: readonly number[], me: Holder): Promise<readonly string[] | null> {
  const files: string[] = [];
  for (const cell of cells) {
    const file = await takeCell(dir, cell, me);
    if (file === null) {
      await setFree(files);
      return null;
    }
    files.push(file);
  }
  return files;
}

/** The file that says so when the cell is this process's now; null when somebody else has it. */
async function takeCell(dir: string, cell: number, me: Holder): Promise<string | null> {
  const last = await highest(dir, cell);
  if (last > 0 && (await isHeld(join(dir, `${cell}.${last}`)))) return null;
  const file = join(dir, `${cell}.${last + 1}`);
  const draft = `${file}.${randomUUID()}.part`;
  await writeFile(draft, JSON.stringify(me), { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    // EEXIST: somebody was quicker. ENOENT: so much quicker that the draft was cleared away already.
    if (["EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  // Whoever was slow makes a file that has been there and was removed since: a higher one counts.
  if ((await highest(dir, cell)) !== last + 1) {
    await rm(file, { force: true });
    return null;
  }
  // With the files below go drafts of theirs, which a killed process may have left.
  for (const name of await readdir(dir)) {
    const [, first, n] = /^(\d+)\.(\d+)(?:\..*\.part)?$/.exec(name) ?? [];
    if (Number(first) === cell && Number(n) <= last) await rm(join(dir, name), { force: true });
  }
  return file;
}

/** The file stays, so that its number is not used again by one who has looked before. */
async function setFree(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const draft = `${file}.${randomUUID()}.part`;
    await writeFile(draft, FREE, { mode: 0o600 });
    await rename(draft, file);
  }
}

async function numbers(dir: string, cell: number): Promise<readonly number[]> {
  const names = await readdir(dir);
  return names.flatMap((name) => {
    const [, first, n] = /^(\d+)\.(\d+)$/.exec(name) ?? [];
    return Number(first) === cell ? [Number(n)] : [];
  });
}

const highest = async (dir: string, cell: number): Promise<number> => Math.max(0, ...(await numbers(dir, cell)));

async function isHeld(file: string): Promise<boolean> {
  const holder = holderIn(await readFile(file, "utf8").catch(() => FREE));
  return holder !== null && isRunning({ ...holder, bootId: holder.boot });
}

/** Null for what is free, and for what a machine that lost its power has left of a file. */
function holderIn(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}

async function allFree({ base, count }: Pick<PortBlock, "base" | "count">): Promise<boolean> {
  for (let port = base; port < base + count; port += 1)
    for (const host of ["127.0.0.1", "0.0.0.0"]) if (!(await isFree(port, host))) return false;
  return true;
}

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
