import { createHash } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { processStart } from "@taskwerk/contract/process-start";

/** `.<pid>-<start>-<place>.part`, as {@link partFile} ends a name. */
const ENDING = /\.(\d{1,10})-([0-9a-f]{12})-([0-9a-f]{8})\.part$/;

/** Letters of the whole file's name that are in the part's: a name has at most 255 bytes. */
const KEPT = 50;

/**
 * The file in which a process gathers what shall be at `path`, in the same directory, so that it can take its place at
 * once. Its name says which process that is: {@link sweepParts} knows by it whether anybody still writes.
 */
export async function partFile(path: string, pid: number): Promise<string> {
  const start = await processStart(pid);
  const name = [...basename(path)].slice(0, KEPT).join("");
  return join(dirname(path), `${name}.${pid}-${start === null ? UNKNOWN : startMark(start)}-${placeMark()}.part`);
}

/**
 * Takes away the parts in a directory whose process has ended. One that runs keeps its own, and so does one that cannot be
 * seen from here: on another machine, or in another container. What may not be removed stays, too.
 */
export async function sweepParts(directory: string): Promise<void> {
  for (const name of namesIn(directory)) {
    const [, pid, start, place] = ENDING.exec(name) ?? [];
    if (pid === undefined || start === UNKNOWN || place !== placeMark()) continue;
    const now = await processStart(Number(pid));
    if (now !== null && startMark(now) === start) continue;
    try {
      rmSync(join(directory, name));
    } catch {
      // Somebody else's, or gone already.
    }
  }
}

/** Where a system does not say when this process began. */
const UNKNOWN = "0".repeat(12);

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // It may be written and not read.
    return [];
  }
}

const startMark = (start: string): string => hashOf(start).slice(0, 12);

/** Which numbers of processes mean the same ones: those of one machine, and there of one container. */
const placeMark = (): string =>
  hashOf(
    [
      hostname(),
      read(() => readFileSync("/etc/machine-id", "utf8")),
      read(() => readlinkSync("/proc/self/ns/pid")),
    ].join("\n"),
  ).slice(0, 8);

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function read(from: () => string): string {
  try {
    return from();
  } catch {
    return "";
  }
}
