import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { makeProject, ownFile, type Project } from "./project.ts";

interface PlanTask {
  readonly key: string;
  readonly parent: string | null;
  readonly title: string;
  readonly depends_on: readonly string[];
  readonly source: string | null;
  readonly quote: string | null;
}
interface Shown {
  readonly id: string;
  readonly file: string;
  readonly plan: { readonly status: string; readonly tasks: readonly PlanTask[] };
  readonly summary: {
    readonly counts: { readonly tasks: number; readonly leaves: number };
    readonly coverage: { readonly must: { readonly total: number; readonly covered: number } };
    readonly problems: readonly { readonly severity: string }[];
    readonly rows: readonly { readonly depth: number; readonly number: string; readonly after: readonly string[] }[];
  };
}
interface Imported {
  readonly created: number;
  readonly skipped: number;
}

const DOCUMENTS = [
  "examples/prds/linkcheck.md",
  "packages/conductor/src/plan/fixtures/parcel-desk.md",
  "packages/conductor/src/plan/fixtures/reminders-spec.md",
  "packages/conductor/src/plan/fixtures/reminders-tasks.md",
];

describe.each(DOCUMENTS)("%s, without a model", (document) => {
  const name = document.split("/").at(-1)!;
  let project: Project;
  let shown: Shown;
  beforeAll(async () => {
    project = await makeProject({ repository: false });
    await copyFile(ownFile(document), join(project.dir, name));
    const made = await project.json<Shown>(["plan", "decompose", name, "--planner", "outline"]);
    expect(made.exit).toBe(0);
    shown = made.data;
  });
  afterAll(() => project.rig.remove());

  it("becomes a plan without errors, three deep at most, that covers every MUST", () => {
    expect(shown.summary.problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(Math.max(...shown.summary.rows.map(({ depth }) => depth))).toBeLessThanOrEqual(3);
    expect(shown.summary.coverage.must.covered).toBe(shown.summary.coverage.must.total);
    expect(shown.summary.counts.leaves).toBeGreaterThan(5);
  });

  it("quotes its lines byte for byte", async () => {
    const lines = (await readFile(join(project.dir, name), "utf8")).split("\n");
    const quoted = shown.plan.tasks.filter(({ quote }) => quote !== null);
    expect(quoted.length).toBeGreaterThan(0);
    for (const { source, quote } of quoted) {
      const [, from, to] = /#L(\d+)(?:-L?(\d+))?$/.exec(source ?? "")!;
      const said = lines.slice(Number(from) - 1, Number(to ?? from)).join("\n");
      expect(said).toContain(quote!);
    }
  });

  it("is shown and listed, imported as one batch, and adds nothing the second time", async () => {
    const { data: again } = await project.json<Shown>(["plan", "show"]);
    expect(again.plan.tasks).toEqual(shown.plan.tasks);
    const asked = await project.json(["plan", "import"]);
    expect(asked).toMatchObject({ exit: 4, error: { code: "CONFIRMATION_REQUIRED" } });
    const tasks = shown.plan.tasks.length;
    const first = await project.json<Imported>(["plan", "import", "--confirm"]);
    expect(first).toMatchObject({ exit: 0, data: { created: tasks, skipped: 0 } });
    const second = await project.json<Imported>(["plan", "import", "--confirm"]);
    expect(second).toMatchObject({ exit: 0, data: { created: 0, skipped: tasks } });
    const list = await project.rig.data<{ id: string }[]>("list", "--all", "--limit", "0");
    expect(list.length).toBe(tasks);
    expect(await project.json(["plan", "list"])).toMatchObject({ data: [{ status: "imported", tasks }] });
  });
});

describe("a plan file", () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject({ repository: false });
    await copyFile(ownFile("examples/prds/linkcheck.md"), join(project.dir, "prd.md"));
  });
  afterAll(() => project.rig.remove());

  const plan = (more: string): string =>
    `version: 1\nid: hand\nstatus: draft\nplanner: { name: hand, model: null }\nsources: []\n${more}`;

  it("goes where -o says, and to stdout and nowhere else with -o -", async () => {
    expect((await project.conductor(["plan", "decompose", "prd.md", "-o", "out/plan.yaml"])).code).toBe(0);
    const { code, stdout } = await project.conductor(["plan", "decompose", "prd.md", "-o", "-"]);
    expect(code).toBe(0);
    expect(parse(stdout)).toEqual(parse(await readFile(join(project.dir, "out/plan.yaml"), "utf8")));
    await expect(readFile(join(project.dir, "-"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(await project.json(["plan", "decompose", "prd.md", "-o", "-"])).toMatchObject({
      exit: 2,
      error: { code: "USAGE" },
    });
  });

  it("is not made from stdin: its lines could not be found again", async () => {
    for (const words of [
      ["plan", "decompose", "-"],
      ["plan", "create", "prd.md", "-", "--auto-import"],
    ])
      expect(await project.json(words, { stdin: "# Shop\n\n- It must sell\n" })).toMatchObject({
        exit: 2,
        error: { code: "USAGE", given: "-", hint: expect.stringContaining("cat > prd.md") },
      });
  });

  it.each([
    { what: "broken YAML", text: "a: [\n", says: "line 2" },
    { what: "an unknown key", text: plan("frobs: 1\nrequirements: []\ntasks: []\n"), says: '"frobs"' },
    {
      what: "a cycle",
      text: plan(
        "requirements: []\ntasks:\n  - { key: a, title: A, depends_on: [b] }\n  - { key: b, title: B, depends_on: [a] }\n",
      ),
      says: "wait for each other",
    },
    { what: "nothing in it", text: "\n", says: "line 1" },
  ])("with $what is refused, and nothing is imported", async ({ text, says }) => {
    await project.write("bad.yaml", text);
    const { exit, error } = await project.json(["plan", "import", "bad.yaml", "--confirm"]);
    expect({ exit, code: error?.code }).toEqual({ exit: 2, code: "PLAN_INVALID" });
    expect(error!.message).toContain(says);
    expect(error!.hint).not.toContain("plan review");
    // Its faults come before the question whether it is meant.
    expect(await project.json(["plan", "import", "bad.yaml"])).toMatchObject({
      exit: 2,
      error: { code: "PLAN_INVALID", message: expect.stringContaining(says) },
    });
  });

  it("that is a directory, or not there, is named as what it is", async () => {
    expect(await project.json(["plan", "show", "out"])).toMatchObject({ exit: 2, error: { code: "PLAN_INVALID" } });
    expect(await project.json(["plan", "show", "nope"])).toMatchObject({ exit: 3, error: { code: "PLAN_NOT_FOUND" } });
  });

  it("is found by the name of its document too, and what is near comes before what is not", async () => {
    for (const name of ["alpha", "duplex", "dup"]) {
      await copyFile(ownFile("examples/prds/linkcheck.md"), join(project.dir, `${name}.md`));
      expect((await project.conductor(["plan", "decompose", `${name}.md`, "--planner", "outline"])).code).toBe(0);
    }
    expect((await project.json<Shown>(["plan", "show", "dup"])).data.id).toMatch(/^dup-/);
    const { error } = await project.json(["plan", "show", "dupl"]);
    expect(error!.candidates).toEqual([expect.stringMatching(/^duplex-/), expect.stringMatching(/^dup-/)]);
  });

  it("with a MUST that has no task is imported only with --allow-gaps", async () => {
    await project.write(
      "gap.yaml",
      plan(
        'requirements:\n  - { id: R1, level: must, text: it flies, acceptance: [], source: "prd.md#L1", quote: it flies }\ntasks:\n  - { key: a, title: A }\n',
      ),
    );
    const refused = await project.json(["plan", "import", "gap.yaml", "--confirm"]);
    expect(refused).toMatchObject({ exit: 4, error: { code: "POLICY_UNMET", message: expect.stringContaining("R1") } });
    expect(await project.json(["plan", "import", "gap.yaml"])).toMatchObject({
      exit: 4,
      error: { code: "POLICY_UNMET" },
    });
    expect(await project.json(["plan", "import", "gap.yaml", "--allow-gaps"])).toMatchObject({
      exit: 4,
      error: { code: "CONFIRMATION_REQUIRED" },
    });
    const taken = await project.json<Imported>(["plan", "import", "gap.yaml", "--confirm", "--allow-gaps"]);
    expect(taken).toMatchObject({ exit: 0, data: { created: 1 } });
  });
});

describe("a plan file that people work on", () => {
  let project: Project;
  const prd = "# Shop\n\n## Build\n\n- The cart must keep its items\n- The total must include tax\n";
  const file = (): Promise<string> => readFile(join(project.dir, ".conductor/plans/prd.yaml"), "utf8");
  beforeAll(async () => {
    project = await makeProject({ repository: false });
    await project.write("prd.md", prd);
    await project.write("other/prd.md", prd.replace("Shop", "Warehouse").replace("cart", "shelf"));
  });
  afterAll(() => project.rig.remove());

  it("is made anew while nobody has touched it, and never written over afterwards", async () => {
    for (const _ of [1, 2]) expect((await project.conductor(["plan", "decompose", "prd.md"])).code).toBe(0);
    const edited = (await file()).replace(/(title: .*keep its items)/, "$1 for a day");
    await project.write(".conductor/plans/prd.yaml", edited);
    expect(await project.json(["plan", "decompose", "prd.md"])).toMatchObject({ exit: 2, error: { code: "USAGE" } });
    await project.write(".conductor/plans/prd.yaml", `${edited}broken: [\n`);
    expect((await project.json(["plan", "decompose", "prd.md"])).exit).toBe(2);
    await project.write(".conductor/plans/prd.yaml", edited);
    expect(await file()).toBe(edited);
  });

  it("is gone on with where a plan is needed, and stays once it is imported", async () => {
    const { exit, data } = await project.json<Imported>(["plan", "create", "prd.md", "--auto-import"]);
    expect({ exit, created: data.created > 0 }).toEqual({ exit: 0, created: true });
    const titles = (await project.rig.data<readonly { title: string }[]>("list", "--all")).map(({ title }) => title);
    expect(titles.join("\n")).toContain("for a day");
    const imported = await file();
    expect(imported).toContain("status: imported");
    expect((await project.json(["plan", "decompose", "prd.md"])).exit).toBe(2);
    expect(await project.json<Imported>(["plan", "create", "prd.md", "--auto-import"])).toMatchObject({
      exit: 0,
      data: { created: 0 },
    });
    expect(await file()).toBe(imported);
  });

  it("leaves the file to another document of the same name", async () => {
    const before = await file();
    const { exit, data } = await project.json<Shown>(["plan", "decompose", "other/prd.md"]);
    expect(exit).toBe(0);
    expect(data.file).not.toBe(join(project.dir, ".conductor/plans/prd.yaml"));
    expect(await file()).toBe(before);
  });

  it("is not made for a run that only checks", async () => {
    expect(await project.json(["run", "other/prd.md", "--dry-run", "--auto", "--budget", "1"])).toMatchObject({
      exit: 2,
      error: { code: "USAGE" },
    });
  });
});
