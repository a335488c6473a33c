import { expect, it } from "vitest";
import { emptyState } from "../model/state.ts";
import { runTasks } from "../report/sample-run.ts";
import { factsFrom } from "./facts-from.ts";

it("a claim that was seen before it ran out is none any more", () => {
  const until = "2026-11-20T22:30:00.000Z";
  const found = {
    tasks: [{ ...runTasks[2]!, claim: { by: "bob", lease_until: until } }],
    plan: null,
    git: null,
    driven: false,
  };
  const claimAt = (now: string) => factsFrom(emptyState(), undefined, found, new Date(now)).tasks![0]!.claim;
  expect(claimAt("2026-11-20T22:29:59.999Z")).toMatchObject({ by: "bob" });
  expect(claimAt(until)).toBeNull();
});
