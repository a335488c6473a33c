import { some } from "./some.ts";

/** Who waits for a task that will not be done, and who waits for those: `TASK-2 still waits for TASK-1, and behind it TASK-3`. */
export function waitingWords(
  id: string,
  { direct, behind }: { readonly direct: readonly string[]; readonly behind: readonly string[] },
): string {
  const chain = behind.length === 0 ? "" : `, and behind ${direct.length === 1 ? "it" : "them"} ${some(behind)}`;
  return `${some(direct)} still ${direct.length === 1 ? "waits" : "wait"} for ${id}${chain}`;
}
