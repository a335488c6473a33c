/** Tasks that wait for each other. Pure. */
import type { LoopNotice } from "../../model/loop.ts";

/** The shortest way from a task over what each waits for back to itself, itself at both ends; null when there is none. */
export function waitPath(task: string, waitsFor: (task: string) => readonly string[]): readonly string[] | null {
  const cameFrom = new Map<string, string>();
  const queue = [task];
  while (queue.length > 0) {
    const one = queue.shift()!;
    for (const next of waitsFor(one)) {
      if (next === task) {
        const path = [task];
        for (let at = one; at !== task; at = cameFrom.get(at)!) path.unshift(at);
        return [task, ...path];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, one);
      queue.push(next);
    }
  }
  return null;
}

/** The rule. */
export function waitCycle(task: string, waitsFor: (task: string) => readonly string[]): LoopNotice | null {
  const path = waitPath(task, waitsFor);
  return path === null
    ? null
    : { rule: "wait-cycle", evidence: `These tasks wait for each other: ${path.join(" > ")}.` };
}
