import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerStore } from "./answer-store.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "answers-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("kept answers", () => {
  it("come back as they were, for their key only, and are forgotten when told", async () => {
    const store = answerStore(join(root, "a"));
    expect(await store.get("k")).toBeUndefined();
    expect(await store.put("k", { tasks: [1, "é"] })).toBe(true);
    expect(await store.get("k")).toEqual({ tasks: [1, "é"] });
    expect(await store.get("other")).toBeUndefined();
    await store.forget(["k"]);
    expect(await store.get("k")).toBeUndefined();
  });

  it("are readable for their owner only", async () => {
    const dir = join(root, "a");
    await answerStore(dir).put("k", 1);
    const [name = ""] = await readdir(dir);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, text.length / 2)],
    ["changed in one letter", (text: string) => text.replace("hello", "jello")],
    ["empty", () => ""],
    ["of another kind", () => "null"],
  ])("count as none when their file is %s, and the file goes", async (_, damage) => {
    const store = answerStore(root);
    await store.put("k", { text: "hello" });
    const [name = ""] = await readdir(root);
    const path = join(root, name);
    await writeFile(path, damage(await readFile(path, "utf8")));
    expect(await store.get("k")).toBeUndefined();
    expect(await readdir(root)).toEqual([]);
  });

  it("of another key under this name count as none", async () => {
    const store = answerStore(root);
    await store.put("one", 1);
    const [one = ""] = await readdir(root);
    await store.put("two", 2);
    const two = (await readdir(root)).find((name) => name !== one)!;
    await writeFile(join(root, two), await readFile(join(root, one), "utf8"));
    expect(await store.get("two")).toBeUndefined();
  });

  it("are at most so many and so large: what was not used longest goes first", async () => {
    const store = answerStore(root, { entries: 3, bytes: 100_000 });
    for (const key of ["a", "b", "c"]) await store.put(key, key);
    for (const name of await readdir(root)) await utimes(join(root, name), 1, 1);
    expect(await store.get("b")).toBe("b");
    await store.put("d", "d");
    await store.put("e", "e");
    expect(await readdir(root)).toHaveLength(3);
    expect([await store.get("b"), await store.get("d"), await store.get("e")]).toEqual(["b", "d", "e"]);
    expect(await store.put("huge", "x".repeat(50_000))).toBe(false);
    for (let n = 0; n < 8; n += 1) await store.put(`large-${n}`, "x".repeat(20_000));
    const sizes = await Promise.all((await readdir(root)).map(async (name) => (await stat(join(root, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100_000);
  });

  it("are not kept where nothing can be written, and nothing fails", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    const store = answerStore(file);
    expect(await store.put("k", 1)).toBe(false);
    expect(await store.get("k")).toBeUndefined();
    await store.forget(["k"]);
  });

  it("are whole for readers while others write", async () => {
    const store = answerStore(root);
    const long = "x".repeat(200_000);
    const writing = Promise.all(Array.from({ length: 20 }, (_, n) => store.put("k", { n, long })));
    for (let n = 0; n < 50; n += 1) {
      const answer = (await store.get("k")) as { long: string } | undefined;
      if (answer !== undefined) expect(answer.long).toBe(long);
    }
    await writing;
    expect((await readdir(root)).length).toBe(1);
  });
});
