/** A process as Linux tells of it in /proc/PID/stat; no other system does. */
import { readFileSync } from "node:fs";

export interface ProcessStat {
  /** It has ended, and only waits to be reaped. */
  readonly ended: boolean;
  readonly parent: number;
  readonly group: number;
  /** Clock ticks since boot (field 22): with the pid it names one process of this boot for good. */
  readonly startTime: string;
  /** Resident memory in pages. */
  readonly residentPages: number;
}

/** null: there is no such process, or it cannot be seen. What the kernel answers from memory is not waited for. */
export function processStat(pid: number): ProcessStat | null {
  try {
    return statIn(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return null;
  }
}

function statIn(text: string): ProcessStat {
  // The name in parentheses may hold anything, also parentheses and spaces.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    ended: fields[0] === "Z" || fields[0] === "X",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startTime: fields[19] ?? "",
    residentPages: Number(fields[21]),
  };
}
