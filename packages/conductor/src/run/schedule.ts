/** Which ready task goes next. Pure. */
import type { Task } from "@taskwerk/contract/task";

export interface Running {
  readonly id: string;
  readonly files: readonly string[];
}

/**
 * The tasks to start now, at most `places`: in the order given (most urgent first), but one whose files are likely to be
 * changed by a task that runs is taken only when there is nothing else. Groups are never among them.
 */
export function pickNext(ready: readonly Task[], running: readonly Running[], places: number): readonly Task[] {
  const candidates = ready.filter((task) => task.children.length === 0 && !running.some((one) => one.id === task.id));
  const picked: Task[] = [];
  const busy = running.flatMap((one) => one.files.map(prefixOf));
  const rest = [...candidates];
  while (picked.length < places && rest.length > 0) {
    const clear = rest.findIndex((task) => !task.files.some((glob) => overlaps(prefixOf(glob), busy)));
    // A free place is worth more than a conflict that may never come.
    const [next] = rest.splice(clear === -1 ? 0 : clear, 1);
    picked.push(next!);
    busy.push(...next!.files.map(prefixOf));
  }
  return picked;
}

/** The part of a glob before its first wildcard: enough to tell whether two globs can meet. */
const prefixOf = (glob: string): string => glob.split(/[*?[{]/, 1)[0]!;

const overlaps = (prefix: string, busy: readonly string[]): boolean =>
  prefix !== "" && busy.some((other) => other !== "" && (other.startsWith(prefix) || prefix.startsWith(other)));
