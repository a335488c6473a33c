/** Many processes on one store: what they do, and what must be true of the store after it. */

import type { ClaimResult } from "@taskwerk/contract/claim";
import type { TaskEvent } from "@taskwerk/contract/event";
import type { Task } from "@taskwerk/contract/task";
import type { TransitionResult } from "@taskwerk/contract/transition";
import { expect } from "vitest";
import type { Ran, Rig } from "../rig.ts";

const each = <T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** Nobody is told of a store that is busy, and nothing ends in a way that is not meant. */
function expectCalm(ran: Ran, codes: readonly number[], words: readonly string[]): void {
  expect(`${ran.stdout}${ran.stderr}`).not.toContain("STORE_BUSY");
  expect(codes, `${words.join(" ")}: ${ran.stderr}${ran.stdout}`).toContain(ran.code);
}

/** Every third task waits for the two before it. */
const tasksOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ref: `${n}`,
    title: `task ${n}`,
    ...(n % 3 === 2 ? { depends_on: [`${n - 1}`, `${n - 2}`] } : {}),
  }));

/**
 * So many workers drain so many tasks that depend on each other: each claims one, does it and claims the next in the same
 * call, and sleeps in `wait` where nothing is ready. Each task has one winner, and begins when what it waits for is done.
 */
export async function drain(rig: Rig, workers: number, tasks: number): Promise<void> {
  const imported = await rig.run("taskwerk", ["import", "-"], { stdin: JSON.stringify(tasksOf(tasks)) });
  expect(imported).toMatchObject({ code: 0 });
  const won = await each(workers, (worker) => work(rig, `worker-${worker}`));
  const claims = won.flat();
  expect(claims).toHaveLength(tasks);
  expect(new Set(claims.map(({ task }) => task)).size).toBe(tasks);
  expect(new Set(claims.map(({ token }) => token)).size).toBe(tasks);
  await expectInOrder(rig, tasks);
  expect(await rig.taskwerk("db", "check")).toMatchObject({ code: 0 });
}

interface Won {
  readonly task: string;
  readonly token: string;
}

async function work(rig: Rig, name: string): Promise<readonly Won[]> {
  const mine: Won[] = [];
  for (let held: Won | null = null; ; ) {
    const words: readonly string[] = held
      ? ["done", held.task, "--claim", held.token, "--next", "--as", name, "--json"]
      : ["claim", "--next", "--as", name, "--json"];
    const ran = await rig.taskwerk(...words);
    expectCalm(ran, held ? [0] : [0, 10], words);
    held = ran.code === 0 ? wonIn(JSON.parse(ran.stdout).data) : null;
    if (held) {
      mine.push(held);
      continue;
    }
    const wait = ["wait", "is:leaf", "--until", "ready", "--timeout", "5m"];
    const woken = await rig.taskwerk(...wait);
    expectCalm(woken, [0, 14], wait);
    if (woken.code === 14) return mine;
  }
}

function wonIn(data: ClaimResult | TransitionResult): Won | null {
  if ("claim" in data) return { task: data.changed[0]!.id, token: data.claim.token };
  return data.next ? { task: data.next.task.id, token: data.next.claim.token } : null;
}

/** Each was claimed once, and after all that it depends on was done. */
async function expectInOrder(rig: Rig, tasks: number): Promise<void> {
  const events = await rig.data<readonly TaskEvent[]>("events", "list", "--limit", "10000");
  const cursors = (type: string) =>
    new Map(events.filter((event) => event.type === type).map(({ subject, cursor }) => [subject, cursor]));
  const [claimed, done] = [cursors("task.claimed"), cursors("task.completed")];
  expect(events.filter(({ type }) => type === "task.claimed")).toHaveLength(tasks);
  const all = await rig.data<readonly Task[]>("list", "--all", "--limit", "0");
  expect(all.filter(({ status }) => status === "done")).toHaveLength(tasks);
  for (const { id, depends_on } of all) {
    for (const on of depends_on) expect(done.get(on)!, `${on} before ${id}`).toBeLessThan(claimed.get(id)!);
  }
}

/** So many writers change one task so often: every change is there once, none overwrote another. */
export async function write(rig: Rig, writers: number, updates: number): Promise<void> {
  await rig.data("add", "one");
  const { rev } = await rig.data<Task>("show", "1");
  await each(writers, async (writer) => {
    for (let n = 1; n <= updates; n += 1) {
      const words = ["update", "1", "--meta", `w${writer}=${n}`, "-q"];
      expectCalm(await rig.taskwerk(...words), [0], words);
    }
  });
  const task = await rig.data<Task>("show", "1");
  expect(task.metadata).toEqual(
    Object.fromEntries(Array.from({ length: writers }, (_, writer) => [`w${writer}`, String(updates)])),
  );
  expect(task.rev).toBe(rev + writers * updates);
  const events = await rig.data<readonly TaskEvent[]>("events", "list", "--limit", "10000");
  expect(events.filter(({ type }) => type === "task.updated")).toHaveLength(writers * updates);
  expect(await rig.taskwerk("db", "check")).toMatchObject({ code: 0 });
}

/** So often two processes at once make two tasks wait for each other, in one of several ways: one of them is refused. */
export async function close(rig: Rig, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const [a, b] = await Promise.all(
      ["a", "b"].map(async (title) => (await rig.taskwerk("add", title, "-q")).stdout.trim()),
    );
    const ways = [
      [
        ["dep", "add", a!, b!],
        ["dep", "add", b!, a!],
      ],
      [
        ["add", "between", "--after", a!, "--before", b!, "-q"],
        ["dep", "add", a!, b!],
      ],
      [
        ["move", a!, "--parent", b!],
        ["dep", "add", a!, b!],
      ],
    ][round % 3]!;
    const codes = await Promise.all(
      ways.map(async (words) => {
        const ran = await rig.taskwerk(...words);
        expectCalm(ran, [0, 8], words);
        return ran.code;
      }),
    );
    expect(codes.toSorted(), ways.map((words) => words.join(" ")).join(" | ")).toEqual([0, 8]);
  }
  expect(await rig.data("dep", "check")).toMatchObject({ cycles: [], kin: [] });
}
