/** The objects of the user's repository, read and written through conductor's store, so that no configuration but ours is read. */
import { dirname } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { ChangedPath, MergeResult, Repository } from "../model/repository.ts";
import { fieldsOf, type Git, type GitAnswer, type GitCall, textOf } from "./git.ts";
import { type Identity, signedAs } from "./identity.ts";
import { isObjectId } from "./ref-name.ts";
import type { Signing } from "./signing.ts";

/** The part of the port that needs no refs. */
export type Objects = Pick<
  Repository,
  "treeOf" | "bytesOf" | "isAncestor" | "changedPaths" | "listFiles" | "readFile" | "diff" | "mergeTrees" | "commitTree"
>;

const STATUS: Readonly<Record<string, ChangedPath["status"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  T: "type-changed",
};

const MAX_TREES = 10_000;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Reads what the store and the user's repository hold; writes into the user's objects. All names must be object ids. */
export function openObjects(
  git: Git,
  {
    storeDir,
    objectsDir,
    identity,
    signing,
  }: {
    readonly storeDir: string;
    readonly objectsDir: string;
    readonly identity: Identity;
    readonly signing: Signing | null;
  },
): Objects {
  const read = (args: readonly string[], call: GitCall = {}): Promise<GitAnswer> =>
    git(args, { gitDir: storeDir, ...call });
  const write = (args: readonly string[], call: GitCall = {}): Promise<GitAnswer> =>
    git(args, { gitDir: storeDir, objectsDir, ...call });
  const trees = new Map<string, string>();
  return {
    async treeOf(commit) {
      // What an id names never changes.
      const known = trees.get(commit);
      if (known !== undefined) return known;
      const tree = textOf(await read(["rev-parse", "--verify", "--quiet", `${id(commit)}^{tree}`]));
      if (trees.size >= MAX_TREES) trees.clear();
      trees.set(commit, tree);
      return tree;
    },

    async bytesOf(commit) {
      const files = fieldsOf(await read(["ls-tree", "-r", "-l", "-z", "--full-tree", id(commit)]));
      const sizes = files.map((entry) => Number(/^\S+ \S+ \S+ +(\d+)\t/.exec(entry)?.[1] ?? 0));
      const packed = textOf(await git(["count-objects", "-v"], { gitDir: dirname(objectsDir) }));
      const kilobytes = [...packed.matchAll(/^size(?:-pack)?: (\d+)$/gm)].map(([, count]) => Number(count));
      return { files: sum(sizes), objects: sum(kilobytes) * 1024 };
    },

    async isAncestor(ancestor, descendant) {
      if (ancestor === descendant) return true;
      const { code } = await read(["merge-base", "--is-ancestor", id(ancestor), id(descendant)], { answers: [1] });
      return code === 0;
    },

    async changedPaths(from, to) {
      const fields = fieldsOf(
        await read(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-commit-id", id(from), id(to)]),
      );
      const changed: ChangedPath[] = [];
      for (let at = 0; at + 1 < fields.length; at += 2) {
        const [oldMode = "", newMode = "", , , letter = ""] = fields[at]?.slice(1).split(" ") ?? [];
        changed.push({ path: fields[at + 1] ?? "", status: STATUS[letter.charAt(0)] ?? "modified", oldMode, newMode });
      }
      return changed;
    },

    async listFiles(treeish) {
      return fieldsOf(await read(["ls-tree", "-r", "-z", "--name-only", "--full-tree", id(treeish)]));
    },

    async readFile(treeish, path) {
      const answer = await read(["cat-file", "blob", `${id(treeish)}:${path}`], { answers: [128] });
      if (answer.code === 0) return answer.stdout;
      await read(["cat-file", "-e", `${treeish}^{tree}`]);
      return null;
    },

    async diff(from, to, limitBytes) {
      const answer = await read(
        [
          "diff-tree",
          "-r",
          "-p",
          "-M",
          "--no-commit-id",
          "--no-ext-diff",
          "--no-textconv",
          "--no-color",
          id(from),
          id(to),
        ],
        { limitBytes, cut: true },
      );
      return wholeCharacters(answer.stdout);
    },

    async mergeTrees(ours, theirs): Promise<MergeResult> {
      const answer = await write(
        ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", id(ours), id(theirs)],
        { answers: [1] },
      );
      const [tree = "", ...paths] = fieldsOf(answer);
      if (answer.code === 0) return { kind: "clean", tree };
      return { kind: "conflict", paths: [...new Set(paths.filter((path) => path !== ""))].sort() };
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
