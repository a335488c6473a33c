import { expect, it } from "vitest";
import type { z } from "zod";
import type { Operations } from "../client.ts";
import { type OperationName, ROUTES } from "../routes.ts";
import { OPERATION_ANSWERS } from "./operations.ts";

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** A name whose schema and whose type differ is `never` here, and this does not compile. */
type Checked = {
  readonly [Name in OperationName]: Same<
    Frozen<z.infer<(typeof OPERATION_ANSWERS)[Name]>>,
    Frozen<Operations[Name]["output"]>
  >;
};
const same = (names: readonly OperationName[]): Checked =>
  Object.fromEntries(names.map((name): [OperationName, Checked[OperationName]] => [name, true])) as Checked;

it("every operation has a schema of its answer, of the type that the client promises", () => {
  const names = Object.keys(ROUTES) as OperationName[];
  expect(Object.keys(OPERATION_ANSWERS).sort()).toEqual(Object.keys(same(names)).sort());
});
