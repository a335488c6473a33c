/** Flags of moves, claims and pages: each does what its line of help says. */
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstLine, makeRig, type Rig } from "../rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await rig.data("init");
});
afterAll(() => rig.remove());

const add = async (...words: readonly string[]): Promise<string> =>
  (await rig.data<TaskWrite>("add", ...words)).changed[0]!.id;
const tokenOf = async (id: string): Promise<string> =>
  (await rig.data<{ claim: { token: string } }>("claim", id, "--as", "else")).claim.token;

/** The verb, and what brings a task to where it may be typed. */
const MOVES: readonly (readonly [string, readonly string[]])[] = [
  ["start", []],
  ["done", []],
  ["review", ["start"]],
  ["block", []],
  ["unblock", ["block"]],
  ["pause", ["start"]],
  ["reopen", ["done"]],
  ["cancel", []],
];

describe.each(MOVES)("%s", (verb, before) => {
  it("keeps the reason, the note and the evidence", async () => {
    const id = await add(`To ${verb}`);
    for (const move of before) await rig.data(move, id);
    const { changed } = await rig.data<TaskWrite>(verb, id, "--reason", "so", "--note", "seen", "--evidence", "a=b");
    expect(changed[0]).toMatchObject({ status_reason: "so", evidence: { a: "b" } });
    expect((await rig.data<Task & { notes: { text: string }[] }>("show", id)).notes.map(({ text }) => text)).toContain(
      "seen",
    );
  });

  it("takes the claim's token, and --force takes over", async () => {
    for (const flags of [(token: string) => ["--claim", token], () => ["--force"]]) {
      const id = await add(`Claimed, to ${verb}`);
      const token = await tokenOf(id);
      // A claim is over where its task is; what follows needs none, and takes the flag all the same.
      for (const move of before.filter((one) => one !== "start")) await rig.data(move, id, "--claim", token);
      const { code, stdout } = await rig.taskwerk(verb, id, ...flags(token), "--json");
      const { error } = JSON.parse(stdout);
      expect([code, error?.code]).toEqual(error?.code === "CLAIM_LOST" ? [8, "CLAIM_LOST"] : [0, undefined]);
    }
  });
});

it("cancel --cascade takes the open children along", async () => {
  const parent = await add("Whole");
  const child = await add("Part", "--parent", parent);
  await rig.data("cancel", parent, "--cascade");
  expect((await rig.data<Task>("show", child)).status).toBe("cancelled");
});

it("claim --tag, --skip-file-conflicts, done --next --as --lease and release --reason", async () => {
  await add("Held", "-t", "files", "--files", "src/a.ts", "-p", "critical");
  await add("Same file", "-t", "files", "--files", "src/a.ts", "-p", "high");
  await add("Other file", "-t", "files", "--files", "src/b.ts", "-p", "low");
  type Claimed = TaskWrite & { claim: { token: string } };
  const first = await rig.data<Claimed>("claim", "--next", "--tag", "files", "--as", "a");
  expect(first.changed[0]!.title).toBe("Held");
  const second = await rig.data<Claimed>("claim", "--next", "--tag", "files", "--as", "b", "--skip-file-conflicts");
  expect(second.changed[0]!.title).toBe("Other file");
  await rig.data("release", second.changed[0]!.id, "--claim", second.claim.token, "--reason", "lunch");
  const done = await rig.data<{ next: { task: Task } | null }>(
    ...["done", first.changed[0]!.id, "--claim", first.claim.token, "--next", "--as", "a", "--lease", "5m"],
  );
  expect(done.next?.task.claim?.by).toBe("a");
});

it("search goes through pages", async () => {
  for (const title of ["needle one", "needle two"]) await add(title);
  const page = JSON.parse((await rig.taskwerk("search", "needle", "--limit", "1", "--json")).stdout);
  const rest = await rig.data<Task[]>("search", "needle", "--limit", "1", "--cursor", page.page.cursor);
  expect(new Set([...page.data, ...rest].map(({ title }: Task) => title))).toEqual(
    new Set(["needle one", "needle two"]),
  );
});

it("session list and session show go through pages; session undo takes a claim", async () => {
  const id = await add("In s-1", "--session", "s-1");
  await rig.data("note", id, "more", "--session", "s-1");
  await add("In s-2", "--session", "s-2");
  for (const words of [
    ["session", "list"],
    ["session", "show", "s-1"],
  ]) {
    const { page } = JSON.parse((await rig.taskwerk(...words, "--limit", "1", "--json")).stdout);
    expect(page.truncated).toBe(true);
    await rig.data(...words, "--limit", "1", "--cursor", page.cursor);
  }
  const token = await tokenOf(id);
  await rig.data("update", id, "--title", "Renamed", "--session", "s-3", "--claim", token);
  await rig.data("session", "undo", "s-3", "--claim", token);
  expect((await rig.data<Task>("show", id)).title).toBe("In s-1");
});

it("api start --allow-remote lets an address in that others can reach, and says so", async () => {
  const server = rig.start("taskwerk", [
    "api",
    "start",
    "--port",
    "0",
    "--host",
    "0.0.0.0",
    "--allow-remote",
    "--json",
  ]);
  expect(JSON.parse(await firstLine(server)).data.port).toBeGreaterThan(0);
  server.kill("SIGTERM");
});
