import { mkdtemp, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { listPlans, loadPlan, newestPlan, planPath, savePlan } from "./file.ts";
import { planFromYaml, planToYaml } from "./plan-yaml.ts";
import { samplePlan, sampleRequirement, sampleTask } from "./sample-plan.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "plans-"));
});

const plan = samplePlan(
  [
    sampleTask("a", {
      acceptance: [
        { text: "it runs", proof: "npm test" },
        { text: "it is documented", proof: null },
      ],
      questions: ["Which?"],
      done: true,
    }),
    sampleTask("b", {
      parent: "a",
      depends_on: [],
      description: 'first\n\n- second: "x"\n',
      quote: "  - indented\n\tand a tab",
    }),
  ],
  {
    requirements: [sampleRequirement("R1")],
    left_out: [{ title: "Later", source: "prd.md#L9", items: 2, reason: "not wanted" }],
  },
);

describe("a plan file", () => {
  it("comes back as it was written, under the plan's name, and leaves nothing else behind", async () => {
    const path = await savePlan(dir, plan);
    expect(path).toBe(join(dir, "prd.yaml"));
    expect(await loadPlan(path)).toEqual(plan);
    expect(await readdir(dir)).toEqual(["prd.yaml"]);
  });

  it("comes back whatever its texts are", () => {
    const text = fc
      .string({ unit: "binary", maxLength: 40 })
      .filter(
        (value) =>
          !/\p{Cs}/u.test(value) &&
          !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/.test(value),
      );
    fc.assert(
      fc.property(text, text, text, (title, description, quote) => {
        const odd = samplePlan(
          [sampleTask("a", { title: `t${title}`, description, quote: quote === "" ? null : quote })],
          { non_goals: [title] },
        );
        expect(planFromYaml(planToYaml(odd), "p.yaml")).toEqual(odd);
      }),
    );
  });

  it("keeps a person's comments when a program writes it again", async () => {
    const path = await savePlan(dir, plan);
    const text = await readFile(path, "utf8");
    await writeFile(
      path,
      text
        .replace("  - key: b", "  # b is risky\n  - key: b")
        .replace("title: Title of b", "title: Title of b # ask Ann"),
    );
    await savePlan(dir, { ...plan, status: "reviewing", tasks: [sampleTask("new"), ...plan.tasks] });
    const after = await readFile(path, "utf8");
    expect(after).toContain("# b is risky");
    expect(after).toContain("# ask Ann");
    expect((await loadPlan(path)).tasks.map(({ key }) => key)).toEqual(["new", "a", "b"]);
    expect((await loadPlan(path)).status).toBe("reviewing");
  });

  it("may be written by hand with little in it", () => {
    expect(
      planFromYaml("version: 1\nid: mine\ntasks:\n  - key: a\n    title: Do it\n    acceptance: [it works]\n", "p")
        .tasks[0],
    ).toMatchObject({
      key: "a",
      parent: null,
      priority: "medium",
      acceptance: [{ text: "it works", proof: null }],
    });
  });

  it("is refused with the line and field of every fault", () => {
    const text =
      "version: 1\nid: mine\ntasks:\n  - key: a\n    title: A\n    priority: urgent\n  - key: b\n    tittle: B\n";
    expect(() => planFromYaml(text, "p.yaml")).toThrow(
      expect.objectContaining({
        code: "PLAN_INVALID",
        message: expect.stringMatching(/^p\.yaml line 6: tasks\.0\.priority: /),
        details: expect.objectContaining({ faults: expect.arrayContaining([expect.objectContaining({ line: 7 })]) }),
      }),
    );
  });

  it.each([
    ["broken YAML", "version: 1\nid: [", /line \d/],
    ["no plan at all", "- a\n- b\n", /line 1/],
    ["an empty file", "", /line 1/],
    [
      "aliases that explode",
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(10)}]\nc: &c [${"*b,".repeat(10)}]\nd: [${"*c,".repeat(10)}]\n`,
      /alias/i,
    ],
  ])("is refused when it is %s", (_, text, message) => {
    expect(() => planFromYaml(text, "p.yaml")).toThrow(
      expect.objectContaining({ code: "PLAN_INVALID", message: expect.stringMatching(message) }),
    );
  });

  it("is found with near names, newest first, and without files that are no plans", async () => {
    const older = await savePlan(dir, plan);
    await utimes(older, 1, 1);
    const newer = await savePlan(dir, { ...plan, id: "other-aaaaaa" });
    await writeFile(join(dir, "notes.yaml"), "hello: 1\n");
    await utimes(join(dir, "notes.yaml"), 0, 0);
    expect((await listPlans(dir)).map(({ path }) => path)).toEqual([newer, older]);
    expect((await newestPlan(dir)).path).toBe(newer);
    await expect(loadPlan(join(dir, "othr.yaml"))).rejects.toMatchObject({
      code: "PLAN_NOT_FOUND",
      candidates: [newer],
    });
    await expect(newestPlan(join(dir, "none"))).rejects.toMatchObject({ code: "PLAN_NOT_FOUND" });
    expect(planPath(dir, { id: "other-aaaaaa" })).toBe(newer);
  });
});
