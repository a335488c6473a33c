/** Takes in a bundle that an agent's git wrote: one regular file, one named ref, checked objects. */
import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { isWerkError } from "@taskwerk/contract/errors";
import { admitPack } from "./admit-pack.ts";
import { isObjectId } from "./ref-name.ts";
import type { UserRepository } from "./repository.ts";
import { scratchIn } from "./scratch.ts";

export type Incoming =
  | { readonly kind: "received"; readonly commit: string }
  /** There is no file. */
  | { readonly kind: "absent" }
  /** It is not what was asked for. `reason` is a sentence. */
  | { readonly kind: "refused"; readonly reason: string };

export interface IncomingWish {
  readonly repository: UserRepository;
  /** Where the agent's git was told to write it. */
  readonly file: string;
  /** The only ref it may hold. */
  readonly ref: string;
  readonly limitBytes: number;
}

const MAX_HEADER = 64 * 1024;

/**
 * Reads the file once: its header (gitformat-bundle) here, its pack from a copy that only conductor can write. The objects
 * are checked one by one before they are kept, and must lead to nothing that is missing; then they are in the user's
 * repository, under no name yet. `git fetch` is not used because before git 2.46 it passes over the objects of a bundle
 * without that check.
 */
export async function receiveBundle({ repository, file, ref, limitBytes }: IncomingWish): Promise<Incoming> {
  const pack = scratchIn(repository.storeDir, "incoming", "bundle");
  try {
    const taken = await takeFile({ file, pack, limitBytes });
    if (taken.kind !== "taken") return taken;
    const commit = onlyRef(taken.header, ref);
    if (commit === null) return refused(`the bundle does not hold exactly the one ref ${ref}`);
    if (!(await admitPack(repository, { file: pack, commit, limitBytes })))
      return refused("the bundle's ref is no commit");
    return { kind: "received", commit };
  } catch (error) {
    if (!isWerkError(error) || error.code !== "GIT_FAILED") throw error;
    return refused(`git did not accept the bundle: ${error.message}`);
  } finally {
    await rm(pack, { force: true });
  }
}

type Refused = Extract<Incoming, { kind: "refused" }>;
const refused = (reason: string): Refused => ({ kind: "refused", reason });

interface Taken {
  readonly kind: "taken";
  /** The lines of its header. */
  readonly header: readonly string[];
}

async function takeFile({
  file,
  pack,
  limitBytes,
}: {
  readonly file: string;
  readonly pack: string;
  readonly limitBytes: number;
}): Promise<Taken | Refused | { readonly kind: "absent" }> {
  // Not through a link, and without waiting for the other end of a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const from = await open(file, flags).catch((error: NodeJS.ErrnoException) => error);
  if (from instanceof Error) {
    if (from.code === "ENOENT") return { kind: "absent" };
    return refused(`the bundle is no regular file (${from.code ?? from.message})`);
  }
  try {
    const facts = await from.stat();
    if (!facts.isFile()) return refused("the bundle is no regular file");
    if (facts.size > limitBytes) return refused(`the bundle has ${facts.size} bytes, and ${limitBytes} are allowed`);
    const head = Buffer.alloc(MAX_HEADER);
    const { bytesRead } = await from.read(head, 0, MAX_HEADER, 0);
    const end = head.subarray(0, bytesRead).indexOf("\n\n");
    if (end < 0) return refused("the file is no bundle");
    await copyFrom({ from, at: end + 2, to: pack, limitBytes });
    return { kind: "taken", header: head.toString("utf8", 0, end).split("\n") };
  } finally {
    await from.close();
  }
}

async function copyFrom({
  from,
  at,
  to,
  limitBytes,
}: {
  readonly from: FileHandle;
  readonly at: number;
  readonly to: string;
  readonly limitBytes: number;
}): Promise<void> {
  const copy = await open(to, "wx", 0o600);
  try {
    const chunk = Buffer.alloc(1024 * 1024);
    // The file may still grow under our hands; what is over the limit is left, and git will find the pack broken.
    for (let place = at; place < limitBytes; ) {
      const { bytesRead } = await from.read(chunk, 0, chunk.length, place);
      if (bytesRead === 0) return;
      await copy.write(chunk, 0, bytesRead);
      place += bytesRead;
    }
  } finally {
    await copy.close();
  }
}

/** The id of the one ref in a bundle's header: signature, capabilities, prerequisites, refs. */
function onlyRef([signature = "", ...lines]: readonly string[], ref: string): string | null {
  if (!/^# v[23] git bundle$/.test(signature)) return null;
  const refs = lines.filter((line) => !line.startsWith("-") && !line.startsWith("@object-format="));
  const [line = ""] = refs;
  const id = line.slice(0, line.indexOf(" "));
  return refs.length === 1 && line === `${id} ${ref}` && isObjectId(id) ? id : null;
}
