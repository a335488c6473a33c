/** What a person does with a plan file: look at it, edit it, import it, and let it follow its documents. */
import { readdir, readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstLine } from "../rig.ts";
import { makeProject, type Project } from "./project.ts";

const PRD = `# Shop

## Cart

- The cart must keep its items for thirty days
- The cart must show the total with tax
- The cart should warn before it is emptied

## Payment

- Payment must be refused when the card has expired
- Every payment must be written to the ledger
`;
const CHANGED = PRD.replace("- The cart must show the total with tax\n", "")
  .replace("has expired", "has expired or is blocked")
  .replace("## Payment\n", "## Payment\n\n- Refunds must reach the customer within a week\n");

interface Row {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly key: string | null;
  readonly rev: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}
interface Updated {
  readonly applied: boolean;
  readonly diff: {
    readonly requirements: Record<"added" | "removed" | "changed", readonly { readonly text: string }[]>;
    readonly tasks: Record<
      "added" | "removed" | "changed",
      readonly { readonly title: string; readonly key: string }[]
    >;
  };
  readonly taskwerk: Record<"added" | "changed" | "orphaned" | "left", readonly { readonly title: string }[]> | null;
}

const comment = "  # Ann watches this one\n";
const FILE = ".conductor/plans/prd.yaml";
const hand = (more: string): string => `version: 1\nid: hand\nplanner: { name: hand, model: null }\n${more}`;

describe("a plan and its documents", { timeout: 120_000 }, () => {
  let project: Project;
  const text = (path = FILE): Promise<string> => readFile(join(project.dir, path), "utf8");
  const tasks = (): Promise<readonly Row[]> => project.rig.data<readonly Row[]>("list", "--all", "--limit", "0");
  const named = async (words: string): Promise<Row> => (await tasks()).find(({ title }) => title.includes(words))!;
  beforeAll(async () => {
    project = await makeProject({ repository: false });
    await project.rig.taskwerk("init", "--here");
    // One server for all of it.
    await firstLine(project.rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]));
    await project.write("prd.md", PRD);
    expect((await project.conductor(["plan", "decompose", "prd.md", "--planner", "outline"])).code).toBe(0);
  });
  afterAll(() => project.rig.remove());

  it("of which a quote no longer stands is not imported before that is settled", async () => {
    await project.write("prd.md", CHANGED);
    const { exit, error } = await project.json(["plan", "import", "--confirm"]);
    expect({ exit, code: error?.code }).toEqual({ exit: 4, code: "POLICY_UNMET" });
    expect(error?.message).toContain("quotes what no longer stands in prd.md");
    expect(error?.hint).toContain("conductor plan update");
    const linted = await project.json<{ findings: readonly { rule: string; line: number }[] }>(["plan", "lint"]);
    expect(linted.exit).toBe(11);
    const stale = linted.data.findings.filter(({ rule }) => rule === "stale-quote");
    const lines = (await text()).split("\n");
    expect(stale.length).toBeGreaterThan(0);
    for (const { line } of stale) expect(lines[line - 1]).toMatch(/^ {2}- (?:id|key): /);
    await project.write("prd.md", PRD);
    expect((await project.json(["plan", "lint"])).exit).toBe(0);
  });

  it("differ by exactly one added, one removed, one changed", async () => {
    await project.write(FILE, (await text()).replace(/ {2}- key: payment\.every/, `${comment}$&`));
    expect((await project.conductor(["plan", "import", "--confirm"])).code).toBe(0);
    const landed = await named("ledger");
    await project.rig.taskwerk("start", landed.id);
    await project.rig.taskwerk("done", landed.id);
    await project.rig.taskwerk("update", (await named("warn before")).id, "--priority", "critical");
    await project.write("prd.md", CHANGED);
    // Planned and imported anew, every task would be there twice.
    for (const words of [
      ["plan", "decompose", "prd.md"],
      ["plan", "create", "prd.md", "--auto-import"],
    ]) {
      const { exit, error } = await project.json(words);
      expect({ exit, code: error?.code }).toEqual({ exit: 2, code: "USAGE" });
      expect(error?.hint).toContain("conductor plan update");
    }
    const { data: seen } = await project.json<Updated>(["plan", "diff"]);
    const counts = (one: Updated["diff"]["tasks"] | Updated["diff"]["requirements"]) =>
      [one.added, one.removed, one.changed].map(({ length }) => length);
    expect([counts(seen.diff.requirements), counts(seen.diff.tasks)]).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(await project.json(["plan", "update"])).toMatchObject({ exit: 4, error: { code: "CONFIRMATION_REQUIRED" } });
    expect((await project.json<Updated>(["plan", "update", "--dry-run"])).data.applied).toBe(false);
    expect((await tasks()).some(({ title }) => title.includes("Refunds"))).toBe(false);
  });

  it("are brought together by update: what is over is not touched, and once is enough", async () => {
    const before = await named("ledger");
    const untouched = await named("thirty days");
    const { exit, data } = await project.json<Updated>(["plan", "update", "--confirm"]);
    expect({ exit, applied: data.applied }).toEqual({ exit: 0, applied: true });
    expect((await named("Refunds")).status).toBe("todo");
    expect((await named("total with tax")).status).toBe("cancelled");
    expect(await named("expired")).toMatchObject({ title: expect.stringContaining("or is blocked") });
    // The landed one is not touched at all, and the others but for what only the plan knows of them.
    expect(await named("ledger")).toEqual(before);
    expect({ ...(await named("thirty days")), metadata: null, rev: 0, updated_at: "" }).toEqual({
      ...untouched,
      metadata: null,
      rev: 0,
      updated_at: "",
    });
    expect(await text()).toContain(comment);

    const again = await project.json<Updated>(["plan", "update", "--confirm"]);
    expect(again).toMatchObject({ exit: 0, data: { applied: false } });
    expect(await project.json(["plan", "create", "prd.md", "--auto-import"])).toMatchObject({
      exit: 0,
      data: { created: 0 },
    });
    expect(await project.json(["plan", "import", "--confirm"])).toMatchObject({ exit: 0, data: { created: 0 } });
  });

  it("that says again what it said before brings the task back, also into a group that was done", async () => {
    for (const words of ["thirty days", "warn before"]) {
      const { id } = await named(words);
      await project.rig.taskwerk("start", id);
      await project.rig.taskwerk("done", id);
    }
    const line = "- The cart must show the total with tax\n";
    const added = "- The cart must be emptied with one key\n";
    await project.write("prd.md", CHANGED.replace("- The cart should", `${line}${added}- The cart should`));
    const { exit, data } = await project.json<Updated>(["plan", "update", "--confirm"]);
    expect({ exit, added: data.taskwerk?.added.length, changed: data.taskwerk?.changed.length }).toEqual({
      exit: 0,
      added: 1,
      changed: 1,
    });
    expect([(await named("total with tax")).status, (await named("one key")).status]).toEqual(["todo", "todo"]);
    expect((await tasks()).find(({ title }) => title === "Cart")?.status).not.toBe("done");
    await project.write("prd.md", CHANGED);
    expect((await project.json(["plan", "update", "--confirm"])).exit).toBe(0);
    expect([(await named("total with tax")).status, (await named("one key")).status]).toEqual([
      "cancelled",
      "cancelled",
    ]);
  });

  it("that was edited after the import is refused by import and taken by update", async () => {
    const key = (await named("expired")).key!.replace(/^[^/]*\//, "");
    const edited = (await text()).replace(
      new RegExp(`(key: ${key.replaceAll(".", "\\.")}\n.*\n {4}title: ).*`),
      "$1Keep the cart",
    );
    await project.write(FILE, edited);
    const refused = await project.json(["plan", "import", "--confirm"]);
    expect(refused).toMatchObject({ exit: 8, error: { code: "IDEMPOTENCY_MISMATCH" } });
    expect(refused.error?.hint).toContain("conductor plan update");
    expect((await tasks()).some(({ title }) => title === "Keep the cart")).toBe(false);
    expect((await project.json(["plan", "update", "--confirm"])).exit).toBe(0);
    expect((await named("Keep the cart")).status).toBe("todo");
  });

  it("whose document is gone is named, and nothing is changed", async () => {
    const before = await text();
    await rm(join(project.dir, "prd.md"));
    const { exit, error } = await project.json(["plan", "update", "--confirm"]);
    expect({ exit, code: error?.code }).toEqual({ exit: 3, code: "FILE_NOT_FOUND" });
    expect(await text()).toBe(before);
    await project.write("prd.md", CHANGED);
  });

  it("are traced from line to task, with what is not proven", async () => {
    const { exit, data } = await project.json<{
      counts: Record<string, number>;
      requirements: readonly {
        id: string;
        state: string;
        source: string;
        missing: string | null;
        tasks: readonly { task: string | null }[];
      }[];
    }>(["plan", "trace"]);
    expect(exit).toBe(0);
    expect(data.counts).toEqual({ total: 5, proven: 0, built: 3, "not-built": 2 });
    const ledger = data.requirements.find(({ state }) => state === "built")!;
    expect(ledger).toMatchObject({
      missing: expect.stringContaining("no test ran"),
      source: expect.stringMatching(/^prd\.md#L\d+$/),
    });
    const one = await project.json<{ requirements: readonly unknown[] }>(["plan", "trace", ledger.id.toLowerCase()]);
    expect(one.data.requirements).toHaveLength(1);
    expect(await project.json(["plan", "trace", `${ledger.id}x`])).toMatchObject({
      exit: 2,
      error: { code: "USAGE", candidates: [ledger.id] },
    });
  });
});

describe("two plans", () => {
  it("are compared by what they say", async () => {
    const project = await makeProject({ repository: false });
    try {
      await project.write("a.yaml", hand("tasks:\n  - { key: a, title: A }\n  - { key: b, title: B }\n"));
      await project.write(
        "b.yaml",
        hand("tasks:\n  - { key: a, title: A, priority: high }\n  - { key: c, title: C }\n"),
      );
      const { data } = await project.json<{ diff: Updated["diff"] & { same: boolean } }>([
        "plan",
        "diff",
        "a.yaml",
        "b.yaml",
      ]);
      expect(data.diff.tasks).toMatchObject({
        added: [{ key: "c" }],
        removed: [{ key: "b" }],
        changed: [{ key: "a", fields: [{ field: "priority", before: "medium", after: "high" }] }],
      });
      const same = await project.json<{ diff: { same: boolean } }>(["plan", "diff", "a.yaml", "a.yaml"]);
      expect(same.data.diff.same).toBe(true);
    } finally {
      await project.rig.remove();
    }
  });
});

describe("an import", () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject({ repository: false });
  });
  afterAll(() => project.rig.remove());
  const count = async (): Promise<number> =>
    (await project.rig.data<readonly Row[]>("list", "--all", "--limit", "0")).length;

  it("into a store that has other tasks of the same keys says which, and adds nothing", async () => {
    await project.rig.taskwerk("init", "--here");
    await project.rig.taskwerk("add", "Somebody else's", "--key", "hand/b");
    await project.write("p.yaml", hand("tasks:\n  - { key: a, title: A }\n  - { key: b, title: B }\n"));
    const { exit, error } = await project.json(["plan", "import", "p.yaml", "--confirm"]);
    expect(error).toMatchObject({
      code: "DUPLICATE_KEY",
      message: expect.stringContaining("1 other task"),
      candidates: ["TASK-001"],
    });
    expect({ exit, tasks: await count() }).toEqual({ exit: 8, tasks: 1 });
    expect(await readFile(join(project.dir, "p.yaml"), "utf8")).not.toContain("imported");
  });

  it("has ticked tasks done, tells tags, keys and metadata, and keeps hierarchy and dependencies", async () => {
    await project.write(
      "full.yaml",
      hand(
        "requirements:\n  - { id: R1, text: it flies, acceptance: [it is seen] }\ntasks:\n  - { key: g, title: G }\n  - { key: g.a, parent: g, title: A, done: true, requirements: [R1] }\n  - { key: g.b, parent: g, title: B, depends_on: [g.a], acceptance: [{ text: it runs, proof: npm test }] }\n",
      ).replace("id: hand", "id: full"),
    );
    expect((await project.conductor(["plan", "import", "full.yaml", "--confirm"])).code).toBe(0);
    const rows = (
      await project.rig.data<
        readonly (Row & { parent: string | null; depends_on: readonly string[]; tags: readonly string[] })[]
      >("list", "--all", "--limit", "0")
    ).filter(({ key }) => key?.startsWith("full/"));
    const by = (key: string) => rows.find((row) => row.key === `full/${key}`)!;
    expect(by("g.a")).toMatchObject({
      status: "done",
      parent: by("g").id,
      metadata: { plan: { id: "full", key: "g.a", requirements: ["R1"] } },
    });
    expect(by("g.b")).toMatchObject({
      status: "todo",
      depends_on: [by("g.a").id],
      tags: ["plan:full"],
      metadata: { plan: { proofs: ["npm test"] } },
    });
    expect(by("g").tags.toSorted()).toEqual(["group", "plan:full"]);
  });

  it("that is refused half-way leaves nothing behind, in the log neither: a group is opened and filled in one operation", async () => {
    const tasks = "tasks:\n  - { key: g, title: G }\n  - { key: a, parent: g, title: A }\n  - { key: c, title: C }\n";
    const file = (more = ""): string => hand(tasks + more).replace("id: hand", "id: half");
    await project.write("half.yaml", file());
    expect((await project.conductor(["plan", "import", "half.yaml", "--confirm"])).code).toBe(0);
    const rows = await project.rig.data<readonly Row[]>("list", "--all", "--limit", "0");
    const idOf = (key: string): string => rows.find((row) => row.key === `half/${key}`)!.id;
    await project.rig.taskwerk("start", idOf("a"));
    await project.rig.taskwerk("done", idOf("a"));
    await project.rig.taskwerk("dep", "add", idOf("c"), idOf("g"));
    await project.write("half.yaml", file("  - { key: b, parent: g, title: B, depends_on: [c] }\n"));
    const log = async () =>
      (await project.rig.data<readonly { op: string }[]>("log", "--limit", "0")).map(({ op }) => op);
    const before = await log();
    const { exit, error } = await project.json(["plan", "update", "half.yaml", "--confirm"]);
    expect({ exit, code: error?.code }).toEqual({ exit: 8, code: "DEPENDENCY_CYCLE" });
    expect(error?.message).not.toContain("operations");
    expect(await log()).toEqual(before);
    expect((await project.rig.data<Row>("show", idOf("g"))).status).toBe("done");
    await project.rig.taskwerk("dep", "rm", idOf("c"), idOf("g"));
    const between = (await log()).length;
    expect((await project.json(["plan", "update", "half.yaml", "--confirm"])).exit).toBe(0);
    expect((await project.rig.data<Row>("show", idOf("g"))).status).not.toBe("done");
    expect((await log()).length).toBe(between + 1);
  });

  it("made and imported in one go needs a file, and leaves none that is named -", async () => {
    const refused = await project.json(["plan", "create", "prd.md", "-o", "-", "--auto-import"]);
    expect(refused).toMatchObject({ exit: 2, error: { code: "USAGE", hint: expect.stringContaining("-o plan.yaml") } });
    expect(await readdir(project.dir)).not.toContain("-");
  });

  it("of what a plan said before an update is refused, as it says something else; what an update leaves alone is only told", async () => {
    const file = (more: string): string => hand(`tasks:\n${more}`).replace("id: hand", "id: older");
    const older = file("  - { key: a, title: A }\n  - { key: b, title: B }\n");
    await project.write("older.yaml", older);
    expect((await project.conductor(["plan", "import", "older.yaml", "--confirm"])).code).toBe(0);
    for (const newer of [
      file("  - { key: a, title: A }\n  - { key: b, title: B, questions: [Why?] }\n"),
      file("  - { key: a, title: Another }\n  - { key: c, title: C }\n"),
    ]) {
      await project.write("older.yaml", newer);
      expect((await project.json(["plan", "update", "older.yaml", "--confirm"])).exit).toBe(0);
      expect(await project.json(["plan", "import", "older.yaml", "--confirm"])).toMatchObject({ exit: 0, error: null });
      const before = await project.rig.data<readonly Row[]>("list", "--all", "--limit", "0");
      await project.write("older.yaml", older);
      expect(await project.json(["plan", "import", "older.yaml", "--confirm"])).toMatchObject({
        exit: 8,
        error: { code: "IDEMPOTENCY_MISMATCH", hint: expect.stringContaining("conductor plan update") },
      });
      expect(await project.rig.data<readonly Row[]>("list", "--all", "--limit", "0")).toEqual(before);
      expect((await project.json(["plan", "update", "older.yaml", "--confirm"])).exit).toBe(0);
    }
    const { id } = (await project.rig.data<readonly Row[]>("list", "--all", "--limit", "0")).find(
      ({ key }) => key === "older/a",
    )!;
    await project.rig.taskwerk("start", id);
    await project.write("older.yaml", older.replace("title: A ", "title: Otherwise "));
    const { code, stderr } = await project.conductor(["plan", "import", "older.yaml", "--confirm"]);
    expect({ code, told: /left alone: {2}conductor plan diff .*older\.yaml/.test(stderr) }).toEqual({
      code: 0,
      told: true,
    });
  });

  it("that was taken back in taskwerk is not silently counted as there", async () => {
    await project.write("back.yaml", hand("tasks:\n  - { key: a, title: Back }\n").replace("id: hand", "id: back"));
    expect((await project.conductor(["plan", "import", "back.yaml", "--confirm"])).code).toBe(0);
    const [last] = await project.rig.data<readonly { op: string }[]>("log");
    expect((await project.rig.taskwerk("undo", "--op", last!.op)).code).toBe(0);
    expect(await project.json(["plan", "import", "back.yaml", "--confirm"])).toMatchObject({
      exit: 8,
      error: { code: "IDEMPOTENCY_MISMATCH", message: expect.stringContaining("taken back") },
    });
  });
});

describe("bad input", () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject({ repository: false });
    await project.write("prd.md", PRD);
  });
  afterAll(() => project.rig.remove());

  it.each(["0", "-1", "11", "two", "1.5", "", "1e1"])(
    "--max-depth %j is refused before anything is read",
    async (depth) => {
      for (const words of [
        ["plan", "decompose", "nope.md"],
        ["plan", "lint"],
        ["plan", "update"],
      ]) {
        const { exit, error } = await project.json([...words, `--max-depth=${depth}`]);
        expect([words[1], exit, error?.code]).toEqual([words[1], 2, "USAGE"]);
        expect(error?.hint).toContain("--max-depth 3");
      }
    },
  );

  it.each([
    ["duplicate keys", "tasks:\n  - { key: a, title: A }\n  - { key: a, title: B }\n", "duplicate-key", 6],
    [
      "a dependency on nothing",
      "tasks:\n  - { key: build, title: A }\n  - { key: b, title: B, depends_on: [biuld] }\n",
      "dangling-dependency",
      6,
    ],
  ])("%s: line and remedy, and no import", async (_, more, rule, line) => {
    await project.write("bad.yaml", hand(more));
    const { exit, data } = await project.json<{ findings: readonly { rule: string; line: number; hint: string }[] }>([
      "plan",
      "lint",
      "bad.yaml",
    ]);
    expect(exit).toBe(2);
    expect(data.findings).toContainEqual(expect.objectContaining({ rule, line, hint: expect.any(String) }));
    expect(await project.json(["plan", "import", "bad.yaml", "--confirm"])).toMatchObject({
      exit: 2,
      error: { code: "PLAN_INVALID" },
    });
    expect(await readdir(project.dir)).not.toContain(".taskwerk");
  });

  it("a broken file among good ones is told by list", async () => {
    await project.write(".conductor/plans/good.yaml", hand("tasks:\n  - { key: a, title: A }\n"));
    await project.write(".conductor/plans/bad.yaml", "version: 1\nid: [\n");
    const { stdout, stderr } = await project.conductor(["plan", "list"]);
    expect(stdout).toContain("hand");
    expect(stderr).toContain("bad.yaml line 3");
  });
});

describe("a review", () => {
  let project: Project;
  const FIRST = hand(
    "# by Ann\nrequirements:\n  - { id: R1, text: it flies, acceptance: [it is seen] }\ntasks:\n- key: a\n  title:   A   # first\n",
  );
  const editor = async (script: string): Promise<Readonly<Record<string, string>>> => {
    await project.write("bin/editor.sh", `#!/bin/sh\nfile="$1"\n${script}\n`);
    return { EDITOR: `sh ${join(project.dir, "bin/editor.sh")}` };
  };
  const text = (): Promise<string> => readFile(join(project.dir, "p.yaml"), "utf8");
  beforeAll(async () => {
    project = await makeProject({ repository: false });
  });
  afterAll(() => project.rig.remove());

  it("ends with 11 while a gap or a question is open, with 2 for errors, with 0 when all is settled", async () => {
    await project.write("p.yaml", FIRST);
    const { code, stdout } = await project.conductor(["plan", "review", "p.yaml"]);
    expect(code).toBe(11);
    expect(stdout).toMatch(/MUST 0 of 1[\s\S]*gap +R1 "it flies" has no task/);
    expect((await project.conductor(["plan", "review", "p.yaml", "--no-tui"])).stdout).toBe(stdout);
    await project.write(
      "p.yaml",
      FIRST.replace("title:   A   # first", "title: A\n  requirements: [R1]\n  questions: [Why?]"),
    );
    expect((await project.json(["plan", "review", "p.yaml"])).exit).toBe(11);
    await project.write("p.yaml", FIRST.replace("title:   A   # first", "title: A\n  requirements: [R1]"));
    expect((await project.json(["plan", "review", "p.yaml"])).exit).toBe(0);
    await project.write("p.yaml", FIRST.replace("title:   A", "title: A\n  depends_on: [x]"));
    expect((await project.json(["plan", "review", "p.yaml"])).exit).toBe(2);
  });

  it("in an editor takes what is sound to the letter", async () => {
    await project.write("p.yaml", FIRST);
    const env = await editor("printf '  requirements: [R1] # mine\\n' >> \"$file\"");
    expect((await project.conductor(["plan", "review", "p.yaml", "--edit"], { env })).code).toBe(0);
    expect(await text()).toBe(
      `${FIRST}  requirements: [R1] # mine\n`.replace("id: hand\n", "id: hand\nstatus: reviewing\n"),
    );
  });

  it("in an editor that changes nothing changes nothing", async () => {
    const before = await text();
    const { code, stderr } = await project.conductor(["plan", "review", "p.yaml", "--edit"], {
      env: await editor(":"),
    });
    expect({ code, stderr: stderr.includes("nothing was changed"), text: await text() }).toEqual({
      code: 0,
      stderr: true,
      text: before,
    });
    expect(await readdir(project.dir)).not.toContain(".editing");
  });

  it("loses nothing of what is not sound: the file stays, and the next edit goes on with it", async () => {
    const before = await text();
    const broken = await project.json(["plan", "review", "p.yaml", "--edit"], {
      env: await editor("printf -- '- key: b\\n  tittle: B\\n' >> \"$file\""),
    });
    expect(broken).toMatchObject({
      exit: 2,
      error: { code: "PLAN_INVALID", message: expect.stringContaining(".editing/p.yaml") },
    });
    expect(await text()).toBe(before);
    const left = await readFile(join(project.dir, ".editing/p.yaml"), "utf8");
    expect(left).toMatch(/^#! .*\n#! .*tittle/);
    expect(left).toContain("- key: b\n  tittle: B\n");
    const { code, stderr } = await project.conductor(["plan", "review", "p.yaml", "--edit"], {
      env: await editor("sed -i 's/tittle: B/title: B/' \"$file\""),
    });
    expect({ code, stderr: stderr.includes("going on with what was typed before") }).toEqual({ code: 0, stderr: true });
    expect(await text()).toBe(`${before}- key: b\n  title: B\n`);
  });

  it("does not write over what somebody else wrote meanwhile", async () => {
    const env = await editor(`printf '# mine\\n' >> "$file"; printf '# theirs\\n' >> ${join(project.dir, "p.yaml")}`);
    expect(await project.json(["plan", "review", "p.yaml", "--edit"], { env })).toMatchObject({
      exit: 8,
      error: { code: "REV_MISMATCH" },
    });
    expect(await text()).toContain("# theirs");
    expect(await readFile(join(project.dir, ".editing/p.yaml"), "utf8")).toContain("# mine");
    await rm(join(project.dir, ".editing"), { recursive: true });
  });

  it("does not put what was left of an edit over a file that was written after it, unless told to", async () => {
    const before = await text();
    const spoil = await editor("printf 'tasks: 1\\n' >> \"$file\"");
    expect(await project.json(["plan", "review", "p.yaml", "--edit"], { env: spoil })).toMatchObject({ exit: 2 });
    const theirs = `${before}# theirs\n`;
    await project.write("p.yaml", theirs);
    const mend = await editor("sed -i '/^tasks: 1$/d' \"$file\"; printf '# mine\\n' >> \"$file\"");
    expect(await project.json(["plan", "review", "p.yaml", "--edit"], { env: mend })).toMatchObject({
      exit: 8,
      error: { code: "REV_MISMATCH", hint: expect.stringContaining("diff ") },
    });
    expect(await text()).toBe(theirs);
    expect(await project.json(["plan", "review", "p.yaml", "--edit", "--yes"], { env: mend })).toMatchObject({
      exit: 0,
      error: null,
    });
    expect(await text()).toBe(`${before}# mine\n`);
    await project.write("p.yaml", before);
  });

  it("knows by what a file says, not by when it was written, whether it is newer than what was left of an edit", async () => {
    const before = await text();
    const copy = join(project.dir, ".editing/p.yaml");
    const spoil = await editor("printf 'tasks: 1\\n' >> \"$file\"");
    expect(await project.json(["plan", "review", "p.yaml", "--edit"], { env: spoil })).toMatchObject({ exit: 2 });
    const [past, future] = [new Date("2001-01-01"), new Date("2100-01-01")];
    const mend = await editor("sed -i '/^tasks: 1$/d' \"$file\"; printf '# mine\\n' >> \"$file\"");
    // A checkout, or a clock that was set, gives a file any time.
    await project.write("p.yaml", `${before}# theirs\n`);
    await utimes(copy, future, future);
    expect(await project.json(["plan", "review", "p.yaml", "--edit"], { env: mend })).toMatchObject({
      exit: 8,
      error: { code: "REV_MISMATCH" },
    });
    await project.write("p.yaml", before);
    await utimes(copy, past, past);
    expect(await project.json(["plan", "review", "p.yaml", "--edit"], { env: mend })).toMatchObject({ exit: 0 });
    expect(await text()).toBe(`${before}# mine\n`);
    expect(await readdir(project.dir)).not.toContain(".editing");
    await project.write("p.yaml", before);
  });

  it("without an editor, or with one that fails, says so", async () => {
    expect(await project.json(["plan", "review", "p.yaml", "--edit"])).toMatchObject({
      exit: 2,
      error: { code: "USAGE", field: "edit" },
    });
    expect(await project.json(["plan", "review", "p.yaml", "--edit"], { env: { EDITOR: "false" } })).toMatchObject({
      exit: 2,
      error: { code: "USAGE" },
    });
  });
});
