/** What the scenarios of the library claim, seen in the journal and in git, not in the scenario's own words. */
import { describe, expect, it } from "vitest";
import { expectLanded, played } from "./played.ts";

describe.concurrent("the library of scenarios", () => {
  it("happy-day: three tasks land, and the answer that was given is in the work", async () => {
    await played("happy-day", 1, (one) => {
      expectLanded(one, ["Write down the aims", "Choose a colour", "List what there is"]);
      expect(one.git("show", "conductor/main:rehearsal/colour.txt")).toBe("green");
      expect(one.git("show", "conductor/main:rehearsal/list.txt")).toBe("aims.txt\ncolour.txt");
      const closed = one.events.filter(({ type }) => type === "decision.closed");
      expect(closed).toMatchObject([{ state: "answered", answer: "green", by: "script" }]);
    });
  }, 240_000);

  it("cheating-agent: only honest work lands, and every lie is refused by name", async () => {
    await played("cheating-agent", 1, (one) => {
      expectLanded(one, ["Be honest", "Land by itself"]);
      expect(one.git("diff", "--name-only", "main", "conductor/main").split("\n")).toEqual([
        "rehearsal/honest.txt",
        "rehearsal/own.txt",
      ]);
      // Its branches and tags stayed in its own clone.
      expect(one.git("tag")).toBe("");
      expect(one.git("log", "-1", "--format=%s", "main")).toBe("chore: start");
      // Nothing but the person of the scenario said anything to the card.
      expect(one.events.filter(({ type }) => type === "decision.closed")).toMatchObject([
        { state: "rejected", by: "script" },
      ]);
      const ends = one.events.filter(({ type, stage }) => type === "attempt.ended" && stage !== "landed");
      expect(ends.map(({ stage }) => stage).sort()).toEqual(["blocked", "failed", "no-change"]);
      expect(String(ends.find(({ stage }) => stage === "blocked")!.reason)).toContain("looks like a private key");
      expect(one.data.showed).toMatchObject({ landed: 2, stuck: 3, approvals: 0, rejections: 1 });
    });
  }, 240_000);

  it("overnight-limits: the run waits for the provider, nobody is charged, and the question waits", {
    tags: ["long"],
    timeout: 240_000,
  }, async () => {
    await played("overnight-limits", 1, (one) => {
      expectLanded(one, ["Write chapter one", "Write chapter two", "Write chapter three"]);
      expect(one.git("ls-tree", "--name-only", "conductor/main", "rehearsal/").split("\n")).toEqual([
        "rehearsal/one.txt",
        "rehearsal/three.txt",
        "rehearsal/two.txt",
      ]);
      expect(one.events.filter(({ type }) => type === "decision.asked")).toHaveLength(1);
      expect(one.events.filter(({ type }) => type === "decision.closed")).toEqual([]);
      const pauses = one.events.filter(({ type }) => type === "account.paused");
      expect(pauses.map(({ reason }) => String(reason)).join()).toContain("This account has used its limit");
      expect(one.data.showed.pauses).toBe(pauses.length);
      // One conductor from its beginning to its end, and one attempt a task.
      expect(one.events.filter(({ type }) => type === "session.status")).toEqual([]);
      expect(one.events.filter(({ type }) => type === "attempt.started")).toHaveLength(4);
      expect(one.events.filter(({ type, stage }) => type === "attempt.ended" && stage === "failed")).toEqual([]);
      expect(one.tasks.get("Choose the title")).toBe("blocked");
    });
  });
});
