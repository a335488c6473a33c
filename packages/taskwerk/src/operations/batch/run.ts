import type { BatchAnswer, RunBatch } from "@taskwerk/contract/batch";
import { type ErrorCode, isStoreError, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import type { ZodType } from "zod";
import { type BatchLine, readLine, resolveRefs } from "../../core/batch-line.ts";
import { Wrong } from "../../core/check-value.ts";
import type { Op } from "../../store/op.ts";
import { change } from "../change.ts";
import { fieldsOf, tell } from "../issue-words.ts";
import type { OperationContext, OperationOf, Outcome } from "../operation.ts";
import { rehearse } from "../rehearse.ts";

/**
 * Does many operations as one: one transaction, one entry in the log, one undo. A line may name the task of an earlier
 * one by `@ref`. All or none; every line that is wrong is reported. Throws what the lines throw where that is one code, else
 * VALIDATION_FAILED; PAYLOAD_TOO_LARGE.
 */
export const runBatch: OperationOf<"batch"> = {
  input: () => import("@taskwerk/contract/batch").then((m) => m.RunBatch),
  run(context, input) {
    const { places: _, ...said } = input;
    const work = (op: Op): Promise<Outcome<readonly BatchAnswer[]>> => runAll(context, op, input);
    return input.dry_run ? rehearsed(context, said, work) : change(context, "batch", said, work);
  },
};

async function rehearsed(
  context: OperationContext,
  input: RunBatch,
  work: (op: Op) => Promise<Outcome<readonly BatchAnswer[]>>,
): Promise<Outcome<readonly BatchAnswer[]>> {
  const outcome = await rehearse(context, "batch", input, work);
  return { ...outcome, warnings: [...(outcome.warnings ?? []), "a dry run: nothing was changed."] };
}

interface LineProblem {
  readonly where: string;
  /** null for a line that is wrong only because an earlier one is. */
  readonly code: ErrorCode | null;
  readonly field: string;
  readonly message: string;
  readonly hint?: string;
  readonly given?: string;
  readonly candidates?: readonly string[];
}

/** What a ref stands for: the task and the claim of its line; null where that line is wrong. */
type Named = Map<string, { readonly where: string; readonly id: string; readonly token: string | null } | null>;

async function runAll(
  context: OperationContext,
  op: Op,
  { operations, places }: RunBatch,
): Promise<Outcome<readonly BatchAnswer[]>> {
  if (operations.length > LIMITS.batch) {
    throw new WerkError(
      "PAYLOAD_TOO_LARGE",
      `${operations.length} operations at once; at most ${LIMITS.batch} are taken.`,
      { hint: "New tasks come in greater numbers by import." },
    );
  }
  const whereOf = (at: number): string => places?.[at] ?? `operations[${at}]`;
  const named: Named = new Map();
  const answers: BatchAnswer[] = [];
  const problems: LineProblem[] = [];
  let wrong = 0;
  for (const [at, value] of operations.entries()) {
    context.progress?.(at, operations.length);
    const where = whereOf(at);
    // What a line did before it failed must not stand in the way of the next one.
    await op.tx.exec("savepoint line");
    try {
      answers.push(await runLine(context, op, { where, value, named }));
    } catch (error) {
      // No line is at fault, and SQLite may have taken all of them back already.
      if (isStoreError(error)) throw error;
      await op.tx.exec("rollback to line");
      const ref = refOf(value);
      if (ref !== null && !named.has(ref)) named.set(ref, null);
      problems.push(...problemsOf(where, error));
      wrong += 1;
    }
    await op.tx.exec("release line");
    for (const seq of op.released) op.maybeReady.add(seq);
    op.released.clear();
  }
  throwProblems(problems, wrong, operations.length);
  return { data: answers };
}

const refOf = (value: unknown): string | null =>
  typeof value === "object" && value !== null && "ref" in value && typeof value.ref === "string" ? value.ref : null;

async function runLine(
  context: OperationContext,
  op: Op,
  { where, value, named }: { readonly where: string; readonly value: unknown; readonly named: Named },
): Promise<BatchAnswer> {
  const line = readLine(value);
  if (line.ref !== null && named.has(line.ref)) throw new Wrong(`ref "${line.ref}" is that of an earlier line`);
  if ("dry_run" in line.input) throw new Wrong("dry_run is of the whole batch");
  const operation = await context.others!(line.op);
  const input = checked(await operation.input(), line, named);
  const outcome: Outcome<unknown> = await operation.run(
    { ...context, idempotencyKey: null, now: () => op.now, within: op },
    input,
  );
  const ids = idsOf(outcome.data);
  if (line.ref !== null) named.set(line.ref, { where, id: ids[0] ?? "", token: tokenOf(outcome.data) });
  return { where, op: line.op, ref: line.ref, ids, data: outcome.data, warnings: outcome.warnings ?? [] };
}

/** The line as its operation takes it. Throws VALIDATION_FAILED, {@link Wrong}, {@link Follows}. */
function checked(schema: ZodType, line: BatchLine, named: Named): unknown {
  const known = fieldsOf(schema);
  const find = (ref: string) => {
    const one = named.get(ref);
    if (one === undefined) throw new Wrong(`"@${ref}" is no line before this one`);
    if (one === null) throw new Follows(`"@${ref}" is a line that is wrong`);
    return one;
  };
  const { id, ...rest } = resolveRefs(line, {
    id: (ref) => find(ref).id,
    token: (ref) => {
      const { token } = find(ref);
      if (token === null) throw new Wrong(`"@${ref}" claimed nothing`);
      return token;
    },
  });
  const several = id !== undefined && known.includes("ids") && !known.includes("id");
  const input = { ...rest, ...(several ? { ids: [id] } : id === undefined ? {} : { id }) };
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [first] = tell(parsed.error.issues, input, known);
  throw new WerkError("VALIDATION_FAILED", first!.message, { field: first!.field });
}

/** A line that could only have been right if an earlier one were. */
class Follows extends Wrong {}

interface Answered {
  readonly changed?: readonly { readonly id: string }[];
  readonly unchanged?: readonly { readonly id: string }[];
  readonly task?: string;
  readonly claim?: { readonly token: string };
}

function idsOf(data: unknown): readonly string[] {
  const { changed = [], unchanged = [], task } = data as Answered;
  return task === undefined ? [...changed, ...unchanged].map(({ id }) => id) : [task];
}

const tokenOf = (data: unknown): string | null => (data as Answered).claim?.token ?? null;

/** What is wrong with a line; of one with rows of its own, each row that is. */
function problemsOf(where: string, error: unknown): readonly LineProblem[] {
  if (error instanceof Follows) return [{ where, code: null, field: "", message: error.message }];
  if (error instanceof Wrong) return [{ where, code: "VALIDATION_FAILED", field: "", message: error.message }];
  if (!isWerkError(error)) throw error;
  const { code, details } = error;
  const rows = Array.isArray(details.problems) ? (details.problems as LineProblem[]) : [];
  if (rows.length > 0 && rows.every((row) => typeof row.where === "string"))
    return rows.map((row) => ({ ...row, where: `${where}, ${row.where}`, code }));
  const { field = "", message, hint, given, candidates } = error;
  return [
    {
      where,
      code,
      field,
      message: message.replace(/\.$/, ""),
      ...(hint === null ? {} : { hint }),
      ...(given === undefined ? {} : { given }),
      ...(candidates === undefined ? {} : { candidates }),
    },
  ];
}

function throwProblems(problems: readonly LineProblem[], wrong: number, total: number): void {
  const [first] = problems;
  if (!first) return;
  const codes = new Set(problems.flatMap(({ code }) => code ?? []));
  const [only = "VALIDATION_FAILED"] = codes;
  const of = total === 1 ? "operation" : "operations";
  throw new WerkError(
    codes.size === 1 ? only : "VALIDATION_FAILED",
    `${wrong} of ${total} ${of} cannot be done. Nothing was done.`,
    {
      hint: problems.length === 1 && first.hint ? first.hint : "Correct these lines, then run them again.",
      field: first.field,
      details: { problems: problems.slice(0, 1_000), total: problems.length },
    },
  );
}
