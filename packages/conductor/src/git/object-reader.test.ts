import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ancestry } from "./ancestry.ts";
import { type ObjectReader, openReader } from "./object-reader.ts";
import { makeStartGit } from "./start-git.ts";
import { makeTestRepository, type TestRepository } from "./test-repository.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let reader: ObjectReader;
let starts = 0;
beforeEach(() => {
  user = makeTestRepository();
  starts = 0;
  const start = makeStartGit(user.env);
  reader = openReader(
    (...call) => {
      starts += 1;
      return start(...call);
    },
    { gitDir: join(user.root, ".git") },
  );
});
afterEach(() => user.remove());

describe("a reader of objects", () => {
  it("answers many questions at once, each with its own answer, with one process", async () => {
    const texts = ["", "\n", "a\n\nb", "x".repeat(300_000), "ü\0\n"];
    const commit = user.commit(Object.fromEntries(texts.map((text, n) => [`f${n}`, text])));
    const answers = await Promise.all([
      ...texts.map((_, n) => reader.read(`${commit}:f${n}`)),
      reader.about("refs/heads/none"),
      reader.about(commit),
      reader.about(`${commit}^{tree}`),
    ]);
    expect(answers.slice(0, texts.length).map((one) => String((one as { contents: Buffer }).contents))).toEqual(texts);
    expect(answers.slice(texts.length)).toMatchObject([null, { type: "commit", id: commit }, { type: "tree" }]);
    expect(starts).toBe(1);
  });

  it("sees refs and objects that came after it was started", async () => {
    expect((await reader.about("refs/heads/main"))?.id).toBe(user.git("rev-parse", "main"));
    const next = user.commit({ later: "1" });
    expect((await reader.about("refs/heads/main"))?.id).toBe(next);
    user.git("gc", "--quiet");
    user.git("pack-refs", "--all");
    const packed = user.commit({ later: "2" });
    user.git("gc", "--quiet");
    expect((await reader.about("refs/heads/main"))?.id).toBe(packed);
    user.git("update-ref", "-d", "refs/heads/main");
    expect(await reader.about("refs/heads/main")).toBeNull();
    expect(starts).toBe(1);
  });

  it("refuses a name that would be two questions", async () => {
    await expect(reader.about("HEAD\ninfo HEAD")).rejects.toThrow("no name of an object");
  });

  it("fails with what git said, and answers the next question", async () => {
    const id = execFileSync("git", ["hash-object", "-w", "--stdin"], { cwd: user.root, env: user.env, input: "spoilt" })
      .toString()
      .trim();
    const file = join(user.root, ".git/objects", id.slice(0, 2), id.slice(2));
    execFileSync("chmod", ["u+w", file]);
    writeFileSync(file, "no object");
    const [spoilt, next] = await Promise.allSettled([reader.read(id), reader.about("HEAD")]);
    expect(spoilt.status === "rejected" || spoilt.value === null).toBe(true);
    expect([next.status, (await reader.about("HEAD"))?.type]).toContain("commit");
  });
});

describe("ancestry", () => {
  const far = async (ancestor: string, descendant: string): Promise<boolean> => {
    asked.push([ancestor, descendant]);
    return true;
  };
  let asked: (readonly string[])[] = [];
  const holds = (a: string, b: string): Promise<boolean> => ancestry(reader, far)(a, b);
  beforeEach(() => {
    asked = [];
  });

  it("knows near commits by itself, and asks for far ones", async () => {
    const first = user.git("rev-parse", "HEAD");
    const second = user.commit({ n: "2" });
    expect(await holds(first, second)).toBe(true);
    expect(await holds(second, first)).toBe(false);
    expect(await holds(second, second)).toBe(true);
    expect(asked).toEqual([]);
    for (let n = 0; n < 40; n += 1) user.git("commit", "-q", "--allow-empty", "-m", `${n}`);
    await holds(first, user.git("rev-parse", "HEAD"));
    expect(asked).toHaveLength(1);
  });

  it("looks through every parent of a merge", async () => {
    const base = user.git("rev-parse", "HEAD");
    user.git("switch", "-q", "-c", "side");
    const side = user.commit({ side: "1" });
    user.git("switch", "-q", "main");
    const main = user.commit({ main: "1" });
    user.git("merge", "-q", "-m", "both", "side");
    const both = user.git("rev-parse", "HEAD");
    for (const one of [base, side, main]) expect(await holds(one, both)).toBe(true);
    expect(await holds(side, main)).toBe(false);
  });

  it("takes no line for a parent that git does not", async () => {
    const base = user.git("rev-parse", "HEAD");
    const tree = user.git("rev-parse", "HEAD^{tree}");
    const forged = [
      `tree ${tree}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\nparent ${base}\n\nlate\n`,
      `tree ${tree}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\ngpgsig x\n parent ${base}\n\nsigned\n`,
      `tree ${tree}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n\nparent ${base}\n`,
    ];
    for (const input of forged) {
      const words = ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"];
      const id = execFileSync("git", words, { cwd: user.root, env: user.env, input }).toString().trim();
      expect(await holds(base, id)).toBe(false);
    }
  });

  it("fails where a commit is missing", async () => {
    const head = user.git("rev-parse", "HEAD");
    await expect(holds("1".repeat(40), head)).rejects.toMatchObject({ code: "GIT_FAILED" });
    await expect(holds(head, "1".repeat(40))).rejects.toMatchObject({ code: "GIT_FAILED" });
  });
});
