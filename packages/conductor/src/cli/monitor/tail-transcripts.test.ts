import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tailTranscripts } from "./tail-transcripts.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tail-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const said = (text: string): string =>
  `${JSON.stringify({ at: "2026-11-20T21:43:00.000Z", from: "stdout", line: text })}\n`;

describe("following transcripts", () => {
  it("reads what is new, file after file, and waits for the end of a line", async () => {
    const [one, two] = [join(dir, "1.jsonl"), join(dir, "2.jsonl")];
    const tail = tailTranscripts();
    expect(await tail.readOn([one])).toBe(false);
    await writeFile(one, said("first") + said("zwei 链").slice(0, -20));
    expect(await tail.readOn([one])).toBe(true);
    expect(tail.rows().map(({ text }) => text)).toEqual(["first"]);
    await appendFile(one, said("zwei 链").slice(-20));
    await writeFile(two, said("third"));
    await tail.readOn([one, two]);
    expect(await tail.readOn([one, two])).toBe(false);
    expect(tail.rows().map(({ text }) => text)).toEqual(["first", "zwei 链", "third"]);
  });

  it("keeps the newest rows of one that is large, and counts what it passes over", async () => {
    const path = join(dir, "1.jsonl");
    const line = (n: number): string => said(`${n} ${"x".repeat(300)}`);
    await writeFile(path, Array.from({ length: 20_000 }, (_, n) => line(n)).join(""));
    const tail = tailTranscripts();
    await tail.readOn([path]);
    expect(tail.rows()[0]?.text).toMatch(/^\.\.\. \d+ KB are not shown/);
    expect(tail.rows().at(-1)?.text).toMatch(/^19999 /);
    for (let n = 0; n < 12; n += 1) {
      await appendFile(path, Array.from({ length: 500 }, (_, at) => line(20_000 + n * 500 + at)).join(""));
      await tail.readOn([path]);
    }
    expect(tail.rows().length).toBeLessThanOrEqual(4_000);
    expect(tail.dropped()).toBeGreaterThan(1_000);
    expect(tail.rows().at(-1)?.text).toMatch(/^25999 /);
  });
});
