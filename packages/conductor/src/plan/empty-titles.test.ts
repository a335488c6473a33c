/** What a model answers, also when it was told what is wrong, goes through the same check as what a person writes. */
import { expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { claudeApiTransport } from "./planners/claude-api/transport.ts";
import type { Transport } from "./planners/model/question.ts";
import { sampleAnswer, wholeTask } from "./planners/model/sample-answers.ts";
import { MODEL, model, run } from "./planners/model/test-model.ts";

const over = (baseURL: string): Transport => claudeApiTransport({ apiKey: "sk-test", model: MODEL, baseURL });

it.each(["", "  \n\t "])(
  "a corrected answer in which a task has the title %j is refused, and kept for repair",
  async (title) => {
    const server = await model(() => ({ json: sampleAnswer([wholeTask({ title })]) }));
    const kept: Plan[] = [];
    const keepDraft = async (plan: Plan): Promise<string> => {
      kept.push(plan);
      return "kept.yaml";
    };
    await expect(run(over(server.url), { keepDraft })).rejects.toMatchObject({
      code: "PLAN_INVALID",
      message: expect.stringContaining("has no title"),
      details: { file: "kept.yaml", problems: [{ rule: "no-title", severity: "error" }] },
    });
    // The first answer, and the one after it was told.
    expect(server.requests).toHaveLength(2);
    expect(kept).toHaveLength(1);
  },
);

it("an answer without a title that is corrected makes a plan", async () => {
  const server = await model((_, n) => ({ json: sampleAnswer([wholeTask(n === 1 ? { title: "" } : {})]) }));
  const { plan } = await run(over(server.url));
  expect(server.requests).toHaveLength(2);
  expect(plan.tasks.every(({ title }) => title.trim() !== "")).toBe(true);
});
