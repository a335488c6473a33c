/** Whether the clones of a run borrow the objects of the user's repository, or each holds a copy. */
import { whyNotBorrowed } from "../git/borrow.ts";
import type { SandboxLevel } from "../model/command.ts";

export interface SharingWish {
  /** `auto`: from a size on. */
  readonly mode: "auto" | "always" | "never";
  readonly fromBytes: number;
}

export interface Sharing {
  readonly shares: boolean;
  /** All objects of the repository together. */
  readonly objectsBytes: number;
  /** Why not, in a sentence, though it was wished for; else null. */
  readonly problem: string | null;
}

/** Never without a sandbox: there an agent could write what is the user's. */
export async function sharingOf(
  { mode, fromBytes }: SharingWish,
  about: { readonly level: SandboxLevel; readonly objectsDir: string; readonly objectsBytes: number },
): Promise<Sharing> {
  const { level, objectsDir, objectsBytes } = about;
  if (mode === "never" || (mode === "auto" && objectsBytes < fromBytes))
    return { shares: false, objectsBytes, problem: null };
  const problem =
    level === "full" ? await whyNotBorrowed(objectsDir) : "without a sandbox an agent could write your objects";
  return { shares: problem === null, objectsBytes, problem };
}
