import { OPERATION_ANSWERS } from "@taskwerk/contract/answers/operations";
import { VIEW_ANSWERS } from "@taskwerk/contract/answers/views";
import type { ViewKind } from "@taskwerk/contract/more-routes";
import type { OperationName } from "@taskwerk/contract/routes";
import { z } from "zod";

/** Kind → the schema of `data`, for everything that HTTP answers about a store. */
export const ANSWERS: Readonly<Record<OperationName | ViewKind, z.ZodType>> = { ...OPERATION_ANSWERS, ...VIEW_ANSWERS };

/** The fields that an answer of this kind has, or its items: what `fields` may name. */
export function answerFields(kind: OperationName | ViewKind): readonly string[] {
  const schema = ANSWERS[kind];
  const item = schema instanceof z.ZodArray ? schema.element : schema;
  return item instanceof z.ZodObject ? Object.keys(item.shape) : [];
}
