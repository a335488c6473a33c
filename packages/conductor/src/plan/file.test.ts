import { chmod, mkdtemp, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { listPlans, loadPlan, newestPlan, planPath, replacePlanText, savePlan } from "./file.ts";
import { placesIn, planFromYaml, planToYaml } from "./plan-yaml.ts";
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
  it("is not written over where it cannot be read, and a folder that cannot be read is not called empty", async () => {
    const path = join(dir, "loop.yaml");
    await symlink("loop.yaml", path);
    const refused = { code: "PLAN_INVALID", message: `${path} cannot be read: its links go in a circle` };
    await expect(savePlan(dir, plan, path)).rejects.toMatchObject(refused);
    expect(await readdir(dir)).toEqual(["loop.yaml"]);
    await expect(listPlans(path)).rejects.toMatchObject(refused);
    await expect(newestPlan(path)).rejects.toMatchObject(refused);
  });

  it("is found beside the lock of an editor, which is a link to nowhere", async () => {
    const path = await savePlan(dir, plan);
    await symlink("somebody@host.1234", join(dir, ".#plan.yaml"));
    await symlink("nowhere", join(dir, "gone.yaml"));
    expect((await listPlans(dir)).map((one) => one.path)).toEqual([path]);
    expect((await newestPlan(dir)).path).toBe(path);
  });

  it("comes back as it was written, under the plan's name, and leaves nothing else behind", async () => {
    const path = await savePlan(dir, plan);
    expect(path).toBe(join(dir, "prd.yaml"));
    expect(await loadPlan(path)).toEqual(plan);
    expect(await readdir(dir)).toEqual(["prd.yaml"]);
  });

  it("is written over what it said, and not over what somebody wrote meanwhile", async () => {
    const path = await savePlan(dir, plan);
    const text = await readFile(path, "utf8");
    expect(await replacePlanText(path, text, `${text}# ours\n`)).toBe(true);
    expect(await replacePlanText(path, text, `${text}# theirs\n`)).toBe(false);
    expect(await readFile(path, "utf8")).toBe(`${text}# ours\n`);
    expect(await readdir(dir)).toEqual(["prd.yaml"]);
  });

  it("that is there and cannot be read says why", async () => {
    const round = join(dir, "round.yaml");
    await symlink(round, round);
    await expect(loadPlan(round)).rejects.toMatchObject({
      code: "PLAN_INVALID",
      message: expect.stringContaining("its links go in a circle"),
      hint: expect.stringContaining(`ls -l ${round}`),
    });
    await expect(loadPlan(join(dir, `${"x".repeat(300)}.yaml`))).rejects.toMatchObject({ code: "PLAN_INVALID" });
  });

  it.runIf(process.getuid?.() !== 0)("that others may not read says so", async () => {
    const path = await savePlan(dir, plan);
    await chmod(path, 0);
    await expect(loadPlan(path)).rejects.toMatchObject({
      code: "PLAN_INVALID",
      message: expect.stringContaining("permission denied"),
      hint: expect.stringContaining("ls -l"),
    });
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

  it("comes back with every line break of long, indented quotes", () => {
    const long = `  - R6: ${"when the answer has a header, the tool MUST wait ".repeat(4)}`;
    for (const quote of [`${long}\n    long each time`, `${long}\n${long}\n\n`, `\n${long}`, long, `a\n${long}\nb`]) {
      const odd = samplePlan([sampleTask("a", { description: quote, quote })]);
      expect(planFromYaml(planToYaml(odd), "p.yaml")).toEqual(odd);
    }
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

  const HAND = `# Ours, by hand.
version: 1   # one day two
id: prd-0a1b2c

requirements:
- id: R1
  text: "It flies"   # Ann says so

tasks:
# the first
- key: a
  title:   'Do  it'
  depends_on: [ ]
  description: >
    folded text
    over lines

  # about b
- {key: b, title: B}
-   title: a plain title that
      goes on over lines
    key: c   # last
# the end
`;

  it("keeps every letter of what has not changed when a program edits it", () => {
    const read = planFromYaml(HAND, "p.yaml");
    expect(planToYaml(read, HAND)).toBe(HAND);
    const [a, b, c] = read.tasks;
    const edited = { ...read, tasks: [a!, b!, { ...c!, depends_on: ["a"], priority: "high" as const }] };
    expect(planToYaml(edited, HAND)).toBe(
      HAND.replace("    key: c   # last\n", "    key: c   # last\n    depends_on:\n      - a\n    priority: high\n"),
    );
    const titled = { ...read, tasks: [{ ...a!, title: "Do that" }, b!, c!] };
    expect(planToYaml(titled, HAND)).toBe(HAND.replace("title:   'Do  it'", "title: 'Do that'"));
    const swapped = { ...read, tasks: [c!, a!] };
    const text = planToYaml(swapped, HAND);
    expect(planFromYaml(text, "p.yaml")).toEqual(swapped);
    expect(text).toContain("# the first\n- key: a\n");
    expect(text).toContain("key: c   # last\n");
    const marked = planToYaml({ ...read, status: "imported" }, HAND);
    expect(marked).toBe(HAND.replace("id: prd-0a1b2c\n", "id: prd-0a1b2c\nstatus: imported\n"));
  });

  it("comes back as it was meant, whatever is edited in whichever layout", () => {
    const texts = [
      HAND,
      planToYaml(plan),
      planToYaml(plan).replaceAll("\n", "\n\n"),
      "{version: 1, id: x, tasks: [{key: a, title: A}]}",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts.slice(0, 2), texts[3]!),
        fc.array(
          fc.record({
            at: fc.nat(9),
            title: fc.string({ minLength: 1, maxLength: 30 }),
            drop: fc.boolean(),
            more: fc.boolean(),
          }),
          { maxLength: 4 },
        ),
        (text, edits) => {
          let wanted = planFromYaml(text, "p");
          for (const { at, title, drop, more } of edits) {
            const n = at % Math.max(1, wanted.tasks.length);
            const tasks = wanted.tasks.flatMap((task, i) =>
              i !== n
                ? [task]
                : drop
                  ? []
                  : [{ ...task, title, done: !task.done, description: more ? `${title}\n\n# x\n` : "" }],
            );
            wanted = { ...wanted, tasks: more ? [...tasks, sampleTask(`n${tasks.length}-${at}`)] : tasks };
            if (new Set(wanted.tasks.map(({ key }) => key)).size < wanted.tasks.length) return;
          }
          expect(planFromYaml(planToYaml(wanted, text), "p")).toEqual(wanted);
        },
      ),
    );
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
        message: expect.stringMatching(/^p\.yaml line 6, column 15: tasks\.0\.priority: /),
        details: expect.objectContaining({
          faults: [expect.objectContaining({ line: 6 }), expect.objectContaining({ line: 8, suggestion: "title" })],
        }),
      }),
    );
  });

  it("says what was probably meant by an unknown field, status or flag, and where it stands", () => {
    const text =
      "version: 1\nid: mine\nstatus: revewing\ntasks:\n  - key: a\n    title: A\n    depnds_on: [b]\n    done: yes\n    complexity: lots\n";
    let faults: readonly unknown[] = [];
    try {
      planFromYaml(text, "p.yaml");
    } catch (error) {
      faults = (error as { details: { faults: readonly unknown[] } }).details.faults;
    }
    expect(faults).toEqual([
      expect.objectContaining({ line: 3, column: 9, field: "status", suggestion: "reviewing" }),
      expect.objectContaining({ line: 7, column: 5, field: "tasks.0.depnds_on", suggestion: "depends_on" }),
      expect.objectContaining({ line: 8, column: 11, field: "tasks.0.done", suggestion: "true" }),
      expect.objectContaining({ line: 9, column: 17, field: "tasks.0.complexity", suggestion: null }),
    ]);
  });

  it("names a field that stands twice, with its line", () => {
    expect(() => planFromYaml("version: 1\nid: a\nid: b\n", "p.yaml")).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^p\.yaml line 3, column 1: this field stands twice/) }),
    );
  });

  it("knows the line of each task and requirement", () => {
    const text =
      "version: 1\nid: a\nrequirements:\n  - id: R1\n    text: x\ntasks:\n# why\n- key: a\n  title: A\n- {title: B, key: b}\n";
    expect(placesIn(text)).toEqual({
      tasks: new Map([
        ["a", 8],
        ["b", 10],
      ]),
      requirements: new Map([["R1", 4]]),
    });
  });

  it.each([
    ["broken YAML", "version: 1\nid: [", /line \d/],
    ["no plan at all", "- a\n- b\n", /line 1/],
    ["an empty file", "", /line 1/],
    [
      "aliases that explode",
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(10)}]\nc: &c [${"*b,".repeat(10)}]\nd: [${"*c,".repeat(10)}]\n`,
      /entries stand for others.*too many/,
    ],
    ["two documents", "version: 1\n---\nversion: 1\n", /line 2.*a second document.*---/],
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

  it("does not stumble over a link to nothing, or a file that is gone meanwhile", async () => {
    const path = await savePlan(dir, plan);
    await symlink(join(dir, "nowhere"), join(dir, "zz.yaml"));
    expect((await listPlans(dir)).map((file) => file.path)).toEqual([path]);
    expect((await newestPlan(dir)).path).toBe(path);
  });

  it.each([
    ["a tab", "version: 1\nid: a\ntasks:\n\t- key: a\n\t  title: b\n\t- key: c\n\t  title: d\n", 4, "spaces"],
    ["an empty title", 'version: 1\nid: a\ntasks:\n  - key: a\n    title: ""\n', 5, "it is empty"],
    ["a version to come", "version: 2\nid: a\n", 1, 'only 1 is known; "2" is none of them.'],
  ])("is told in words, and once, of %s", (_, text, line, words) => {
    const faults = [{ line, message: expect.stringContaining(words), suggestion: null }];
    expect(() => planFromYaml(text, "p.yaml")).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ faults: [expect.objectContaining(faults[0])] }) }),
    );
  });

  it("is named in hints as a shell reads it", () => {
    expect(() => planFromYaml("version: 2\nid: a\n", "my plans/p.yaml")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("conductor plan lint 'my plans/p.yaml'") }),
    );
  });
});
