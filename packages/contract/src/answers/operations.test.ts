import { expect, it } from "vitest";
import type { z } from "zod";
import type { Operations } from "../client.ts";
import { type OperationName, ROUTES } from "../routes.ts";
import { OPERATION_ANSWERS } from "./operations.ts";

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? // What may be left out may not be undefined; zod does not tell the two apart.
      { readonly [Key in keyof T]: Frozen<Exclude<T[Key], undefined>> }
    : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** The names whose schema and whose type differ. */
type Different = {
  [Name in OperationName]: Same<
    Frozen<z.infer<(typeof OPERATION_ANSWERS)[Name]>>,
    Frozen<Operations[Name]["output"]>
  > extends true
    ? never
    : Name;
}[OperationName];
/** Where some differ this does not compile, and the compiler says which. */
const different: { readonly [Name in Different]: Name } = {};

it("every operation has a schema of its answer, of the type that the client promises", () => {
  expect(different).toEqual({});
  expect(Object.keys(OPERATION_ANSWERS).sort()).toEqual(Object.keys(ROUTES).sort());
});
