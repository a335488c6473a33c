/** The objects of the user's repository, read and written through conductor's store, so that no configuration but ours is read. */
import { dirname } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { Repository } from "../model/repository.ts";
import { ancestry } from "./ancestry.ts";
import { fieldsOf, type Git, type GitAnswer, type GitCall, textOf } from "./git.ts";
import { type Identity, signedAs } from "./identity.ts";
import type { ObjectReader } from "./object-reader.ts";
import { isObjectId } from "./ref-name.ts";
import { remembered } from "./remembered.ts";
import type { Signing } from "./signing.ts";
import { pathOf, type TreeWalk } from "./tree-walk.ts";

/** The part of the port that needs no refs. */
export type Objects = Pick<
  Repository,
  | "treeOf"
  | "messageOf"
  | "bytesOf"
  | "isAncestor"
  | "mergeBase"
  | "changedPaths"
  | "listFiles"
  | "readFile"
  | "diff"
  | "commitTree"
>;

const MAX_FACTS = 10_000;
/** The newest differences are asked for again when the work lands. */
const MAX_DIFFS = 16;
const MAX_DIFF_KEPT = 1_000_000;
const MAX_FILE = 256 * 1024 * 1024;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Reads what the store and the user's repository hold; writes into the user's objects. All names must be object ids. */
export function openObjects(
  git: Git,
  {
    storeDir,
    objectsDir,
    reader,
    trees,
    identity,
    signing,
  }: {
    readonly storeDir: string;
    readonly objectsDir: string;
    /** Of the store. */
    readonly reader: ObjectReader;
    readonly trees: TreeWalk;
    readonly identity: Identity;
    readonly signing: Signing | null;
  },
): Objects {
  const read = (args: readonly string[], call: GitCall = {}): Promise<GitAnswer> =>
    git(args, { gitDir: storeDir, ...call });
  const write = (args: readonly string[], call: GitCall = {}): Promise<GitAnswer> =>
    git(args, { gitDir: storeDir, objectsDir, ...call });
  // What an id names never changes, nor what follows from it.
  const treeOf = remembered(MAX_FACTS, async (name: string): Promise<string> => {
    const found = await reader.about(`${id(name)}^{tree}`);
    if (found === null) throw noObject(name);
    return found.id;
  });
  const isAncestor = ancestry(reader, async (ancestor, descendant) => {
    const { code } = await read(["merge-base", "--is-ancestor", id(ancestor), id(descendant)], { answers: [1] });
    return code === 0;
  });
  const diffOf = remembered(
    MAX_DIFFS,
    async (words: string): Promise<string> => {
      const [from = "", to = "", limit] = words.split(" ");
      const how = ["-r", "-p", "-M", "--no-ext-diff", "--no-textconv", "--no-color"];
      const answer = await read(["diff-tree", ...how, from, to], { limitBytes: Number(limit), cut: true });
      return wholeCharacters(answer.stdout);
    },
    ({ length }) => length <= MAX_DIFF_KEPT,
  );
  return {
    treeOf,
    async mergeBase(a, b) {
      const { code, stdout } = await read(["merge-base", id(a), id(b)], { answers: [1] });
      return code === 0 ? (stdout.toString("utf8").trim().split("\n")[0] ?? null) : null;
    },
    isAncestor: async (ancestor, descendant) => isAncestor(id(ancestor), id(descendant)),

    async messageOf(commit) {
      const found = await reader.read(id(commit));
      if (found?.type !== "commit") throw noObject(commit);
      const text = found.contents.toString("utf8");
      return text.slice(text.indexOf("\n\n") + 2);
    },

    async bytesOf(commit) {
      const files = fieldsOf(await read(["ls-tree", "-r", "-l", "-z", "--full-tree", id(commit)]));
      const sizes = files.map((entry) => Number(/^\S+ \S+ \S+ +(\d+)\t/.exec(entry)?.[1] ?? 0));
      const packed = textOf(await git(["count-objects", "-v"], { gitDir: dirname(objectsDir) }));
      const kilobytes = [...packed.matchAll(/^size(?:-pack)?: (\d+)$/gm)].map(([, count]) => Number(count));
      return { files: sum(sizes), objects: sum(kilobytes) * 1024 };
    },

    async changedPaths(from, to) {
      const [before, after] = await Promise.all([treeOf(from), treeOf(to)]);
      return trees.changes(before, after);
    },

    async listFiles(treeish) {
      return (await trees.below(await treeOf(treeish))).map(pathOf);
    },

    async readFile(treeish, path) {
      const entry = await trees.at(await treeOf(treeish), path);
      if (entry === null) return null;
      const about = await reader.about(entry.id);
      if (about?.type !== "blob") return null;
      if (about.bytes > MAX_FILE)
        throw new WerkError("GIT_FAILED", `${path} has ${about.bytes} bytes, and ${MAX_FILE} are read`);
      return (await reader.read(entry.id))?.contents ?? null;
    },

    async diff(from, to, limitBytes) {
      // Two commits differ as their trees do.
      const [before, after] = await Promise.all([treeOf(from), treeOf(to)]);
      return before === after ? "" : diffOf(`${before} ${after} ${limitBytes}`);
    },

    async commitTree({ tree, parents, message }) {
      const answer = await write(
        [
          "commit-tree",
          ...(signing === null ? [] : ["-S"]),
          ...parents.flatMap((parent) => ["-p", id(parent)]),
          "-F",
          "-",
          id(tree),
        ],
        {
          input: message,
          env: { ...signedAs(identity), ...signing?.env },
          ...(signing === null ? {} : { config: signing.config }),
        },
      );
      return textOf(answer);
    },
  };
}

function id(text: string): string {
  if (!isObjectId(text))
    throw new WerkError("GIT_REF_NOT_FOUND", `${text.slice(0, 100)} is no object id`, { given: text });
  return text;
}

const noObject = (name: string): WerkError =>
  new WerkError("GIT_FAILED", `git has no files of ${name}: it is missing, or no commit`, { given: name });

/** Text of a buffer that may end in the middle of a character. */
function wholeCharacters(bytes: Buffer): string {
  let end = bytes.length;
  for (let back = 1; back <= 4 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) end = bytes.length - back;
    break;
  }
  return bytes.toString("utf8", 0, end);
}
