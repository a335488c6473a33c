/** Whether the disk has room for the clones of a run. */
import { statfs } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";

export interface Room {
  /** What one clone takes at most when it is made, in bytes: files, and the objects behind them. */
  readonly cloneBytes: number;
  /** The same with the checkout beside it that is judged, which has files alone. */
  readonly withCheckoutBytes: number;
  /** Where the clones are; null when that cannot be told. */
  readonly freeBytes: number | null;
}

/** Logs, receipts and what gates write beside the clones. */
const MARGIN = 50 * 1024 * 1024;

/** `files`, `objects`: the bytes of each that a clone holds. */
export async function roomFor(
  { files, objects }: { readonly files: number; readonly objects: number },
  stateDir: string,
): Promise<Room> {
  const facts = await statfs(stateDir).catch(() => null);
  return {
    cloneBytes: files + objects,
    withCheckoutBytes: 2 * files + objects,
    freeBytes: facts === null ? null : facts.bavail * facts.bsize,
  };
}

/** The same where each clone and each checkout also gets so many bytes of installed packages. */
export const withInstalled = (room: Room, bytes: number): Room => ({
  ...room,
  cloneBytes: room.cloneBytes + bytes,
  withCheckoutBytes: room.withCheckoutBytes + 2 * bytes,
});

/** Throws STORE_FULL where so many clones, each with a checkout beside it that is judged, do not fit. */
export function refuseCramped({ withCheckoutBytes, freeBytes }: Room, clones: number, stateDir: string): void {
  const wanted = withCheckoutBytes * clones + MARGIN;
  if (freeBytes === null || freeBytes >= wanted) return;
  throw new WerkError(
    "STORE_FULL",
    `${megabytes(freeBytes)} MB are free where the clones go, and ${clones} of them may take ${megabytes(wanted)}`,
    {
      hint: `Make room on the disk of ${stateDir}, or take fewer at once:  --concurrency 1`,
      details: { freeBytes, wantedBytes: wanted },
    },
  );
}

/**
 * How many clones, each with a checkout beside it, there may be at once: twice as many as there are agents, so that agents go on
 * while gates judge, or as many as fit, but one for each agent at least.
 */
export function clonesAtOnce({ withCheckoutBytes, freeBytes }: Room, agents: number): number {
  if (freeBytes === null || withCheckoutBytes === 0) return 2 * agents;
  const fit = Math.floor((freeBytes - MARGIN) / withCheckoutBytes);
  return Math.max(agents, Math.min(2 * agents, fit));
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
