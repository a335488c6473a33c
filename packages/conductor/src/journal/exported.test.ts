import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isWerkError } from "@taskwerk/contract/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "../model/event.ts";
import { landedStory, sampleDecision, sampleSession } from "../model/sample-facts.ts";
import { exportText, replayExport } from "./exported.ts";
import { openJournal } from "./journal.ts";
import { replayHash } from "./replay-hash.ts";

const FACTS: readonly Fact[] = [
  { type: "session.started", session: sampleSession() },
  ...landedStory("TASK-001"),
  { type: "decision.asked", decision: sampleDecision("Q1") },
  ...landedStory("TASK-002"),
  { type: "decision.closed", decision: "Q1", state: "answered", answer: "per line", by: "ada" },
  { type: "attempt.claimed", attempt: "run-1/TASK-002/1", token: "another-secret", fence: 2 },
];

/** A real journal in which these facts were written in transactions of these sizes, exported after each: text and live hash. */
async function recorded(
  sizes: readonly number[],
): Promise<readonly { readonly text: string; readonly hash: string }[]> {
  const root = await mkdtemp(join(tmpdir(), "exported-"));
  const journal = await openJournal(root, { now: () => new Date("2026-11-20T21:43:00Z") });
  const exports: { text: string; hash: string }[] = [];
  const left = [...FACTS];
  try {
    for (let n = 0; left.length > 0; n += 1) {
      await journal.append(left.splice(0, sizes[n % sizes.length]));
      const { rows, problem } = await journal.rows();
      expect(problem).toBeNull();
      exports.push({ text: exportText(rows), hash: replayHash(await journal.state()) });
    }
  } finally {
    await journal.close();
    await rm(root, { recursive: true, force: true });
  }
  return exports;
}

describe("an exported journal", () => {
  it("replays to the live state at every point of a run, and holds no token", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
        for (const { text, hash } of await recorded(sizes)) {
          expect(replayHash(replayExport(text, "x").state)).toBe(hash);
          expect(text).not.toContain("secret");
        }
      }),
      { numRuns: 6 },
    );
  }, 120_000);

  it("replays to the same state as in the versions that wrote it", async () => {
    const text = await readFile(join(import.meta.dirname, "fixtures/new-tests-without-idle.ndjson"), "utf8");
    const { state } = replayExport(text, "x");
    expect(replayHash(state)).toBe("bf5e52d6373d2292da8336f648f9bd4677d8973e47b5abcb130c430cdad71b80");
    expect(state.idleTests.map(({ round, names, of }) => ({ round, names, of }))).toEqual([
      { round: 1, names: ["adds", "sums"], of: 2 },
      { round: 2, names: ["adds"], of: 3 },
    ]);
  });

  it("notices whatever is changed, left out, put in or cut off, and says which event it is", async () => {
    const { text } = (await recorded([50]))[0]!;
    const lines = text.trimEnd().split("\n");
    const seqOf = (changed: readonly string[]): unknown => {
      try {
        replayExport(`${changed.join("\n")}\n`, "log.ndjson");
        return null;
      } catch (error) {
        expect(isWerkError(error) && error.code).toBe("STORE_CORRUPT");
        return isWerkError(error) ? error.details.readable : null;
      }
    };
    expect(seqOf(lines)).toBeNull();
    for (let at = 1; at < lines.length; at += 1) {
      const without = [...lines.slice(0, at), ...lines.slice(at + 1)];
      expect(seqOf(without), `without ${at}`).toBe(at - 1);
      expect(seqOf(lines.slice(0, at)), `up to ${at}`).toBe(at - 1);
      const twice = [...lines.slice(0, at), lines[at]!, ...lines.slice(at)];
      expect(seqOf(twice), `twice ${at}`).toBe(at);
      if (lines[at]!.includes('"sealed":true')) continue;
      expect(seqOf(lines.with(at, lines[at]!.replace('"fact":{', '"fact":{"more":1,'))), `changed ${at}`).toBe(at - 1);
      // That it should have had a token is no way out for an event that has none.
      const sealed = lines[at]!.replace('"fact":{', '"fact":{"more":1,').replace(/}$/, ',"sealed":true}');
      expect(seqOf(lines.with(at, sealed)), `sealed ${at}`).toBe(at - 1);
    }
  }, 60_000);

  it("is told from any other file", () => {
    for (const text of ["", "{}", '{"kind":"conductor.journal"}', "no JSON"])
      expect(() => replayExport(text, "x.txt")).toThrowError(expect.objectContaining({ code: "IMPORT_INVALID" }));
  });
});
