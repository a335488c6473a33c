/**
 * Conductor's own bare repository beside the user's: it reads the user's objects through `alternates`, has a configuration
 * that nobody else writes, and takes in what came from an agent before the user's repository does.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Makes or completes the store at `dir`. The same repository may be opened again and from two processes. */
export async function openStore(dir: string, objectsDir: string, format: "sha1" | "sha256"): Promise<void> {
  if (/[\n"]/.test(objectsDir))
    throw new Error(`git cannot read objects from a path like ${JSON.stringify(objectsDir)}`);
  for (const part of ["objects/info", "objects/pack", "refs/heads", "indexes", "incoming"])
    await mkdir(join(dir, part), { recursive: true, mode: 0o700 });
  await writeWhole(join(dir, "HEAD"), "ref: refs/heads/none\n");
  await writeWhole(join(dir, "objects/info/alternates"), `${objectsDir}\n`);
  await writeWhole(
    join(dir, "config"),
    [
      "[core]",
      `\trepositoryformatversion = ${format === "sha1" ? 0 : 1}`,
      "\tbare = true",
      "\tfilemode = true",
      ...(format === "sha1" ? [] : ["[extensions]", `\tobjectformat = ${format}`]),
      "[uploadpack]",
      "\tallowAnySHA1InWant = true",
      "[gc]",
      "\tauto = 0",
      "",
    ].join("\n"),
  );
}

async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.${randomUUID()}`;
  await writeFile(part, text, { mode: 0o600 });
  await rename(part, path);
}
