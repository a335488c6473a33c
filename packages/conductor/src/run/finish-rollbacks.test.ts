import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import type { Fact } from "../model/event.ts";
import { landedStory, sampleSession } from "../model/sample-facts.ts";
import { givenIn, type RollbackState } from "../model/state.ts";
import { type FinishContext, finishRollbacks } from "./finish-rollbacks.ts";

const INTEGRATION = "refs/heads/conductor/main";

let user: TestRepository;
let journal: Journal;
let context: FinishContext;
/** By task, as taskwerk has them. */
let statuses: Map<string, Task["status"]>;
/** Where the branch is, and the revert that would follow on it. */
let tip: string;
let revert: string;

beforeEach(async () => {
  user = makeTestRepository();
  tip = user.commit({ "alpha.txt": "a\n" }, "feat: alpha");
  user.git("revert", "--no-edit", "HEAD");
  revert = user.git("rev-parse", "HEAD");
  user.git("reset", "-q", "--hard", tip);
  user.git("update-ref", INTEGRATION, tip);
  mkdirSync(join(user.top, "journal"));
  journal = await openJournal(join(user.top, "journal"), { now: () => new Date("2026-11-20T21:43:00Z") });
  await journal.append([{ type: "session.started", session: sampleSession() }, ...landedStory("TASK-001")]);
  statuses = new Map([["TASK-001", "done"]]);
  const tasks = {
    all: async () => [...statuses].map(([id, status]) => ({ id, status, parent: null, depends_on: [] })),
    reopen: async (id: string) => void statuses.set(id, "todo"),
  };
  const repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "git") });
  context = { journal, repository, tasks, failpoint: () => undefined } as unknown as FinishContext;
});
afterEach(async () => {
  await journal.close();
  user.remove();
});

const said = (ref: string) => ({
  rollback: "undo-1",
  by: "ada",
  ref,
  from: tip,
  commit: revert,
  tree: user.git("rev-parse", `${revert}^{tree}`),
  receipts: [],
  reverts: [
    { task: "TASK-001", attempt: "run-1/TASK-001/1", session: "run-1", landing: "TASK-001-commit", commit: revert },
  ],
});
const intended = (): Fact => ({ type: "rollback.intended", ...said(INTEGRATION) });
const given = (): Fact => ({ type: "rollback.given", branch: "undo/TASK-001", ...said("refs/heads/main") });
const rollback = async (): Promise<RollbackState> => (await journal.state()).rollbacks[0]!;
const landed = async (): Promise<readonly string[]> => (await journal.state()).landings.map(({ task }) => task);

describe("an undo that was cut off", () => {
  it("is finished where its branch is as it was", async () => {
    await journal.append([intended()]);
    expect(await finishRollbacks(context)).toMatchObject([{ id: "undo-1", landed: true }]);
    expect(user.git("rev-parse", INTEGRATION)).toBe(revert);
    expect([await landed(), statuses.get("TASK-001")]).toEqual([[], "todo"]);
  });

  it("is given up once its branch has moved on, and stays so when somebody sets it back", async () => {
    await journal.append([intended()]);
    user.git("update-ref", INTEGRATION, user.commit({ "mine.txt": "m\n" }));
    expect(await finishRollbacks(context)).toEqual([]);
    expect(await rollback()).toMatchObject({ landed: false, abandoned: "conductor/main has gone elsewhere since" });

    user.git("update-ref", INTEGRATION, tip);
    expect(await finishRollbacks(context)).toEqual([]);
    expect(user.git("rev-parse", INTEGRATION)).toBe(tip);
    expect([await landed(), statuses.get("TASK-001")]).toEqual([["TASK-001"], "done"]);
    await expect(journal.append([{ type: "rollback.landed", rollback: "undo-1" }])).rejects.toThrow("was abandoned");
    // It is said once.
    expect((await journal.read()).filter(({ type }) => type === "rollback.abandoned")).toHaveLength(1);
  });

  it("is given up where its branch is gone", async () => {
    await journal.append([intended()]);
    user.git("update-ref", "-d", INTEGRATION);
    await finishRollbacks(context);
    expect((await rollback()).abandoned).not.toBeNull();
  });
});

describe("an undo that was made as a branch of the user's", () => {
  it("waits for as long as they do, whatever else they make of their branches", async () => {
    await journal.append([given()]);
    user.commit({ "mine.txt": "m\n" });
    user.git("update-ref", INTEGRATION, "HEAD");
    expect(await finishRollbacks(context)).toEqual([]);
    expect(await rollback()).toMatchObject({ landed: false, abandoned: null });
    expect(givenIn(await journal.state())).toHaveLength(1);
    expect(await landed()).toEqual(["TASK-001"]);
  });

  it.each([
    ["fast-forward", () => user.git("merge", "-q", "--ff-only", revert)],
    [
      "merge, with work of their own before",
      () => {
        user.commit({ "mine.txt": "m\n" });
        user.git("merge", "-q", "--no-edit", revert);
      },
    ],
    ["move of the branch that landings go to", () => user.git("update-ref", INTEGRATION, revert)],
  ])("counts once they have taken it by a %s, and its tasks are open again", async (_, take) => {
    await journal.append([given()]);
    take();
    const before = user.git("for-each-ref");
    expect(await finishRollbacks(context)).toMatchObject([{ id: "undo-1", landed: true }]);
    expect([await landed(), statuses.get("TASK-001")]).toEqual([[], "todo"]);
    expect(user.git("for-each-ref")).toBe(before);
    expect(await finishRollbacks(context)).toEqual([]);
  });

  it("does not open what somebody has cancelled", async () => {
    await journal.append([given()]);
    user.git("update-ref", INTEGRATION, revert);
    statuses.set("TASK-001", "cancelled");
    expect(await finishRollbacks(context)).toHaveLength(1);
    expect([await landed(), statuses.get("TASK-001")]).toEqual([[], "cancelled"]);
    expect(await finishRollbacks(context)).toEqual([]);
  });

  it("does not open what has landed anew since", async () => {
    await journal.append([given(), { ...intended(), rollback: "undo-2" } as Fact]);
    user.git("update-ref", INTEGRATION, revert);
    await finishRollbacks(context);
    expect((await journal.state()).rollbacks).toMatchObject([
      { landed: true, reopened: ["TASK-001"] },
      { landed: true, reopened: ["TASK-001"] },
    ]);
    await journal.append(
      landedStory("TASK-001").map((fact) => JSON.parse(JSON.stringify(fact).replaceAll("TASK-001/1", "TASK-001/2"))),
    );
    statuses.set("TASK-001", "done");
    expect(await finishRollbacks(context)).toEqual([]);
    expect([await landed(), statuses.get("TASK-001")]).toEqual([["TASK-001"], "done"]);
  });

  it("is given up once what it takes back was taken back otherwise", async () => {
    await journal.append([given(), { ...intended(), rollback: "undo-2" } as Fact]);
    // The one that conductor moves is at its end; the other has nothing left to take back.
    await journal.append([{ type: "rollback.landed", rollback: "undo-2" }]);
    expect(await finishRollbacks(context)).toMatchObject([{ id: "undo-2" }]);
    expect(await rollback()).toMatchObject({ landed: false, abandoned: "what it takes back stands no more" });
    expect(givenIn(await journal.state())).toEqual([]);
  });

  it("is not counted where git has thrown it away", async () => {
    await journal.append([{ ...given(), commit: "0".repeat(39).concat("1") } as Fact]);
    expect(await finishRollbacks(context)).toEqual([]);
  });
});
