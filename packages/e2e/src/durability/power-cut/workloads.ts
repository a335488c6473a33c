/** What is recorded: commands one after the other, and a server that writes without closing the store in between. */

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import type { CheckReport } from "@taskwerk/contract/check";
import { taskwerkClient } from "@taskwerk/contract/client";
import type { Task } from "@taskwerk/contract/task";
import { ended, firstLine, makeRig, programPath, type Rig } from "../../rig.ts";
import type { DiskOp } from "./disk.ts";
import { RECORDED, recordingOf } from "./recording.ts";

/** A workload that was recorded. */
export interface Workload {
  readonly ops: readonly DiskOp[];
  /** What the store held after so many commands had said that they were done; null before the first. */
  readonly contents: readonly (string | null)[];
  /** The copy that `db backup` made, and after how many commands; where one was made. */
  readonly copy?: { readonly name: string; readonly after: number };
}

const many = (count: number, name: string) =>
  Array.from({ length: count }, (_, n) => ({ title: `${name} ${n}`, description: "x".repeat(n % 50), tags: [name] }));

const COMMANDS: readonly (readonly string[])[] = [
  ["init"],
  ["add", "first"],
  ["add", "second", "-d", "more to say", "-t", "api"],
  ["update", "2", "--priority", "high"],
  ["import", "-"],
  ["claim", "1", "--as", "me"],
  ["done", "5", "6", "7"],
  ["db", "backup", "copy.db"],
  ["undo"],
  ["add", "on the next day"],
  ["delete", "9", "10"],
  ["purge", "--yes"],
  ["db", "vacuum"],
  ["add", "last but one"],
  ["db", "restore", "copy.db", "--yes"],
  ["add", "last"],
];

/** Commands from `init` on, with all that writes in its own way: import, copies by hand and by the day, restore, vacuum. */
export async function recordCommands(): Promise<Workload> {
  const rig = await makeRig();
  try {
    const recording = recordingOf(rig.dir);
    const contents: (string | null)[] = [null];
    for (const words of COMMANDS) {
      const file = join(rig.dir, ".taskwerk", "taskwerk.db");
      const day = new Date(Date.now() - 86_400_000);
      // So that the daily copy is made here.
      if (words[1] === "on the next day") utimesSync(file, day, day);
      const stdin = words[0] === "import" ? JSON.stringify(many(150, "imported")) : "";
      recording.add(await recorded(rig, words, (child) => child.stdin!.end(stdin)), "stdout");
      contents.push(await contentOfCopy(rig.dir));
    }
    const after = COMMANDS.findIndex((words) => words[1] === "backup") + 1;
    return { ops: recording.ops, contents, copy: { name: "copy.db", after } };
  } finally {
    await rig.remove();
  }
}

/** A server that takes writes until its write-ahead log was brought into the database while it runs, and on. */
export async function recordServer(): Promise<Workload> {
  const rig = await makeRig();
  try {
    const recording = recordingOf(rig.dir);
    const contents: (string | null)[] = [null];
    const keep = async (): Promise<void> => {
      contents.push(await contentOfCopy(rig.dir));
    };
    recording.add(await recorded(rig, ["init"], (child) => child.stdin!.end()), "stdout");
    await keep();
    const serve = ["api", "start", "--port", "0", "--json"];
    const lines = await recorded(rig, serve, async (child) => {
      await firstLine(child);
      const { url, token } = JSON.parse(readFileSync(join(rig.dir, ".taskwerk", "api.json"), "utf8")) as ApiFile;
      const client = taskwerkClient({ url, token, actor: "story" });
      for (let round = 0; round < 4; round += 1) {
        await client.call("task.add", { title: `alone ${round}` });
        await keep();
        await client.call("task.import", { tasks: many(400, `round${round}`) });
        await keep();
        await client.call("task.update", { ids: ["1", "2"], priority: round % 2 === 0 ? "high" : "low" });
        await keep();
      }
      await rig.taskwerk("api", "stop");
    });
    recording.add(lines, "http");
    return { ops: recording.ops, contents };
  } finally {
    await rig.remove();
  }
}

/** The lines that strace wrote of a command's own thread, once it has ended. */
async function recorded(
  rig: Rig,
  words: readonly string[],
  during: (child: ReturnType<typeof spawn>) => unknown,
): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), "record-"));
  try {
    const options = ["-ff", "-qq", "-y", "-xx", "-s", "2000000", "-o", join(dir, "log"), "--signal=none"];
    const trace = `--trace=execve,${RECORDED.join(",")}`;
    const program = [process.execPath, programPath("taskwerk"), ...words];
    const child = spawn("strace", [...options, trace, ...program], { cwd: rig.dir, env: rig.env, stdio: "pipe" });
    const end = ended(child);
    await during(child);
    const { code, stderr } = await end;
    if (code !== 0) throw new Error(`${words.join(" ")} failed while it was recorded: ${stderr}`);
    const logs = readdirSync(dir).map((name) => readFileSync(join(dir, name), "latin1"));
    return logs.find((log) => log.startsWith("execve("))!.split("\n");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What a copy of a store's files holds, so that nobody's looking changes them. */
async function contentOfCopy(dir: string): Promise<string | null> {
  const rig = await makeRig();
  try {
    cpSync(dir, rig.dir, { recursive: true });
    return await contentOf(rig);
  } finally {
    await rig.remove();
  }
}

/**
 * Everything that a store holds but for time that goes on, as one text, after it was found whole; null where there is no
 * store. Throws otherwise.
 */
export async function contentOf(rig: Rig): Promise<string | null> {
  const listed = await rig.run("taskwerk", ["list", "--all", "--limit", "0", "--json"]);
  if (listed.code === 9) return null;
  if (listed.code !== 0) throw new Error(`the list cannot be read: ${listed.stdout}${listed.stderr}`);
  const { ops, changes, events } = await rig.data<CheckReport>("db", "check");
  return [`${ops} operations, ${changes} changes, ${events} events`]
    .concat(
      (JSON.parse(listed.stdout).data as readonly Task[]).map(({ actual_minutes: _, ...task }) => JSON.stringify(task)),
    )
    .join("\n");
}
