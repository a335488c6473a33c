import { OPERATION_ANSWERS } from "@taskwerk/contract/answers/operations";
import { ERROR_CODES } from "@taskwerk/contract/error-pages";
import { z } from "zod";
import { CLI_ANSWERS } from "./cli-answers.ts";

const ANSWERS: Readonly<Record<string, z.ZodType>> = { ...OPERATION_ANSWERS, ...CLI_ANSWERS };

const Page = z.object({
  returned: z.number().int(),
  total: z.number().int(),
  truncated: z.boolean(),
  cursor: z.string().nullable(),
});
const Meta = z.object({
  store: z.string().optional(),
  cursor: z.number().int().optional(),
  op: z.string().optional(),
  session: z.string().nullable().optional(),
  ms: z.number().optional(),
});

const successOf = (kind: z.ZodType, data: z.ZodType) =>
  z.object({
    ok: z.literal(true),
    v: z.literal(1),
    kind,
    data,
    page: Page.optional(),
    warnings: z.array(z.string()),
    meta: Meta,
  });

const FAILURE = z.object({
  ok: z.literal(false),
  v: z.literal(1),
  kind: z.literal("error"),
  error: z.object({
    code: z
      .string()
      .meta({ description: "taskwerk help CODE explains it; there may be new ones", examples: [...ERROR_CODES] }),
    message: z.string(),
    hint: z.string().nullable(),
    retryable: z.boolean(),
    field: z.string().optional(),
    given: z.string().optional(),
    candidates: z.array(z.string()).optional(),
    details: z.record(z.string(), z.unknown()),
  }),
  meta: Meta,
});

/** Every kind that has a schema: the envelope of any answer, failures, and each answer there is. */
export const KINDS: readonly string[] = ["envelope", "error", ...Object.keys(ANSWERS).sort()];

/** The JSON Schema (2020-12) of a whole document of that kind; what it does not name may come too. Undefined for no kind. */
export function schemaOf(kind: string): Readonly<Record<string, unknown>> | undefined {
  const schema = documentOf(kind);
  if (schema === undefined) return undefined;
  const made = z.toJSONSchema(schema, { target: "draft-2020-12", io: "input", reused: "ref" });
  const { $schema, ...rest } = made;
  return { $schema, $id: `urn:taskwerk:v1:${kind}`, title: kind, ...rest };
}

function documentOf(kind: string): z.ZodType | undefined {
  if (kind === "error") return FAILURE;
  if (kind === "envelope") return z.union([successOf(z.string(), z.unknown()), FAILURE]);
  return Object.hasOwn(ANSWERS, kind) ? successOf(z.literal(kind), ANSWERS[kind]!) : undefined;
}
