import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository, writeFiles } from "../git/test-repository.ts";
import { discardWorkspace, prepareWorkspace } from "../git/workspace.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import type { Workspace } from "../model/repository.ts";
import { sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import { socketDirPrefix } from "../model/socket-dir.ts";
import { detectConfinement } from "../sandbox/confinement.ts";
import { socketOwner } from "../sandbox/sweep-sockets.ts";
import { attemptDir } from "./attempt-dir.ts";
import type { RunContext } from "./context.ts";
import { saveAndRemove } from "./save-workspace.ts";
import { sweepLeftovers } from "./sweep-leftovers.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const sandboxDir = mkdtempSync(join(tmpdir(), "conductor-state-"));
const { confinement } = await detectConfinement({ env: process.env, stateDir: sandboxDir });
afterAll(() => rmSync(sandboxDir, { recursive: true, force: true }));

const ATTEMPT = sampleAttempt("TASK-001");
let user: TestRepository;
let repository: UserRepository;
let journal: Journal;
let base: string;
let context: RunContext;
let defects: string[];
let writer: ChildProcess | null;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.git("rev-parse", "HEAD");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "git") });
  mkdirSync(join(user.top, "journal"));
  journal = await openJournal(join(user.top, "journal"), { now: () => new Date("2026-11-20T21:43:00Z") });
  defects = [];
  writer = null;
  const onDefect = (error: unknown) => void defects.push(error instanceof Error ? error.message : String(error));
  context = { journal, repository, confinement, stateDir: user.top, onDefect } as unknown as RunContext;
});
afterEach(async () => {
  writer?.kill("SIGKILL");
  await journal.close();
  user.remove();
});

/** The clone of an attempt; `ended`: the journal says that the attempt is over. */
async function clone({
  ended,
  share = false,
}: {
  readonly ended: boolean;
  readonly share?: boolean;
}): Promise<Workspace> {
  const dir = attemptDir(context, ATTEMPT.id);
  const workspace = await prepareWorkspace({ repository, base, branch: "feature/TASK-001", dir, share });
  const prepared = { workspace: workspace.dir, branch: workspace.branch, base, briefSha256: "0" };
  await journal.append([
    { type: "session.started", session: sampleSession() },
    { type: "attempt.started", attempt: ATTEMPT, token: "t" },
    { type: "attempt.prepared", attempt: ATTEMPT.id, ...prepared },
  ]);
  if (ended) await journal.append([{ type: "attempt.ended", attempt: ATTEMPT.id, stage: "failed", reason: "x" }]);
  return workspace;
}
const holds = (): string => user.git("for-each-ref", "--format=%(refname)", "refs/conductor/clones/");
const salvaged = async (): Promise<readonly string[]> => (await journal.state()).salvage.map(({ ref }) => ref);

describe("at the start of a run", () => {
  it("the clone of an attempt that is over is saved and removed, with all that belongs to it", async () => {
    const workspace = await clone({ ended: true, share: true });
    writeFiles(workspace.dir, { "left.txt": "left\n" });
    expect(holds()).not.toBe("");
    await sweepLeftovers(context);
    expect(defects).toEqual([]);
    expect(existsSync(dirname(workspace.dir))).toBe(false);
    const [ref] = await salvaged();
    expect(user.git("show", `${ref}:left.txt`)).toBe("left");
    expect([holds(), readdirSync(join(user.top, "git/indexes"))]).toEqual(["", []]);
  });

  it("the clone of an attempt that is not over, and one that the journal does not know, are left alone", async () => {
    const workspace = await clone({ ended: false, share: true });
    const stranger = join(user.top, "attempts", "stranger");
    mkdirSync(join(stranger, "tree"), { recursive: true });
    const kept = readdirSync(join(user.top, "git/indexes"));
    await sweepLeftovers(context);
    expect(defects).toEqual([]);
    expect([existsSync(workspace.dir), existsSync(stranger)]).toEqual([true, true]);
    expect(kept).toHaveLength(1);
    expect(readdirSync(join(user.top, "git/indexes"))).toEqual(kept);
    expect(holds()).not.toBe("");
  });

  it("what is held for a clone that is gone is let go, in this place only", async () => {
    const workspace = await clone({ ended: true, share: true });
    const top = dirname(workspace.dir);
    const elsewhere = join(user.top, "other/attempts/1");
    await prepareWorkspace({ repository, base, branch: "feature/TASK-001", dir: elsewhere, share: true });
    const [mine = ""] = holds()
      .split("\n")
      .filter((ref) => ref !== "");
    // Somebody has the ref at that moment, so that git cannot delete it.
    for (const ref of holds().split("\n")) writeFileSync(join(user.root, ".git", `${ref}.lock`), "");
    await discardWorkspace(repository, top);
    expect([existsSync(top), holds().split("\n").length]).toEqual([false, 2]);
    for (const ref of holds().split("\n")) rmSync(join(user.root, ".git", `${ref}.lock`));
    await sweepLeftovers(context);
    expect(holds().split("\n")).toHaveLength(1);
    expect(mine).toMatch(/^refs\/conductor\/clones\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
    await discardWorkspace(repository, elsewhere);
    expect(holds()).toBe("");
  });

  it("what a process that lives has in use is left alone", async () => {
    const dead = execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }).trim();
    const uuid = "00000000-0000-4000-8000-000000000000";
    const place = (name: string): string => join(user.top, "git", name);
    const names = (pid: number | string) => [
      `indexes/snapshot.${pid}.${uuid}`,
      `indexes/snapshot.${pid}.${uuid}.lock`,
      `incoming/objects.${pid}.${uuid}`,
      `incoming/pack.${pid}.${uuid}-0123456789abcdef.pack`,
      `config.${pid}.${uuid}`,
      `objects/info/alternates.${pid}.${uuid}`,
    ];
    for (const name of [...names(dead), ...names(process.pid), ...names(1)]) writeFileSync(place(name), "");
    await sweepLeftovers(context);
    expect(names(dead).filter((name) => existsSync(place(name)))).toEqual([]);
    expect(names(process.pid).filter((name) => !existsSync(place(name)))).toEqual([]);
    expect(names(1).filter((name) => !existsSync(place(name)))).toEqual([]);
  });
});

it("at the start of a run sockets of a conductor that is gone are removed, and those of one that lives stay", async () => {
  const mine = await socketOwner();
  const pid = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  const [gone, living] = [{ ...mine, pid }, mine].map((owner) =>
    mkdtempSync(join(tmpdir(), socketDirPrefix("c", owner))),
  );
  onTestFinished(() => rmSync(living!, { recursive: true }));
  await sweepLeftovers(context);
  expect([existsSync(gone!), existsSync(living!)]).toEqual([false, true]);
});

describe("a clone that cannot be proven saved", () => {
  it("stays, and where it is is told; the next run saves and removes it", async () => {
    const workspace = await clone({ ended: true });
    const count = "while :; do echo more >> count.txt; done";
    writer = spawn("sh", ["-c", count], { cwd: workspace.dir, stdio: "ignore" });
    await expect.poll(() => existsSync(join(workspace.dir, "count.txt"))).toBe(true);
    await saveAndRemove(context, ATTEMPT, workspace, null);
    expect(existsSync(workspace.dir)).toBe(true);
    expect(defects).toEqual([
      `the clone of ${ATTEMPT.id} stays where it is, in ${workspace.dir}: its files changed while they were being saved`,
    ]);
    writer.kill("SIGKILL");
    await new Promise((resolve) => writer!.once("close", resolve));
    const last = readFileSync(join(workspace.dir, "count.txt"), "utf8");
    await sweepLeftovers(context);
    expect(existsSync(workspace.dir)).toBe(false);
    const refs = await salvaged();
    expect(`${user.git("show", `${refs.at(-1)}:count.txt`)}\n`).toBe(last);
  });

  it("stays for good where it holds what nobody has looked at, and no run tries that again", async () => {
    const workspace = await clone({ ended: true });
    writeFileSync(join(dirname(workspace.dir), "stays.txt"), "3 of its 300 refs were not looked at\n");
    await sweepLeftovers(context);
    expect(existsSync(workspace.dir)).toBe(true);
    expect(defects).toEqual([]);
  });
});
