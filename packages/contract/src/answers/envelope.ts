/** The envelope around every answer, as schemas. */
import { z } from "zod";
import { ERROR_CODES } from "../error-pages.ts";

export const Page = z.object({
  returned: z.number().int(),
  total: z.number().int(),
  truncated: z.boolean(),
  cursor: z.string().nullable(),
});
export const Meta = z.object({
  store: z.string().optional(),
  cursor: z.number().int().optional(),
  op: z.string().optional(),
  session: z.string().nullable().optional(),
  ms: z.number().optional(),
});

/** It was done. `kind` says what `data` is. */
export const successOf = (kind: z.ZodType, data: z.ZodType) =>
  z.object({
    ok: z.literal(true),
    v: z.literal(1),
    kind,
    data,
    page: Page.optional(),
    warnings: z.array(z.string()),
    meta: Meta,
  });

/** It was not done. `code`: what its code is like. */
export const failureOf = (code: z.ZodType) =>
  z.object({
    ok: z.literal(false),
    v: z.literal(1),
    kind: z.literal("error"),
    error: z.object({
      code,
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

/** Any failure there is. */
export const Failure = failureOf(
  z.string().meta({ description: "taskwerk help CODE explains it; there may be new ones", examples: [...ERROR_CODES] }),
);
