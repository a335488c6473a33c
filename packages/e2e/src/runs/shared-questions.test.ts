import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const RUN = ["run", "--auto", "--concurrency", "3", "--allow-unsandboxed", "--budget", "5", "--json"];
const NAMES = ["One", "Two", "Three", "Four"] as const;
/** Each types the question in its own way. */
const TEXTS = ["Which colour?", "which  colour", "Which colour ?", "WHICH COLOUR?"];
const SCENARIO = scenarioOf(
  NAMES.map((name, i) =>
    agentScript(name)
      .asks(TEXTS[i]!, { options: ["red", "blue"], default: "red", as: "colour" })
      .writes(`${name}.txt`, "{{colour}}\n")
      .finishes(),
  ),
);

interface Inbox {
  readonly cards: readonly {
    readonly id: string;
    readonly tasks: readonly string[];
    readonly frees: readonly string[];
  }[];
  readonly holds: number;
}

describe("a question that several agents ask", () => {
  const keep = keepProjects();
  const start = async (...titles: readonly string[]): Promise<Project> => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    await addTasks(project.rig, titles);
    return project;
  };
  const inboxOf = async ({ conductor }: Project): Promise<Inbox> => dataOf<Inbox>(await conductor("inbox", "--json"));

  it("is one card, one answer, and all go on at once", async () => {
    const project = await start("One", "Two", "Three");
    const { conductor, git, rig } = project;
    const child = rig.start("conductor", [...RUN, "--wait", "5m"]);
    child.stdin!.end();
    const end = ended(child);
    const waiting = async () =>
      JSON.parse((await conductor("inbox", "--json")).stdout).data?.cards?.flatMap(
        (card: { readonly tasks: readonly string[] }) => card.tasks,
      );
    await expect
      .poll(async () => (await waiting())?.toSorted(), { timeout: 120_000, interval: 300 })
      .toEqual(["TASK-001", "TASK-002", "TASK-003"]);
    const inbox = await inboxOf(project);
    expect(inbox).toMatchObject({ holds: 3, cards: [{ id: "Q1" }] });
    expect(inbox.cards[0]!.frees.toSorted()).toEqual(["TASK-001", "TASK-002", "TASK-003"]);
    const shown = (await conductor("inbox")).stdout;
    expect(shown).toMatch(/^1 card holds 3 tasks\. Nothing approves itself\.$/m);
    expect(shown).toMatch(/^Q1 {2}QUESTION {3}asked by TASK-00\d, TASK-00\d and TASK-00\d, .*frees 3 tasks$/m);
    const said = await conductor("answer", "Q1", "2");
    expect(said.stdout).toContain("Q1 answered: blue.");
    expect(said.stdout).toContain("Kept as D1");
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    for (const name of ["One", "Two", "Three"]) expect(git("show", `conductor/main:${name}.txt`)).toBe("blue");
    const log = dataOf<readonly { readonly type: string }[]>(await conductor("events", "--json"));
    expect(log.filter(({ type }) => type === "decision.joined")).toHaveLength(2);
  }, 400_000);

  it("frees all that were put down for it, and the next that asks is given the answer with its number", async () => {
    const project = await start("One", "Two", "Three");
    const { conductor, git, rig } = project;
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect((await inboxOf(project)).cards.map(({ id, tasks }) => [id, tasks.toSorted()])).toEqual([
      ["Q1", ["TASK-001", "TASK-002", "TASK-003"]],
    ]);
    // Whoever asked first: only the answer frees them.
    for (const id of ["TASK-001", "TASK-002", "TASK-003"]) {
      const refused = JSON.parse((await conductor("unblock", id, "--json")).stdout).error;
      expect(refused).toMatchObject({ code: "INVALID_TRANSITION", hint: 'conductor answer Q1 "..."' });
      const aside = JSON.parse((await conductor("continue", id, "--json")).stdout).error;
      expect(aside.hint).toContain(`conductor why ${id}`);
    }
    expect((await conductor("answer", "Q1", "2")).code).toBe(0);
    await addTasks(rig, ["Four"]);
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    for (const name of ["One", "Two", "Three"]) expect(git("show", `conductor/main:${name}.txt`)).toBe("blue");
    // The scripted agent finds the option in what it is told.
    expect(git("show", "conductor/main:Four.txt")).toBe("blue");
    const events = dataOf<readonly { readonly type: string; readonly task?: string; readonly content?: string }[]>(
      await conductor("events", "--json"),
    );
    expect(events.filter(({ type }) => type === "decision.asked")).toHaveLength(1);
    expect(events.filter(({ type, task }) => type === "decision.joined" && task === "TASK-004")).toHaveLength(1);
    expect(events.some(({ type, content }) => type === "interaction" && content === "D1: blue")).toBe(true);
  }, 400_000);
});
