import type { Page } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import type { ListTasks } from "@taskwerk/contract/list-tasks";
import type { Task } from "@taskwerk/contract/task";
import { forestOf } from "../../core/forest.ts";
import { checkLimit } from "../../core/limit.ts";
import { type ListFilter, listTasks, seqsThatFit } from "../../store/list-tasks.ts";
import type { Reader } from "../../store/open.ts";
import { readTasks } from "../../store/read-task.ts";
import { withAncestors, withDescendants } from "../../store/tree-rows.ts";
import type { OperationContext, Outcome } from "../operation.ts";

/**
 * Tasks that fit as whole trees, each root with its subtree, parents before their children. A list that nothing narrows
 * shows all that lies below a root, closed ones too, so that progress can be believed; a narrowed one shows what fits and
 * what that lies under. A page is whole roots: as many as fit into `limit` rows, and one at least.
 */
export async function treePage(
  { now, store }: OperationContext,
  reader: Reader,
  filter: ListFilter,
  input: ListTasks,
): Promise<Outcome<readonly Task[]>> {
  const moment = now();
  const limit = checkLimit(input.limit);
  const fitting = filter.order
    ? (await listTasks(reader, store.prefix, filter, moment.toISOString(), 0)).seqs
    : await seqsThatFit(reader, store.prefix, filter);
  const upwards = await withAncestors(reader, fitting);
  const below = await withDescendants(reader, upwards);
  const forest = forestOf(filter.order ? inOrder(below, fitting) : below);
  const shown = isNarrow(input) ? upwards : new Set(below.map(({ seq }) => seq));
  const trees = forest.roots.map((root) => forest.walk(root, shown)).filter((tree) => tree.length > 0);
  const { seqs, page } = wholeTrees(trees, limit, firstOf(trees, input.cursor, filter.order !== undefined));
  const tasks = await readTasks(reader, seqs, moment);
  return { data: tasks.map((task, at) => ({ ...task, leaves: forest.leavesOf(seqs[at]!) })), page };
}

/** True when something was asked for besides how much of it, and whether closed ones belong to it. */
const isNarrow = (input: ListTasks): boolean =>
  Object.entries(input).some(
    ([key, value]) => value !== undefined && !["limit", "cursor", "all", "sort", "tree"].includes(key),
  );

/** What fits in the order it came in, what only leads there or lies below behind it. */
function inOrder<T extends { readonly seq: number }>(rows: readonly T[], seqs: readonly number[]): readonly T[] {
  const places = new Map(seqs.map((seq, at) => [seq, at]));
  const place = ({ seq }: T): number => places.get(seq) ?? seqs.length + seq;
  return rows.toSorted((one, other) => place(one) - place(other));
}

/** Where the page behind a cursor begins. Throws INVALID_QUERY where that cannot be told. */
function firstOf(trees: readonly (readonly number[])[], cursor: string | undefined, sorted: boolean): number {
  if (cursor === undefined) return 0;
  const last = rootOf(cursor);
  const at = trees.findIndex(([root]) => root === last);
  if (at >= 0) return at + 1;
  if (sorted) {
    throw new WerkError("INVALID_QUERY", "what the page before ended with no longer fits.", {
      hint: "Begin without a cursor.",
      field: "cursor",
      given: cursor.slice(0, 100),
    });
  }
  // Without an order of its own a tree has the oldest first.
  const next = trees.findIndex(([root]) => root! > last);
  return next < 0 ? trees.length : next;
}

function wholeTrees(
  trees: readonly (readonly number[])[],
  limit: number,
  from: number,
): { readonly seqs: readonly number[]; readonly page: Page } {
  const seqs: number[] = [];
  let next = from;
  while (next < trees.length && (limit === 0 || next === from || seqs.length + trees[next]!.length <= limit)) {
    seqs.push(...trees[next]!);
    next += 1;
  }
  const truncated = next < trees.length;
  return {
    seqs,
    page: {
      returned: seqs.length,
      total: trees.reduce((sum, tree) => sum + tree.length, 0),
      truncated,
      cursor: truncated ? Buffer.from(JSON.stringify(["tree", trees[next - 1]![0]])).toString("base64url") : null,
    },
  };
}

/** The last root of the page before. Throws INVALID_QUERY. */
function rootOf(cursor: string): number {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(read) && read[0] === "tree" && typeof read[1] === "number") return read[1];
  } catch {
    // Falls through to the error below.
  }
  throw new WerkError("INVALID_QUERY", "the cursor is not one that a tree gave.", {
    hint: "Begin without a cursor.",
    field: "cursor",
    given: cursor.slice(0, 100),
  });
}
