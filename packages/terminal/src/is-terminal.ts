import { fstatSync, statSync } from "node:fs";

/** True when a person sees what is written there. A pipe, a file and /dev/null are told without loading Node's tty. */
export function isTerminal(fd: number): boolean {
  try {
    const device = fstatSync(fd);
    if (!device.isCharacterDevice() && process.platform !== "win32") return false;
    if (device.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}
