import { ApiInfo } from "@taskwerk/contract/answers/api-info";
import { Failure, successOf } from "@taskwerk/contract/answers/envelope";
import { z } from "zod";
import { ANSWERS } from "./answer-fields.ts";

const word = z.string();

/** What the API answers about itself. */
export const API_ANSWERS = {
  "api.routes": z.object({
    api: z.number().int(),
    headers: z.array(word),
    routes: z.array(
      z.object({ operation: word, id: word, summary: word, method: word, path: word, fields: z.array(word) }),
    ),
  }),
  "api.health": z.object({ status: z.literal("ok"), api: z.number().int() }),
  "api.rotate": ApiInfo,
  "schema.list": z.array(z.object({ kind: word })),
  schema: z.record(word, z.unknown()),
} as const;

const ALL: Readonly<Record<string, z.ZodType>> = { ...ANSWERS, ...API_ANSWERS };

/** Every kind of answer that the API gives. */
export const KINDS: readonly string[] = ["error", ...Object.keys(ALL).sort()];

/** The JSON Schema (2020-12) of a whole answer of that kind; undefined for no kind. */
export function schemaOfKind(kind: string): Readonly<Record<string, unknown>> | undefined {
  const schema =
    kind === "error" ? Failure : Object.hasOwn(ALL, kind) ? successOf(z.literal(kind), ALL[kind]!) : undefined;
  if (!schema) return undefined;
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: "input", reused: "ref" });
  return { $schema, $id: `urn:taskwerk:v1:${kind}`, title: kind, ...rest };
}
