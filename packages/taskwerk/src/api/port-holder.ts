import { readdir, readFile, readlink } from "node:fs/promises";

/** A program that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  /** What the system calls it, e.g. node. */
  readonly name: string;
  /** Where it was started; null when that is not to be known. */
  readonly cwd: string | null;
}

/**
 * Who listens on a TCP port; null when that is not to be known: it is another user's, or the system has no /proc. Its
 * arguments are not looked at, they may hold secrets.
 */
export async function holderOf(port: number): Promise<PortHolder | null> {
  try {
    const sockets = new Set((await Promise.all(["tcp", "tcp6"].map((table) => listening(table, port)))).flat());
    if (sockets.size === 0) return null;
    for (const entry of await readdir("/proc")) {
      if (/^\d+$/.test(entry) && (await holds(entry, sockets))) {
        const name = (await readFile(`/proc/${entry}/comm`, "utf8")).trim();
        const cwd = await readlink(`/proc/${entry}/cwd`).catch(() => null);
        return { pid: Number(entry), name, cwd };
      }
    }
  } catch {
    // Not every system has that file system.
  }
  return null;
}

const LISTEN = "0A";

/** The sockets of the kernel's table that listen on the port, as they are called among a process's open files. */
async function listening(table: string, port: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/net/${table}`, "utf8").catch(() => "");
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(end) && state === LISTEN)
    .map((fields) => `socket:[${fields[9]}]`);
}

async function holds(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const file of files) {
    if (sockets.has(await readlink(`/proc/${pid}/fd/${file}`).catch(() => ""))) return true;
  }
  return false;
}
