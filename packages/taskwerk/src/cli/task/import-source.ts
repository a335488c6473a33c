import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { decodeText } from "../../formats/decode-text.ts";
import type { Source } from "../../formats/read/read-file.ts";
import { type App, unreadableFile } from "../app.ts";
import { tellWaiting } from "../tell-waiting.ts";

/** Files of a directory that other programs keep their tasks in, in the order in which they are looked for. */
const KNOWN = [".beads/issues.jsonl", ".beads/beads.jsonl", ".taskmaster/tasks/tasks.json", "tasks/tasks.json"];
const FOLDERS = ["backlog/tasks", "tasks", "."];

/**
 * What `import` reads: stdin, a file or a pipe, or a directory of another program; `what` is what a person at a
 * terminal would have to type. Throws FILE_NOT_FOUND, USAGE for what
 * cannot be read, PAYLOAD_TOO_LARGE, IMPORT_INVALID for what is no text.
 */
export async function importSources(app: App, name: string, what = "tasks"): Promise<readonly Source[]> {
  if (name === "-") {
    tellWaiting(app.world, what);
    const bytes = await app.world.readStdinBytes(LIMITS.importBytes + 1);
    return [sourceOf("stdin", bytes)];
  }
  const path = app.path(name);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return directory(path, name);
  return [sourceOf(name, bytesOf(path))];
}

function sourceOf(name: string, bytes: Uint8Array): Source {
  if (bytes.length > LIMITS.importBytes) {
    throw new WerkError(
      "PAYLOAD_TOO_LARGE",
      `${name} has more than ${LIMITS.importBytes / 1_000_000} MB; no more is taken at once.`,
      { hint: "Import it in parts.", field: "file", given: name },
    );
  }
  return { name, text: decodeText(bytes, name) };
}

function directory(path: string, name: string): readonly Source[] {
  const file = KNOWN.find((one) => existsSync(join(path, one)));
  if (file !== undefined) return [sourceOf(join(name, file), bytesOf(join(path, file)))];
  for (const folder of FOLDERS) {
    const files = filesIn(join(path, folder));
    if (files.length > 0) return files.map((one) => sourceOf(one, bytesOf(join(path, folder, one))));
  }
  throw new WerkError("USAGE", `cannot read ${path}: it is a directory, and no tasks of another program are in it.`, {
    hint: "A directory is read where Backlog.md, beads or task-master keep tasks in it.",
    field: "file",
    given: name,
  });
}

/** Markdown files, as Backlog.md has one for each task. */
function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((one) => / - .*\.md$/.test(one) || /^[a-z]+-\d[\d.]*\.md$/i.test(one))
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  } catch {
    return [];
  }
}

const AT_ONCE = 1_048_576;

/** A file to its end, or one byte more than is taken: a device may have none. */
function bytesOf(path: string): Uint8Array {
  const chunks: Buffer[] = [];
  let file: number | null = null;
  try {
    file = openSync(path, "r");
    for (let size = 0; size <= LIMITS.importBytes; ) {
      const chunk = Buffer.allocUnsafe(AT_ONCE);
      const read = readSync(file, chunk);
      if (read === 0) break;
      chunks.push(chunk.subarray(0, read));
      size += read;
    }
  } catch (cause) {
    throw unreadableFile(path, cause);
  } finally {
    if (file !== null) closeSync(file);
  }
  return Buffer.concat(chunks);
}
