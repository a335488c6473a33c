/** Parts of answers that are lists of their own: the same whoever shows them. */
import type { TaskStats } from "@taskwerk/contract/search";
import type { Task } from "@taskwerk/contract/task";

/** A task that one waits for, or that waits for it. */
export interface Neighbour {
  readonly id: string;
  readonly direction: "depends_on" | "blocks";
  readonly task: string;
}

/** What a task waits for, then what waits for it. */
export function neighboursOf(task: Pick<Task, "id" | "depends_on" | "blocks">): readonly Neighbour[] {
  const row = (direction: Neighbour["direction"]) => (other: string) => ({ id: other, direction, task: task.id });
  return [...task.depends_on.map(row("depends_on")), ...task.blocks.map(row("blocks"))];
}

/** Claimed tasks, the claim that ends first before the others. */
export function byLeaseEnd(tasks: readonly Task[]): readonly Task[] {
  const ends = ({ claim }: Task): string => claim?.lease_until ?? "";
  return [...tasks].sort((a, b) => (ends(a) < ends(b) ? -1 : 1));
}

/** A tag, and how many tasks have it. */
export interface TagCount {
  readonly tag: string;
  readonly total: number;
  readonly open: number;
  readonly done: number;
}

/** What counting by tag says of each tag; tasks without one are left out. */
export const tagCounts = ({ groups }: TaskStats): readonly TagCount[] =>
  groups.flatMap(({ value, total, open, done }) => (value === null ? [] : [{ tag: value, total, open, done }]));
