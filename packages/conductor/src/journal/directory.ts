/** The `.conductor` directory beside the user's work: ours alone, and out of git but for plans. */
import { lstatSync, promises, type Stats } from "node:fs";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";

const IGNORED = `# conductor's own; plans may be committed
*
!plans/
!plans/**
`;

/** Where the journal of a repository lies. */
export const journalFile = (root: string): string => join(root, ".conductor", "conductor.db");

/**
 * Makes `.conductor` (mode 0700), its .gitignore and an empty database file (0600) where they are missing. Throws
 * STORE_UNREADABLE when one of them is a symlink or no ordinary file (a repository may not send the journal elsewhere),
 * or belongs to somebody else; READ_ONLY where nothing can be written; FILE_NOT_FOUND without a root.
 */
export async function makeDirectory(root: string): Promise<void> {
  try {
    await make(root);
  } catch (error) {
    throw inWords(root, error);
  }
}

async function make(root: string): Promise<void> {
  const dir = join(root, ".conductor");
  await promises.mkdir(dir, { mode: 0o700 }).catch(existsAlready);
  assertPlain(root);
  await promises.chmod(dir, 0o700);
  await promises.writeFile(join(dir, ".gitignore"), IGNORED, { flag: "wx", mode: 0o600 }).catch(existsAlready);
  // SQLite gives its -wal and -shm the rights of the database.
  await promises.open(journalFile(root), "ax", 0o600).then((handle) => handle.close(), existsAlready);
  await promises.chmod(journalFile(root), 0o600);
}

/** True when there is a journal. Throws STORE_UNREADABLE when something else is in its place. */
export async function hasJournal(root: string): Promise<boolean> {
  assertPlain(root);
  return kindOf(journalFile(root)) === "file";
}

function assertPlain(root: string): void {
  const dir = join(root, ".conductor");
  const wanted = [
    [dir, "directory"],
    [journalFile(root), "file"],
    [`${journalFile(root)}-wal`, "file"],
    [`${journalFile(root)}-shm`, "file"],
    [join(dir, ".gitignore"), "file"],
  ] as const;
  for (const [path, kind] of wanted) {
    const found = kindOf(path);
    if (found !== null && found !== kind) {
      throw new WerkError("STORE_UNREADABLE", `${path} is not an ordinary ${kind} but a ${found}.`, {
        hint: "conductor keeps its journal only in a .conductor directory of its own. Look where it came from.",
        details: { path, found },
      });
    }
  }
}

function kindOf(path: string): "file" | "directory" | "symlink" | "special file" | null {
  const stats = lookAt(path);
  if (stats === null) return null;
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isDirectory()) return "directory";
  return stats.isFile() ? "file" : "special file";
}

function lookAt(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}

/** A system's error as one for people; anything else as it is. */
function inWords(root: string, error: unknown): unknown {
  const dir = join(root, ".conductor");
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
    case "ENOTDIR":
      return new WerkError("FILE_NOT_FOUND", `There is no directory ${root}.`, { cause: error, given: root });
    case "EACCES":
    case "EROFS":
      return new WerkError("READ_ONLY", `${dir} cannot be written.`, {
        hint: "Check the rights of the directory.",
        cause: error,
      });
    case "EPERM":
      return new WerkError("STORE_UNREADABLE", `${dir} belongs to another user.`, {
        hint: "Run conductor as the user who owns it.",
        cause: error,
      });
    case "ENOSPC":
      return new WerkError("STORE_FULL", `${dir} cannot grow: the disk is full.`, { cause: error });
    default:
      return error;
  }
}

function existsAlready(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
