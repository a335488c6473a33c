import { PRIORITIES } from "@taskwerk/contract/status";
import { z } from "zod";

const strings = z.array(z.string()).default([]);
const criterion = z.union([
  z.string().transform((text) => ({ text, proof: null })),
  z.strictObject({ text: z.string(), proof: z.string().nullable().default(null) }),
]);

/** The shape of a plan file. What a person may leave out when writing one by hand has a default. */
export const PlanSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "letters, digits, dots and dashes, at most 100"),
  status: z.enum(["draft", "reviewing", "imported"]).default("draft"),
  planner: z
    .strictObject({ name: z.string(), model: z.string().nullable().default(null) })
    .default({ name: "hand", model: null }),
  sources: z.array(z.strictObject({ path: z.string(), sha256: z.string() })).default([]),
  requirements: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        level: z.enum(["must", "should", "may"]).default("must"),
        text: z.string(),
        acceptance: strings,
        source: z.string().default(""),
        quote: z.string().default(""),
      }),
    )
    .default([]),
  tasks: z
    .array(
      z.strictObject({
        key: z.string().min(1),
        parent: z.string().nullable().default(null),
        title: z.string().min(1),
        description: z.string().default(""),
        type: z.string().nullable().default(null),
        acceptance: z.array(criterion).default([]),
        depends_on: strings,
        requirements: strings,
        capabilities: strings,
        files: strings,
        estimate_minutes: z.number().int().min(0).nullable().default(null),
        complexity: z.number().int().min(1).max(10).nullable().default(null),
        priority: z.enum(PRIORITIES).default("medium"),
        confidence: z.enum(["high", "medium", "low"]).default("high"),
        questions: strings,
        source: z.string().nullable().default(null),
        quote: z.string().nullable().default(null),
        done: z.boolean().default(false),
      }),
    )
    .default([]),
  non_goals: strings,
  questions: strings,
  assumptions: strings,
  left_out: z
    .array(z.strictObject({ title: z.string(), source: z.string(), items: z.number().int(), reason: z.string() }))
    .optional(),
  hidden: z
    .array(
      z.strictObject({
        source: z.string(),
        kind: z.enum(["comment", "zero-width", "bidi-control", "unseen"]),
        text: z.string(),
      }),
    )
    .optional(),
});
