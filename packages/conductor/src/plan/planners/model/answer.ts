/** The shape of the model's answers: a flat keyed list, every field required, null instead of absent. */
import { PRIORITIES } from "@taskwerk/contract/status";
import { z } from "zod";

const TaskAnswer = z.strictObject({
  key: z.string(),
  parent: z.string().nullable(),
  title: z.string(),
  description: z.string(),
  type: z.enum(["feature", "fix", "chore", "test", "docs", "research"]),
  acceptance: z.array(z.strictObject({ text: z.string(), proof: z.string().nullable() })),
  depends_on: z.array(z.string()),
  requirements: z.array(z.string()),
  capabilities: z.array(z.string()),
  /** Paths that are there and are changed; paths that are made. */
  files: z.array(z.string()),
  new_files: z.array(z.string()),
  /** What of it is in the repository already. */
  exists: z.array(z.strictObject({ path: z.string(), what: z.string() })),
  modules: z.array(z.string()),
  /** Changed lines, estimated. */
  lines: z.number().int(),
  estimate_minutes: z.number().int().nullable(),
  complexity: z.number().int(),
  priority: z.enum(PRIORITIES),
  confidence: z.enum(["high", "medium", "low"]),
  questions: z.array(z.string()),
  source_quote: z.string().nullable(),
});
/** The same as a type. */
export type TaskAnswer = z.infer<typeof TaskAnswer>;

/** What a model answers to every question of a planning. */
export const PlanAnswer = z.strictObject({
  tasks: z.array(TaskAnswer),
  /** What binds and was not in the list of requirements. */
  more_requirements: z.array(
    z.strictObject({ id: z.string(), level: z.enum(["must", "should", "may"]), text: z.string(), quote: z.string() }),
  ),
  questions: z.array(z.string()),
  assumptions: z.array(z.string()),
});
export type PlanAnswer = z.infer<typeof PlanAnswer>;

/** The JSON Schema that is sent along. */
export const answerSchema = (): Readonly<Record<string, unknown>> => {
  const { $schema: _, ...schema } = z.toJSONSchema(PlanAnswer) as Record<string, unknown>;
  return schema;
};

/** An answer that has the shape, or what is wrong with it first. */
export function readAnswer(
  json: unknown,
):
  | { readonly kind: "answer"; readonly answer: PlanAnswer }
  | { readonly kind: "other-shape"; readonly reason: string } {
  const parsed = PlanAnswer.safeParse(json);
  if (parsed.success) return { kind: "answer", answer: parsed.data };
  const issue = parsed.error.issues[0];
  return { kind: "other-shape", reason: `${issue?.path.join(".") || "the answer"}: ${issue?.message}` };
}
