/** What strace wrote of a program's calls, as operations on a disk. */
import { basename, dirname, relative } from "node:path";
import { type DiskOp, type Inode, ROOT } from "./disk.ts";

/** Calls that have to be recorded; with `-y -xx`, and strings whole. */
export const RECORDED = [
  "openat",
  "pwrite64",
  "write",
  "writev",
  "ftruncate",
  "fsync",
  "fdatasync",
  "mkdir",
  "rename",
  "link",
  "unlink",
  "copy_file_range",
  "sendfile",
  "fallocate",
] as const;

export interface Recording {
  readonly ops: readonly DiskOp[];
  /** Takes all lines of one more process. It tells that it is done with its last words on stdout, or with each answer. */
  readonly add: (lines: readonly string[], tells: "stdout" | "http") => void;
}

/** Calls whose texts are paths. */
const NAMING: ReadonlySet<string> = new Set(["openat", "mkdir", "rename", "link", "unlink"]);
/** SQLite makes this file anew whatever it holds, and writes it through memory. */
const SHARED_MEMORY = /-shm$/;

/** Records what happens below `root`, which is empty at first. */
export function recordingOf(root: string): Recording {
  const ops: DiskOp[] = [];
  const names = new Map<string, Inode>([["", ROOT]]);
  const content = new Map<Inode, Buffer>();
  let last = ROOT;

  /** The path below root; null when it is elsewhere or of no interest. */
  const below = (path: string): string | null => {
    const inside = relative(root, path);
    return inside.startsWith("..") || SHARED_MEMORY.test(inside) ? null : inside;
  };
  const parent = (path: string): Inode => {
    const dir = dirname(path);
    return names.get(dir === "." ? "" : dir)!;
  };
  const make = (path: string, kind: "name" | "directory"): void => {
    last += 1;
    names.set(path, last);
    ops.push({ kind, at: parent(path), name: basename(path), inode: last });
  };
  const write = (path: string | null, offset: number | null, bytes: Buffer): void => {
    const inode = path === null ? undefined : names.get(path);
    if (inode === undefined) return;
    const old = content.get(inode) ?? Buffer.alloc(0);
    const at = offset ?? old.length;
    const now = Buffer.alloc(Math.max(old.length, at + bytes.length));
    old.copy(now);
    bytes.copy(now, at);
    content.set(inode, now);
    ops.push({ kind: "write", at: inode, offset: at, bytes });
  };
  const truncate = (path: string | null, size: number): void => {
    const inode = path === null ? undefined : names.get(path);
    if (inode === undefined) return;
    const old = content.get(inode) ?? Buffer.alloc(0);
    content.set(inode, Buffer.concat([old.subarray(0, size), Buffer.alloc(Math.max(0, size - old.length))]));
    ops.push({ kind: "truncate", at: inode, size });
  };

  const take = ({ call, files, strings, numbers, rest, result }: Line): void => {
    const [file, other] = files.map(below);
    const [path, to] = NAMING.has(call) ? strings.map((bytes) => below(bytes.toString())) : [];
    switch (call) {
      case "openat": {
        if (path == null) return;
        if (!names.has(path) && rest.includes("O_CREAT")) make(path, "name");
        else if (rest.includes("O_TRUNC")) truncate(path, 0);
        return;
      }
      case "write":
      case "writev":
        if (file != null) write(file, null, strings[0]!.subarray(0, result));
        return;
      case "pwrite64":
        write(file ?? null, numbers.at(-1)!, strings[0]!.subarray(0, result));
        return;
      case "copy_file_range":
      case "sendfile": {
        const [from, into] = call === "sendfile" ? [other, file] : [file, other];
        const source = from == null ? undefined : content.get(names.get(from)!);
        const target = into == null ? undefined : names.get(into);
        if (source === undefined || target === undefined) return;
        const done = content.get(target)?.length ?? 0;
        write(into!, null, source.subarray(done, done + result));
        return;
      }
      case "ftruncate":
        truncate(file ?? null, numbers.at(-1)!);
        return;
      case "fsync":
      case "fdatasync": {
        const inode = file == null ? undefined : names.get(file);
        if (inode !== undefined) ops.push({ kind: "sync", at: inode });
        return;
      }
      case "mkdir":
        if (path != null) make(path, "directory");
        return;
      case "link":
      case "rename": {
        const inode = path == null ? undefined : names.get(path);
        if (inode === undefined || to == null || path == null) return;
        if (parent(path) !== parent(to)) throw new Error(`a ${call} from one directory to another is not modelled`);
        const from = call === "rename" ? { from: basename(path) } : {};
        ops.push({ kind: "name", at: parent(to), name: basename(to), inode, ...from });
        if (call === "rename") names.delete(path);
        names.set(to, inode);
        return;
      }
      case "unlink":
        if (path == null || !names.has(path)) return;
        ops.push({ kind: "unname", at: parent(path), name: basename(path) });
        names.delete(path);
        return;
      case "execve":
        return;
      default:
        throw new Error(`a ${call} is not modelled: ${rest.slice(0, 200)}`);
    }
  };

  return {
    ops,
    add(lines, tells) {
      const read = lines.flatMap((line) => readLine(line) ?? []);
      const words = read.filter(({ call, rest }) => call === "write" && rest.startsWith("(1<"));
      for (const line of read) {
        const answer = line.strings[0]?.toString("latin1", 0, 8) === "HTTP/1.1";
        if (tells === "http" ? answer : line === words.at(-1)) ops.push({ kind: "told" });
        else take(line);
      }
    },
  };
}

/** One line of strace's: `call(args) = result`. */
interface Line {
  readonly call: string;
  /** What descriptors stand for. */
  readonly files: readonly string[];
  /** Texts in quotes. */
  readonly strings: readonly Buffer[];
  /** Arguments that are nothing but a number. */
  readonly numbers: readonly number[];
  /** The arguments as they stand there. */
  readonly rest: string;
  readonly result: number;
}

function readLine(line: string): Line | null {
  const read = /^(\w+)(\(.*\)) += (\d+)/s.exec(line);
  if (read === null) return null;
  const [, call = "", rest = "", result] = read;
  const plain = rest.replace(/"[^"]*"/g, '""');
  return {
    call,
    rest,
    result: Number(result),
    files: [...plain.matchAll(/\d+<([^>]*)>/g)].map(([, path]) => bytesOf(path!).toString()),
    strings: [...rest.matchAll(/"([^"]*)"/g)].map(([, text]) => bytesOf(text!)),
    numbers: [...plain.matchAll(/(?<=[(,] ?)\d+(?=[,)])/g)].map(Number),
  };
}

/** `\x41\x42` as bytes. What is not written so stands for itself, e.g. `socket:[1]`. */
const bytesOf = (text: string): Buffer =>
  text.startsWith("\\x") ? Buffer.from(text.replaceAll("\\x", ""), "hex") : Buffer.from(text);
