import { PRIORITIES } from "@taskwerk/contract/status";
import { z } from "zod";

const strings = z.array(z.string()).default([]);
const criterion = z.union([
  z.string().transform((text) => ({ text, proof: null })),
  z.strictObject({
    text: z.string(),
    proof: z.string().nullable().default(null).describe("the test or command that proves it; null = unproven"),
  }),
]);

/** The shape of one task of a plan. */
export const PlanTaskSchema = z.strictObject({
  key: z.string().min(1).describe("unique in the plan; stays when the title changes"),
  parent: z.string().nullable().default(null).describe("the key of the group it is in"),
  title: z.string().min(1),
  description: z.string().default(""),
  type: z.string().nullable().default(null),
  acceptance: z.array(criterion).default([]).describe("what must be true when it is done"),
  depends_on: strings.describe("keys of tasks that must be done first"),
  requirements: strings.describe("ids of the requirements it serves"),
  capabilities: strings.describe("what an agent must be able to do"),
  files: strings.describe("globs of the files it is expected to change"),
  estimate_minutes: z.number().int().min(0).nullable().default(null),
  complexity: z.number().int().min(1).max(10).nullable().default(null),
  priority: z.enum(PRIORITIES).default("medium"),
  confidence: z.enum(["high", "medium", "low"]).default("high"),
  questions: strings.describe("what a person should answer before it begins"),
  source: z.string().nullable().default(null),
  quote: z.string().nullable().default(null),
  done: z.boolean().default(false).describe("imported as done, never given to an agent"),
});

/** The shape of a plan file. What a person may leave out when writing one by hand has a default. */
export const PlanSchema = z.strictObject({
  version: z.literal(1).describe("of this format"),
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "letters, digits, dots and dashes, at most 100")
    .describe("names the plan for good; its tasks are ID/KEY in taskwerk"),
  status: z.enum(["draft", "reviewing", "imported"]).default("draft"),
  planner: z
    .strictObject({ name: z.string(), model: z.string().nullable().default(null) })
    .default({ name: "hand", model: null })
    .describe("who made it"),
  sources: z
    .array(z.strictObject({ path: z.string(), sha256: z.string() }))
    .default([])
    .describe("the documents it was made from"),
  requirements: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        level: z.enum(["must", "should", "may"]).default("must"),
        text: z.string(),
        acceptance: strings,
        source: z.string().default("").describe("its place in a document, e.g. prd.md#L10-14"),
        quote: z.string().default("").describe("the words there, to the letter"),
      }),
    )
    .default([]),
  tasks: z
    .array(PlanTaskSchema)
    .default([])
    .describe("flat, in document order; a task that others name as parent is a group"),
  non_goals: strings,
  questions: strings.describe("about the plan as a whole"),
  assumptions: strings,
  left_out: z
    .array(z.strictObject({ title: z.string(), source: z.string(), items: z.number().int(), reason: z.string() }))
    .optional()
    .describe("parts of the documents from which no tasks were made"),
  hidden: z
    .array(
      z.strictObject({
        source: z.string(),
        kind: z.enum(["comment", "zero-width", "bidi-control", "unseen"]),
        text: z.string(),
      }),
    )
    .optional()
    .describe("text of the documents that their readers would not see"),
});

/** The JSON Schema (2020-12) of a plan file, as a person may write it. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(PlanSchema, { target: "draft-2020-12", io: "input" });
  return { $schema, $id: "urn:conductor:v1:plan", title: "A plan of conductor", ...rest };
}
