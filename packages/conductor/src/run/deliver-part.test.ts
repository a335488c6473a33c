import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { openJournal } from "../journal/journal.ts";
import { deliveredBefore, deliverPart, type PartPlan } from "./deliver-part.ts";
import type { ResultContext } from "./judge-result.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;

beforeEach(async () => {
  user = makeTestRepository();
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

describe("a part of the work as a branch", () => {
  it("begins with the name of its branch, before anything is judged", async () => {
    const plan = { kind: "part", from: user.git("rev-parse", "main"), picks: [] } as unknown as PartPlan;
    for (const name of ["bad name", "-x", "a..b", ""])
      await expect(deliveredBefore(repository, plan, name)).rejects.toMatchObject({ code: "USAGE", given: name });
  });

  it("makes none of what was taken back while it was planned", async () => {
    const journal = await openJournal(user.top, { now: () => new Date(), create: true });
    onTestFinished(() => journal.close());
    const from = user.git("rev-parse", "main");
    const landing = { task: "TASK-001", attempt: "run-1/TASK-001/1", session: "run-1", commit: from };
    const plan = { kind: "part", from, picks: [{ landing }], stays: [] } as unknown as PartPlan;
    const context = { repository, journal } as unknown as ResultContext;
    await expect(deliverPart(context, plan, { branch: "mine", group: "TASK-001" })).rejects.toMatchObject({
      code: "GIT_CONFLICT",
      message: expect.stringContaining("TASK-001"),
    });
  });
});
