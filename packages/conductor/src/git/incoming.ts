/** Takes a bundle that an agent's git wrote into conductor's store: one regular file, one named ref, checked objects. */

import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { isWerkError } from "@taskwerk/contract/errors";
import { textOf } from "./git.ts";
import { isObjectId } from "./ref-name.ts";
import type { UserRepository } from "./repository.ts";

export type Incoming =
  | { readonly kind: "received"; readonly commit: string }
  /** There is no file. */
  | { readonly kind: "absent" }
  /** It is not what was asked for; nothing of it was kept under a name. `reason` is a sentence. */
  | { readonly kind: "refused"; readonly reason: string };

export interface IncomingWish {
  readonly repository: UserRepository;
  /** Where the agent's git was told to write it. */
  readonly file: string;
  /** The only ref it may hold. */
  readonly ref: string;
  readonly limitBytes: number;
}

const FETCH_TIMEOUT = 5 * 60_000;
const MAX_HEADER = 64 * 1024;

/** Reads the file once, into a copy that only conductor can write, and fetches the named ref from the copy. */
export async function receiveBundle({ repository, file, ref, limitBytes }: IncomingWish): Promise<Incoming> {
  const { git, storeDir } = repository;
  const key = randomUUID();
  const copy = join(storeDir, "incoming", `${key}.bundle`);
  const own = `refs/conductor/incoming/${key}`;
  try {
    const header = await copyRegular(file, copy, limitBytes);
    if (header.kind !== "copied") return header;
    const commit = onlyRef(header.head, ref);
    if (commit === null) return refused(`the bundle does not hold exactly the one ref ${ref}`);
    await git(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force", copy, `${ref}:${own}`], {
      gitDir: storeDir,
      files: true,
      timeoutMs: FETCH_TIMEOUT,
    });
    const type = textOf(await git(["cat-file", "-t", own], { gitDir: storeDir }));
    const got = textOf(await git(["rev-parse", "--verify", "--quiet", own], { gitDir: storeDir }));
    if (type !== "commit" || got !== commit) return refused("the bundle's ref is no commit");
    return { kind: "received", commit };
  } catch (error) {
    if (!isWerkError(error) || error.code !== "GIT_FAILED") throw error;
    return refused(`git did not accept the bundle: ${error.message}`);
  } finally {
    await rm(copy, { force: true });
    await git(["update-ref", "-d", own], { gitDir: storeDir, answers: [1, 128] });
  }
}

const refused = (reason: string): Incoming => ({ kind: "refused", reason });

type Copied = { readonly kind: "copied"; readonly head: Buffer } | Exclude<Incoming, { kind: "received" }>;

async function copyRegular(file: string, copy: string, limitBytes: number): Promise<Copied> {
  // Not through a link, and without waiting for the other end of a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const from = await open(file, flags).catch((error: NodeJS.ErrnoException) => error);
  if (from instanceof Error) {
    if (from.code === "ENOENT") return { kind: "absent" };
    return { kind: "refused", reason: `the bundle is no regular file (${from.code ?? from.message})` };
  }
  try {
    const facts = await from.stat();
    if (!facts.isFile()) return { kind: "refused", reason: "the bundle is no regular file" };
    if (facts.size > limitBytes)
      return { kind: "refused", reason: `the bundle has ${facts.size} bytes, and ${limitBytes} are allowed` };
    const to = await open(copy, "wx", 0o600);
    try {
      const chunk = Buffer.alloc(1024 * 1024);
      const head: Buffer[] = [];
      for (let total = 0; ; ) {
        const { bytesRead } = await from.read(chunk, 0, chunk.length, total);
        if (bytesRead === 0) return { kind: "copied", head: Buffer.concat(head) };
        if (total < MAX_HEADER) head.push(Buffer.from(chunk.subarray(0, Math.min(bytesRead, MAX_HEADER - total))));
        total += bytesRead;
        if (total > limitBytes) return { kind: "refused", reason: `the bundle has more than ${limitBytes} bytes` };
        await to.write(chunk, 0, bytesRead);
      }
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** The id of the one ref in a bundle's header (gitformat-bundle: signature, capabilities, prerequisites, refs, empty line). */
function onlyRef(head: Buffer, ref: string): string | null {
  const end = head.indexOf("\n\n");
  if (end < 0) return null;
  const [signature = "", ...lines] = head.toString("utf8", 0, end).split("\n");
  if (!/^# v[23] git bundle$/.test(signature)) return null;
  const refs = lines.filter((line) => !line.startsWith("-") && !line.startsWith("@object-format="));
  const [line = ""] = refs;
  const id = line.slice(0, line.indexOf(" "));
  return refs.length === 1 && line === `${id} ${ref}` && isObjectId(id) ? id : null;
}
