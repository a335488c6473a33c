/**
 * What a disk may hold after the power went: what was synced, and of the rest any part. A model after "All File Systems Are
 * Not Created Equal" (Pillai et al., OSDI 2014): a file's bytes are sure once the file was synced, a name once its
 * directory was. Sectors of 512 bytes are written whole or not at all.
 */
import type { Random } from "@taskwerk/rehearsal/seeded/random";

/** A file or directory, whatever it is called at the time. */
export type Inode = number;

/** One thing that a program asked of the file system; `at` is whose bytes or names it is about. */
export type DiskOp =
  | { readonly kind: "write"; readonly at: Inode; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly at: Inode; readonly size: number }
  /** In directory `at` a name stands for `inode` now; `from` is the name that it had there before, in a rename. */
  | { readonly kind: "name"; readonly at: Inode; readonly name: string; readonly inode: Inode; readonly from?: string }
  | { readonly kind: "directory"; readonly at: Inode; readonly name: string; readonly inode: Inode }
  | { readonly kind: "unname"; readonly at: Inode; readonly name: string }
  /** Everything about `at` so far is sure. */
  | { readonly kind: "sync"; readonly at: Inode }
  /** A command has said that it is done. */
  | { readonly kind: "told" };

/** The root directory; it was there before. */
export const ROOT: Inode = 0;

/** A tree of files by path, relative to the root; null for a directory. */
export type Tree = ReadonlyMap<string, Buffer | null>;

/** How much of what was not synced got lost. */
type Loss = "all" | "none" | "the end" | "some" | "sectors";
const LOSSES: readonly Loss[] = ["all", "none", "the end", "some", "some", "sectors", "sectors"];

/** The files after the power went when the first `cut` operations had been asked for; what was lost is chosen by chance. */
export function treeAfterCut(ops: readonly DiskOp[], cut: number, random: Random): Tree {
  const happened = ops.slice(0, cut);
  const synced = new Map<Inode, number>();
  happened.forEach((op, index) => {
    if (op.kind === "sync") synced.set(op.at, index);
  });
  // Each file and directory for itself: the disk writes them in any order.
  const losses = new Map<Inode, { readonly loss: Loss; readonly end: number }>();
  const lossOf = (at: Inode) => {
    const known = losses.get(at);
    if (known) return known;
    const made = { loss: random.pick(LOSSES), end: random.int(synced.get(at) ?? 0, cut) };
    losses.set(at, made);
    return made;
  };
  const files = new Map<Inode, Buffer>();
  const names = new Map<Inode, Map<string, Inode>>();
  happened.forEach((op, index) => {
    if (op.kind === "told" || op.kind === "sync") return;
    const sure = index < (synced.get(op.at) ?? -1);
    const { loss, end } = sure ? { loss: "none" as const, end: 0 } : lossOf(op.at);
    if (loss === "all" || (loss === "the end" && index >= end)) return;
    if (loss === "some" && random.int(0, 1) === 0) return;
    if (loss === "sectors" && op.kind !== "write" && random.int(0, 1) === 0) return;
    apply(op, files, names, loss === "sectors" ? random : null);
  });
  return treeOf(files, names);
}

/** All of it, as it would be without a cut. */
export function treeOfAll(ops: readonly DiskOp[]): Tree {
  const [files, names] = [new Map<Inode, Buffer>(), new Map<Inode, Map<string, Inode>>()];
  for (const op of ops) if (op.kind !== "told" && op.kind !== "sync") apply(op, files, names, null);
  return treeOf(files, names);
}

type Effect = Exclude<DiskOp, { kind: "sync" | "told" }>;

function apply(
  op: Effect,
  files: Map<Inode, Buffer>,
  names: Map<Inode, Map<string, Inode>>,
  torn: Random | null,
): void {
  const file = (): Buffer => files.get(op.at) ?? Buffer.alloc(0);
  const dir = (): Map<string, Inode> => {
    const known = names.get(op.at) ?? new Map<string, Inode>();
    names.set(op.at, known);
    return known;
  };
  switch (op.kind) {
    case "truncate":
      files.set(op.at, resized(file(), op.size));
      return;
    case "write": {
      const parts = torn === null ? [[0, op.bytes.length] as const] : sectors(op.offset, op.bytes.length);
      for (const [from, to] of parts) {
        if (torn !== null && torn.int(0, 2) === 0) continue;
        const into = resized(file(), Math.max(file().length, op.offset + to));
        op.bytes.copy(into, op.offset + from, from, to);
        files.set(op.at, into);
      }
      return;
    }
    case "name":
      if (op.from !== undefined) dir().delete(op.from);
      dir().set(op.name, op.inode);
      return;
    case "directory":
      dir().set(op.name, op.inode);
      names.set(op.inode, names.get(op.inode) ?? new Map());
      return;
    case "unname":
      dir().delete(op.name);
      return;
    default:
      op satisfies never;
  }
}

const SECTOR = 512;

/** The pieces of a write that lie in one sector each, as offsets into it. */
function sectors(offset: number, length: number): readonly (readonly [number, number])[] {
  const pieces: [number, number][] = [];
  for (let from = 0; from < length; ) {
    const to = Math.min(length, from + SECTOR - ((offset + from) % SECTOR));
    pieces.push([from, to]);
    from = to;
  }
  return pieces;
}

const resized = (bytes: Buffer, size: number): Buffer =>
  size <= bytes.length
    ? Buffer.from(bytes.subarray(0, size))
    : Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);

function treeOf(files: ReadonlyMap<Inode, Buffer>, names: ReadonlyMap<Inode, ReadonlyMap<string, Inode>>): Tree {
  const tree = new Map<string, Buffer | null>();
  const walk = (at: Inode, path: string): void => {
    for (const [name, inode] of names.get(at) ?? []) {
      const here = path === "" ? name : `${path}/${name}`;
      tree.set(here, names.has(inode) ? null : (files.get(inode) ?? Buffer.alloc(0)));
      if (names.has(inode)) walk(inode, here);
    }
  };
  walk(ROOT, "");
  return tree;
}
