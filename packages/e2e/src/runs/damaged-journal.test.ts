/** A journal that was damaged: every program that reads it says where, and none writes to it. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addTasks, dataOf, makeProject, type Project, QUICK } from "./project.ts";
import { RESUME, RUN } from "./quick-project.ts";

interface Audited {
  readonly ok: boolean;
  readonly seq: number | null;
  readonly readable: number;
  readonly message: string | null;
}

describe("a damaged journal", () => {
  const at: { project: Project; whole: Buffer } = { project: undefined as unknown as Project, whole: Buffer.alloc(0) };
  const file = (): string => join(at.project.rig.dir, ".conductor", "conductor.db");
  /** The directory's files but for what only says who looked, each by its digest. */
  const standing = (): readonly string[] =>
    readdirSync(join(at.project.rig.dir, ".conductor"))
      .filter((name) => /^conductor\.db/.test(name) && !name.endsWith("-shm"))
      .map((name) => {
        const bytes = readFileSync(join(at.project.rig.dir, ".conductor", name));
        return bytes.length === 0 ? "" : `${name} ${createHash("sha256").update(bytes).digest("hex")}`;
      })
      .filter((line) => line !== "");
  const restore = (): void => writeFileSync(file(), at.whole);

  beforeAll(async () => {
    at.project = await makeProject(
      QUICK,
      scenarioOf([
        agentScript("Make alpha").writes("alpha.txt", "alpha\n").commits("feat: alpha").claims("made"),
        agentScript("Ask for the base")
          .asks("Which base?", { options: ["one", "two"], reversible: false, as: "base" })
          .writes("base.txt", "{{base}}\n")
          .commits("feat: base")
          .claims("made"),
      ]),
    );
    await addTasks(at.project.rig, ["Make alpha", "Ask for the base"]);
    const ran = await at.project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect(existsSync(`${file()}-wal`) && readFileSync(`${file()}-wal`).length > 0).toBe(false);
    at.whole = readFileSync(file());
  }, 240_000);
  afterAll(() => at.project.rig.remove());

  /** Whoever would go on or answer is told, with exit 5, and no byte of the journal changes. */
  const expectRefused = async (before: readonly string[]): Promise<void> => {
    for (const words of [["status", "--json"], ["inbox", "--json"], ["answer", "Q1", "two", "--json"], RESUME, RUN]) {
      const ran = await at.project.conductor(...words);
      expect(ran.code, words.join(" ") + ran.stdout + ran.stderr).toBe(5);
      const { error } = JSON.parse(ran.stdout);
      expect(error, words.join(" ")).toMatchObject({ code: "STORE_CORRUPT", hint: expect.stringMatching(/\S/) });
    }
    expect(standing()).toEqual(before);
    expect(at.project.git("rev-list", "--count", "main..conductor/main")).toBe("1");
  };

  it("whose event was changed is named by the event, and what is before it can still be exported", async () => {
    const { conductor, rig } = at.project;
    expect((await conductor("events", "--export", "whole.ndjson", "--json")).code).toBe(0);
    const [, ...lines] = readFileSync(join(rig.dir, "whole.ndjson"), "utf8").trim().split("\n");
    const changed = lines.map((line) => JSON.parse(line)).find(({ fact }) => fact.stage === "gating").seq as number;
    const text = at.whole.toString("latin1").replaceAll('"stage":"gating"', '"stage":"gatinG"');
    writeFileSync(file(), Buffer.from(text, "latin1"));
    const before = standing();
    const audit = await conductor("audit", "journal", "--json");
    expect(audit.code).toBe(5);
    expect(dataOf<Audited>(audit)).toMatchObject({
      ok: false,
      seq: changed,
      readable: changed - 1,
      message: expect.stringContaining(String(changed)),
    });
    expect((await conductor("audit", "journal")).stdout).toContain("Nothing was written.");
    await expectRefused(before);
    const exported = await conductor("events", "--export", "part.ndjson", "--json");
    expect([0, 5], exported.stdout + exported.stderr).toContain(exported.code);
    expect(
      dataOf<Audited & { events: number }>(await conductor("audit", "journal", "part.ndjson", "--json")),
    ).toMatchObject({ ok: true, events: changed - 1 });
    expect(standing()).toEqual(before);
    restore();
  }, 240_000);

  it("whose file was cut off is left as it is", async () => {
    const { conductor } = at.project;
    truncateSync(file(), Math.floor(at.whole.length / 8192) * 4096);
    const before = standing();
    const audit = await conductor("audit", "journal", "--json");
    expect(audit.code, audit.stdout + audit.stderr).toBe(5);
    await expectRefused(before);
    restore();
  }, 240_000);

  it("goes on where it was once the right file is back", async () => {
    restore();
    const { conductor, git } = at.project;
    expect((await conductor("audit", "journal", "--json")).code).toBe(0);
    expect((await conductor("answer", "Q1", "two", "--json")).code).toBe(0);
    const ran = await conductor(...RESUME);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:base.txt")).toBe("two");
  }, 240_000);
});
