/** A running server with a store in it, and what can be asked about both from outside. */
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { firstLine, makeRig, type Rig } from "../../rig.ts";

/** A server to be attacked. */
export interface Stage {
  readonly rig: Rig;
  readonly child: ChildProcess;
  readonly file: ApiFile;
  /** Everything it has said on stdout and stderr. */
  readonly said: () => string;
  /** What stands for all that its store holds: the same text, nothing was changed. */
  readonly state: () => Promise<string>;
  /** What its process has open: each descriptor by what it is. */
  readonly descriptors: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Starts one, by default with a log that tells everything; `config` is what the store's configuration says. */
export async function openStage(
  args: readonly string[] = ["--log", "server.log", "--verbose"],
  config = "",
): Promise<Stage> {
  const rig = await makeRig();
  await rig.data("init");
  await writeFile(join(rig.dir, ".taskwerk", "config.yml"), config);
  await rig.data("add", "Fix the login", "--ac", "It works", "--session", "s");
  await rig.data("add", "Another task", "--after", "1");
  return serveStage(rig, args);
}

/** The same for a rig that has its store. */
export async function serveStage(rig: Rig, args: readonly string[]): Promise<Stage> {
  const child = rig.start("taskwerk", ["api", "start", "--port", "0", "--json", ...args]);
  const heard: string[] = [];
  child.stderr!.on("data", (chunk: Buffer) => heard.push(chunk.toString()));
  heard.push(await firstLine(child));
  const file = JSON.parse(await readFile(join(rig.dir, ".taskwerk", "api.json"), "utf8")) as ApiFile;
  return {
    rig,
    child,
    file,
    said: () => heard.join(""),
    async state() {
      const told = await Promise.all([
        rig.taskwerk("export", "--format", "json", "--with-history"),
        rig.taskwerk("log", "--json", "--limit", "0"),
        rig.taskwerk("events", "list", "--json"),
        rig.taskwerk("api", "token", "list", "--all", "--json"),
        readFile(join(rig.dir, ".taskwerk", "api.json"), "utf8"),
      ]);
      const plain = told.map((one) =>
        typeof one === "string" ? one : one.stdout.replace(/"(ms|exported_at)":[^,}]+/g, ""),
      );
      return createHash("sha256").update(plain.join("\n")).digest("hex");
    },
    async descriptors() {
      const dir = `/proc/${child.pid}/fd`;
      const kinds = await Promise.all(
        (await readdir(dir)).map((fd) =>
          readlink(join(dir, fd)).then(
            (to) => to.replace(/\[\d+\]$/, ""),
            () => "",
          ),
        ),
      );
      return kinds.filter((kind) => kind !== "").sort();
    },
    close: () => rig.remove(),
  };
}

/** The files below a directory in which a text occurs, other than those. */
export async function filesWith(dir: string, text: string, but: readonly string[]): Promise<readonly string[]> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const found: string[] = [];
  for (const path of paths) {
    if (!but.includes(path) && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
