/** For tests: answers as a model gives them, and what reads the questions it was asked. */
import { fileURLToPath } from "node:url";
import type { RequestBody } from "@taskwerk/rehearsal/model/request";
import type { ComputedTurn, Turn } from "@taskwerk/rehearsal/model/script";
import { type ModelServer, startModelServer } from "@taskwerk/rehearsal/model-server";
import type { PlanAnswer, TaskAnswer } from "./answer.ts";

export const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));

/** One task of an answer; small, and founded on nothing. */
export const sampleTask = (key: string, fields: Partial<TaskAnswer> = {}): TaskAnswer => ({
  key,
  parent: null,
  title: `Do ${key}`,
  description: "",
  type: "feature",
  acceptance: [{ text: "it is there", proof: "npm test" }],
  depends_on: [],
  requirements: [],
  capabilities: [],
  files: [],
  new_files: [],
  exists: [],
  modules: [],
  lines: 40,
  estimate_minutes: 30,
  complexity: 3,
  priority: "medium",
  confidence: "high",
  questions: [],
  source_quote: null,
  ...fields,
});

export const sampleAnswer = (tasks: readonly TaskAnswer[], rest: Partial<PlanAnswer> = {}): PlanAnswer => ({
  tasks: [...tasks],
  more_requirements: [],
  questions: [],
  assumptions: [],
  ...rest,
});

/** The requirements of `reminders-spec.md`. */
export const REMINDERS = ["US1", "US2", "FR-001", "FR-002", "FR-003", "NFR-1", "SC-001", "SC-002"];

/** One task that does all of `reminders-spec.md`. */
export const wholeTask = (fields: Partial<TaskAnswer> = {}): TaskAnswer =>
  sampleTask("reminders", {
    requirements: REMINDERS,
    source_quote: "The system MUST keep reminders over a restart",
    ...fields,
  });

/** A model that answers each question as it is told. */
export const playModel = (turn: ComputedTurn): Promise<ModelServer> =>
  startModelServer({ lanes: [{ name: "planner", turns: [turn], loop: true }] });

/** The last thing that was said to the model: the question itself. */
export function questionOf({ messages }: RequestBody): string {
  const content = messages.at(-1)?.content ?? "";
  return typeof content === "string" ? content : (content.at(-1)?.text ?? "");
}

/** A model that answers with one task for each requirement that it is given. */
export const coverAll: ComputedTurn = (request): Turn => {
  const list = request.text.split("<requirements>")[1] ?? "";
  const found = [...list.matchAll(/^([\w-]+) \((?:must|should|may)\): (.*)$/gm)];
  return {
    json: sampleAnswer(
      found.map(([, id = "", text = ""]) => sampleTask(`for-${id}`, { requirements: [id], source_quote: text })),
    ),
  };
};
