/** Flags that no longer story types: each does what its line of help says. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await rig.data("init");
  await rig.data("add", "Parent");
  for (const title of ["One", "Two"])
    await rig.data(
      "add",
      title,
      "--parent",
      "1",
      "-t",
      "api",
      "-a",
      "tester",
      "-p",
      "high",
      "--due",
      "2020-01-01",
      "--key",
      `k-${title}`,
    );
  await rig.data("add", "Other", "-a", "tester", "--due", "2020-01-02");
});
afterAll(() => rig.remove());

const ids = (tasks: readonly Task[]): readonly string[] => tasks.map(({ id }) => id);

describe.each(["list", "ready", "overdue", "mine", "blocked", "stale", "next"])("%s", (verb) => {
  // Nothing here is blocked or stale; `next` is one.
  const some = (all: readonly string[]) =>
    ["blocked", "stale"].includes(verb) ? [] : verb === "next" ? all.slice(0, 1) : all;
  const PAIR = ["TASK-001.1", "TASK-001.2"];
  it.each([
    [["--tag", "api"], PAIR],
    [["--priority", "high"], PAIR],
    [["--parent", "1"], PAIR],
    [
      ["--assignee", "tester", "--sort", "due,id"],
      [...PAIR, "TASK-002"],
    ],
  ])("%j", async (flags, all) => {
    const ran = await rig.taskwerk(verb, ...flags, "--json");
    if (ran.code === 10) return expect(verb).toBe("next");
    const { data } = JSON.parse(ran.stdout);
    expect(ids([data].flat())).toEqual(some(all));
    return undefined;
  });

  it("--limit and --cursor go through pages", async () => {
    const first = JSON.parse((await rig.taskwerk(verb, "-t", "api", "--limit", "1", "--json")).stdout);
    if (!first.page?.cursor) {
      // One task has no pages; a cursor that no list gave is refused.
      expect((await rig.failure(verb, "--limit", "1", "--cursor", "nonsense")).exit).toBe(2);
      return;
    }
    const next = await rig.data<Task[]>(verb, "-t", "api", "--limit", "1", "--cursor", first.page.cursor);
    expect([...ids(first.data), ...ids(next)]).toEqual(["TASK-001.1", "TASK-001.2"]);
  });
});

it("list --key finds by the beginning of a key", async () => {
  expect(ids(await rig.data<Task[]>("list", "--key", "k-T"))).toEqual(["TASK-001.2"]);
});

it("update sets every field it has a flag for", async () => {
  const { changed } = await rig.data<TaskWrite>(
    ...["update", "2", "--description", "why", "--assignee", "ann", "--due", "2030-01-01", "--defer", "2029-01-01"],
    ...[
      "--estimate",
      "4h",
      "--category",
      "core",
      "--type",
      "bug",
      "--files",
      "src/**",
      "--capability",
      "node",
      "--after",
      "+1.1",
    ],
  );
  expect(changed[0]).toMatchObject({
    description: "why",
    assignee: "ann",
    due_at: "2030-01-01T23:59:59.999Z",
    defer_until: "2029-01-01T00:00:00.000Z",
    estimate_minutes: 240,
    category: "core",
    type: "bug",
    files: ["src/**"],
    capabilities: ["node"],
    depends_on: ["TASK-001.1"],
  });
  const [before] = (await rig.data<TaskWrite>("add", "Before", "--before", "2")).changed;
  expect(before!.blocks).toEqual(["TASK-002"]);
});

it("split --divide-estimate shares the estimate", async () => {
  await rig.data("add", "Big", "--estimate", "4h");
  const big = (await rig.data<Task[]>("list", "Big"))[0]!;
  const { token } = (await rig.data<{ claim: { token: string } }>("claim", big.id, "--as", "else")).claim;
  const { changed } = await rig.data<TaskWrite>("split", big.id, "A", "B", "--divide-estimate", "--claim", token);
  expect(changed.filter(({ parent }) => parent === big.id).map((task) => task.estimate_minutes)).toEqual([120, 120]);
});

it("link keeps each kind of place, and --remove takes one away", async () => {
  const flags = ["--pr", "7", "--branch", "b", "--url", "https://example.org/", "--file", "a.ts"];
  const { changed } = await rig.data<TaskWrite>("link", "1.2", ...flags);
  expect(changed[0]!.links.map(({ type }) => type).sort()).toEqual(["branch", "file", "pr", "url"]);
  const removed = await rig.data<TaskWrite>("link", "1.2", "--remove", "--branch", "b");
  expect(removed.changed[0]!.links.map(({ type }) => type)).not.toContain("branch");
});

it("import --dry-run changes nothing, and the same --key imports once", async () => {
  await writeFile(join(rig.dir, "tasks.json"), '[{"title":"Imported"}]');
  await rig.data("import", "tasks.json", "--dry-run");
  expect(await rig.data<Task[]>("list", "Imported")).toEqual([]);
  for (const _ of [1, 2]) await rig.data("import", "tasks.json", "--key", "once");
  expect(await rig.data<Task[]>("list", "Imported")).toHaveLength(1);
});

it("update and delete want the claim, or --force", async () => {
  const claimed = async (title: string) => {
    const { id } = (await rig.data<TaskWrite>("add", title)).changed[0]!;
    const { claim } = await rig.data<{ claim: { token: string } }>("claim", id, "--as", "else");
    return { id, token: claim.token };
  };
  const one = await claimed("With a token");
  expect((await rig.failure("update", one.id, "--status", "review")).code).toBe("CLAIM_REQUIRED");
  await rig.data("update", one.id, "--status", "review", "--claim", one.token);
  const two = await claimed("By force");
  await rig.data("update", two.id, "--status", "review", "--force");
  const three = await claimed("Deleted");
  await rig.data("delete", three.id, "--claim", three.token);
});

it("tree goes through pages of whole trees", async () => {
  const { data: all } = JSON.parse((await rig.taskwerk("tree", "--limit", "0", "--json")).stdout);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const more: readonly string[] = cursor === null ? [] : ["--cursor", cursor];
    const page = JSON.parse((await rig.taskwerk("tree", "--limit", "1", ...more, "--json")).stdout);
    seen.push(...ids(page.data));
    cursor = page.page.cursor;
  } while (cursor !== null);
  expect(seen).toEqual(ids(all));
  expect(seen.length).toBeGreaterThan(1);
});

it("batch --dry-run answers as it would, and changes nothing", async () => {
  const before = await rig.data("list", "--all");
  const lines = '{"op":"add","ref":"a","title":"Not made"}\n{"op":"note","id":"@a","text":"not said"}\n';
  const ran = await rig.run("taskwerk", ["batch", "-", "--dry-run", "--json"], { stdin: lines });
  expect(JSON.parse(ran.stdout).data.map(({ op }: { op: string }) => op)).toEqual(["task.add", "task.note"]);
  expect(await rig.data("list", "--all")).toEqual(before);
});

it("@last and ranges name tasks in flags as they do in arguments", async () => {
  const made = async (...words: string[]): Promise<Task> => (await rig.data<TaskWrite>("add", ...words)).changed[0]!;
  const parent = await made("all of it");
  const [one, two] = [await made("first", "--parent", "@last"), await made("second", "--parent", parent.id)];
  expect(one.parent).toBe(parent.id);
  const third = await made("third", "--after", "@last");
  expect(third.depends_on).toEqual([two.id]);
  expect((await made("before it", "--before", third.id)).blocks).toEqual([third.id]);
  const number = (task: Task): number => Number(/\d+$/.exec(task.id)![0]);
  const [a, b] = [await made("a"), await made("b")];
  const range = `${number(a)}..${number(b)}`;
  expect((await made("after both", "--after", range)).depends_on).toEqual([a.id, b.id]);
  const changed = await rig.data<TaskWrite>("update", third.id, "--after", `+${range},-${two.id}`);
  expect(changed.changed[0]!.depends_on).toEqual(expect.arrayContaining([a.id, b.id]));
  expect(changed.changed[0]!.depends_on).not.toContain(two.id);
  await rig.data("note", parent.id, "seen");
  expect((await rig.data<Task[]>("list", "--parent", "@last")).map(({ id }) => id)).toEqual([one.id, two.id]);
  expect((await rig.data<{ summary: string[] }[]>("log", "@last"))[0]!.summary[0]).toContain("seen");
  expect(await rig.failure("add", "x", "--after", "7..3")).toMatchObject({ code: "USAGE", exit: 2 });
});
