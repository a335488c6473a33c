import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal } from "../journal/journal.ts";
import { sampleSession } from "../model/sample-facts.ts";
import { makeFailpoint, mortalJournal } from "./failpoint.ts";

const deathsOf = (wanted: string | undefined, visits: readonly ("after-claim" | "after-gate")[]): number => {
  let deaths = 0;
  const reach = makeFailpoint(wanted, () => {
    deaths += 1;
  });
  for (const visit of visits) reach(visit);
  return deaths;
};

it("dies at the named point, at the named visit, once", () => {
  expect(deathsOf("after-gate", ["after-claim", "after-gate", "after-gate"])).toBe(1);
  expect(deathsOf("after-gate:2", ["after-gate"])).toBe(0);
  expect(deathsOf("after-gate:2", ["after-gate", "after-gate", "after-gate"])).toBe(1);
});
it("never dies without a point, or at one that does not exist", () => {
  for (const wanted of [undefined, "", "frob", "after-gate:frob", "after-gate:0"])
    expect(deathsOf(wanted, ["after-claim", "after-gate", "after-gate"])).toBe(0);
});

describe("a journal whose writer dies", () => {
  /** The events that are there when death comes, or null when it does not come. */
  const thereAtDeath = async (wanted: string | undefined): Promise<readonly number[] | null> => {
    const root = await mkdtemp(join(tmpdir(), "mortal-"));
    try {
      const journal = await openJournal(root, { now: () => new Date("2026-11-20T21:43:00Z") });
      const mortal = mortalJournal(journal, wanted, () => {
        throw new Error("dead");
      });
      const writing = async (): Promise<void> => {
        await mortal.append([{ type: "session.started", session: sampleSession() }]);
        await mortal.append(sampleStatuses);
      };
      const died = await writing().then(
        () => false,
        () => true,
      );
      const events = await journal.read();
      await journal.close();
      return died ? events.map(({ seq }) => seq) : null;
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  };
  const status = (reason: string) =>
    ({ type: "session.status", session: sampleSession().id, status: "active", reason }) as const;
  const sampleStatuses = [status("one"), status("two")];

  it("has or has not written the event, with all that is written with it", async () => {
    expect(await thereAtDeath("before-event:1")).toEqual([]);
    expect(await thereAtDeath("after-event:1")).toEqual([1]);
    expect(await thereAtDeath("before-event:3")).toEqual([1]);
    expect(await thereAtDeath("after-event:2")).toEqual([1, 2, 3]);
  });

  it("lives when nothing is wanted, or an event that does not come", async () => {
    for (const wanted of [undefined, "", "after-gate", "before-event:4", "after-event:x"])
      expect(await thereAtDeath(wanted)).toBeNull();
  });
});
