import { LIMITS } from "@taskwerk/contract/limits";
import type { Batch, RowProblem } from "../../core/batch.ts";
import { isAbove } from "../../core/batch-order.ts";
import { isClosed } from "../../core/moves.ts";
import type { Ties } from "../../store/ties.ts";

type Report = (row: number, problem: Omit<RowProblem, "where" | "row">) => void;

/** Reports rows that cannot stand where the file puts them: too deep, below what is closed, after a part of themselves. */
export function checkPlaces(batch: Batch, ties: readonly Ties[], report: Report): void {
  ties.forEach((_, row) => {
    checkPlace(batch, ties, row, report);
  });
}

function checkPlace({ rows, whereOf }: Batch, ties: readonly Ties[], row: number, report: Report): void {
  const { parent, storedParent, dependsOn } = ties[row]!;
  const wrong = (field: string, message: string): void => report(row, { code: "HIERARCHY_CONFLICT", field, message });
  const gone = Boolean(rows[row]!.deleted_at);
  if (storedParent && isClosed(storedParent.status) && !gone) {
    wrong("parent", `${storedParent.id} is ${storedParent.status}; nothing can be put under it`);
  }
  const aboveGone = parent === null ? storedParent?.deleted_at : rows[parent]!.deleted_at;
  if (aboveGone && !gone) wrong("parent", "it is deleted, and this is not");
  if (depthOf(ties, row) >= LIMITS.depth) wrong("parent", `it is more than ${LIMITS.depth} levels deep`);
  for (const blocker of dependsOn) {
    if (blocker !== row && (isAbove(ties, blocker, row) || isAbove(ties, row, blocker))) {
      wrong(
        "depends_on",
        `one of ${whereOf(row)} and ${whereOf(blocker)} is a part of the other: neither can depend on the other`,
      );
    }
  }
}

/** Levels above a row; stops counting at one more than is allowed. */
function depthOf(ties: readonly Ties[], row: number): number {
  let depth = 0;
  for (let at = row; depth <= LIMITS.depth; depth += 1) {
    const { parent, storedParent } = ties[at]!;
    if (parent === null) return depth + (storedParent ? storedParent.depth + 1 : 0);
    // A cycle of parents is told as a cycle.
    if (parent === row) return 0;
    at = parent;
  }
  return depth;
}
