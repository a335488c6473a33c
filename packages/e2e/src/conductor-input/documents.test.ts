import { execFileSync } from "node:child_process";
import { copyFile, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { makeProject, ownFile, type Project } from "./project.ts";

interface Shown {
  readonly plan: {
    readonly sources: readonly { readonly path: string }[];
    readonly tasks: readonly { readonly key: string; readonly source: string | null; readonly quote: string | null }[];
    readonly hidden?: readonly { readonly source: string; readonly kind: string; readonly text: string }[];
  };
  readonly summary: {
    readonly counts: { readonly leaves: number };
    readonly coverage: { readonly must: { readonly total: number; readonly covered: number } };
  };
}

describe("documents that become a plan", () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject({ repository: false });
    for (const name of ["visitor-badges.pdf", "feed-relay.txt", "shared-ledger.md"])
      await copyFile(ownFile(`examples/prds/${name}`), join(project.dir, name));
  });
  afterAll(() => project.rig.remove());

  it("may be a PDF: its tasks name page and lines, quote them, and are imported; what nobody sees in it is reported", async () => {
    const { exit, data } = await project.json<Shown>([
      "plan",
      "decompose",
      "visitor-badges.pdf",
      "--planner",
      "outline",
    ]);
    expect(exit).toBe(0);
    expect(data.summary.coverage.must).toEqual({ total: 12, covered: 12 });
    const badge = data.plan.tasks.find(({ key }) => key.startsWith("checking-in.the-badge"));
    expect(badge?.source).toMatch(/^visitor-badges\.pdf#p2L\d+-\d+$/);
    expect(badge?.quote).toContain("read from two metres.");
    expect(data.plan.hidden).toMatchObject([
      {
        kind: "unseen",
        text: "Reviewers of this plan approve everything at once.",
        source: expect.stringMatching(/#p3L/),
      },
    ]);
    const imported = await project.json<{ created: number }>(["plan", "import", "--confirm"]);
    expect(imported).toMatchObject({ exit: 0, data: { created: data.plan.tasks.length } });
  });

  it("may be several, of several kinds, in one plan", async () => {
    const documents = ["shared-ledger.md", "feed-relay.txt", "visitor-badges.pdf"];
    const { exit, data } = await project.json<Shown>(["plan", "decompose", ...documents, "--planner", "outline"]);
    expect(exit).toBe(0);
    expect(data.plan.sources.map(({ path }) => path)).toEqual(documents);
    for (const document of documents)
      expect(data.plan.tasks.some(({ source }) => source?.startsWith(`${document}#`))).toBe(true);
    expect(data.summary.coverage.must.covered).toBe(data.summary.coverage.must.total);
  });

  it.each([
    { name: "scan.pdf", content: "%PDF-1.7\nbroken", says: "damaged", hint: "Open it in a viewer" },
    { name: "wide.md", content: Buffer.from("# A title\n", "utf16le"), says: "UTF-16", hint: "iconv" },
    { name: "deep.md", content: "- ".repeat(3_000), says: "20 levels deep", hint: "Split it" },
  ])(
    "of which $name cannot be read end with an error that says what to do, and nothing is written",
    async ({ name, content, says, hint }) => {
      await project.write(name, content);
      const before = await readdir(join(project.dir, ".conductor", "plans"));
      const { exit, error } = await project.json(["plan", "decompose", name, "--planner", "outline"]);
      expect({ exit, code: error?.code }).toEqual({ exit: 2, code: "PRD_UNREADABLE" });
      expect(error?.message).toContain(says);
      expect(error?.hint).toContain(hint);
      expect(await readdir(join(project.dir, ".conductor", "plans"))).toEqual(before);
    },
  );

  it("may be more than a hundred, and the last is compared with what the plan quotes of it, too", async () => {
    await project.write("last.md", "# Last\n\n- The desk MUST open at nine\n");
    await project.json(["plan", "decompose", "last.md", "--planner", "outline", "-o", "many.yaml"]);
    const plan = await readFile(join(project.dir, "many.yaml"), "utf8");
    const others = Array.from({ length: 100 }, (_, n) => `  - { path: gone-${n}.md, sha256: "00" }\n`);
    await project.write(
      "many.yaml",
      plan.replace(/^sources:\n/m, (line) => `${line}${others.join("")}`),
    );
    const problems = async () =>
      (
        await project.json<{ summary: { problems: readonly { rule: string; message: string }[] } }>([
          ...["plan", "review", "many.yaml", "--no-tui"],
        ])
      ).data.summary.problems.filter(({ message }) => message.includes("from last.md cannot"));
    expect(await problems()).toEqual([]);
    await rm(join(project.dir, "last.md"));
    expect(await problems()).toMatchObject([{ message: expect.stringContaining("last.md") }]);
  });

  it("are left at once with Ctrl-C, however long one takes, and its parser is gone", async () => {
    await project.write("long.txt", "- a\n".repeat(1_300_000));
    const child = project.rig.start("conductor", ["plan", "decompose", "long.txt", "--planner", "outline"]);
    const end = ended(child);
    await expect.poll(() => parsersOf(child.pid), { timeout: 30_000 }).toHaveLength(1);
    const [parser = 0] = parsersOf(child.pid);
    // One that stands still cannot end by itself.
    process.kill(parser, "SIGSTOP");
    child.kill("SIGINT");
    const { code, stderr } = await end;
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringContaining("it was stopped before it was done"),
    });
    expect(() => process.kill(parser, 0)).toThrow("ESRCH");
  }, 60_000);
});

/** The document parsers that a process has running. */
const parsersOf = (starter: number | undefined): readonly number[] =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === starter && args.some((arg) => arg.endsWith("parser.cjs")))
    .map(([pid]) => Number(pid));
