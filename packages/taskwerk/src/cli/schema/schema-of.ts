import { Failure, successOf } from "@taskwerk/contract/answers/envelope";
import { OPERATION_ANSWERS } from "@taskwerk/contract/answers/operations";
import { z } from "zod";
import { CLI_ANSWERS } from "./cli-answers.ts";

const ANSWERS: Readonly<Record<string, z.ZodType>> = { ...OPERATION_ANSWERS, ...CLI_ANSWERS };

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
  if (kind === "error") return Failure;
  if (kind === "envelope") return z.union([successOf(z.string(), z.unknown()), Failure]);
  return Object.hasOwn(ANSWERS, kind) ? successOf(z.literal(kind), ANSWERS[kind]!) : undefined;
}
