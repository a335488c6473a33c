import { nearest } from "@taskwerk/contract/nearest";
import type { OperationName } from "@taskwerk/contract/routes";
import { isRecord, Wrong } from "./check-value.ts";
import { MOVES } from "./moves.ts";

/** One operation of a batch, before its input is checked. */
export interface BatchLine {
  readonly op: OperationName;
  readonly ref: string | null;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the words of a batch mean: operations, some with a part of their input given. */
const WORDS: Readonly<
  Record<string, { readonly op: OperationName; readonly input?: Readonly<Record<string, unknown>> }>
> = {
  add: { op: "task.add" },
  update: { op: "task.update" },
  note: { op: "task.note" },
  dep: { op: "task.deps" },
  move: { op: "task.move" },
  split: { op: "task.split" },
  import: { op: "task.import" },
  ac: { op: "task.criteria" },
  link: { op: "task.link" },
  delete: { op: "task.delete" },
  archive: { op: "task.archive" },
  restore: { op: "task.restore" },
  claim: { op: "claim.take" },
  heartbeat: { op: "claim.heartbeat" },
  release: { op: "claim.release" },
  ...Object.fromEntries(
    Object.entries({ ...MOVES, complete: MOVES.done }).map(([word, input]) => [word, { op: "task.transition", input }]),
  ),
};

/** Operations that can be a part of a batch, by their own names too. */
const OPERATIONS: ReadonlySet<string> = new Set(Object.values(WORDS).map(({ op }) => op));

/** Reads `{op, ref?, …}`; one `id` will do where an operation takes several. Throws {@link Wrong}. */
export function readLine(value: unknown): BatchLine {
  if (!isRecord(value)) throw new Wrong("is no object");
  const { op, ref = null, ...input } = value;
  if (typeof op !== "string") throw new Wrong('says no operation, e.g. {"op":"add","title":"Fix the login"}');
  if (ref !== null && (typeof ref !== "string" || !/^[\p{L}\p{N}_.:/-]{1,200}$/u.test(ref))) {
    throw new Wrong("ref must be a word");
  }
  const meant = Object.hasOwn(WORDS, op) ? WORDS[op] : OPERATIONS.has(op) ? { op: op as OperationName } : undefined;
  if (!meant) {
    const near = nearest(op, Object.keys(WORDS));
    throw new Wrong(`there is no "${op.slice(0, 60)}" in a batch${near ? `; did you mean "${near}"?` : ""}`);
  }
  return { op: meant.op, ref, input: { ...input, ...meant.input } };
}

/** The words that a line may begin with. */
export const BATCH_WORDS: readonly string[] = Object.keys(WORDS);

const ONE = ["id", "parent"] as const;
const MANY = ["ids", "depends_on", "blocks", "depends_on_add", "depends_on_remove"] as const;
/** Elsewhere these are texts, numbers or links. */
const MANY_OF_DEPS = [...MANY, "add", "remove"] as const;
const TOKENS = ["claim", "token"] as const;

/** What earlier lines were, by their refs. */
export interface Refs {
  readonly id: (ref: string) => string;
  readonly token: (ref: string) => string;
}

/** The input with each `@ref` of an earlier line as the id of its task, or the token of its claim. */
export function resolveRefs({ op, input }: BatchLine, refs: Refs): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = { ...input };
  const swap = (value: unknown, by: (ref: string) => string): unknown =>
    typeof value === "string" && value.startsWith("@") ? by(value.slice(1)) : value;
  for (const name of ONE) if (name in found) found[name] = swap(found[name], refs.id);
  for (const name of TOKENS) if (name in found) found[name] = swap(found[name], refs.token);
  for (const name of op === "task.deps" ? MANY_OF_DEPS : MANY) {
    const list = found[name];
    if (Array.isArray(list)) found[name] = list.map((one) => swap(one, refs.id));
    else if (typeof list === "string") found[name] = [swap(list, refs.id)];
  }
  return found;
}
