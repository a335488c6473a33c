import type { ClaimTask } from "@taskwerk/contract/claim";
import { globsOverlap } from "../../core/glob-overlap.ts";
import { whereFits } from "../../store/list-tasks.ts";
import type { Op } from "../../store/op.ts";
import type { TaskRow } from "../../store/task-row.ts";
import type { Where } from "../../store/where.ts";
import type { OperationContext } from "../operation.ts";
import { filterOf } from "../task/filter-of.ts";

const URGENT = "order by priority, due_key, dependants_key, seq";

/** The most urgent task that is ready and fits; undefined for none. */
export async function nextReady(
  op: Op,
  context: OperationContext,
  { tag, query, skip_file_conflicts }: Pick<ClaimTask, "tag" | "query" | "skip_file_conflicts">,
): Promise<TaskRow | undefined> {
  const filter = await filterOf(
    { ...context, now: () => op.now },
    {
      ready: true,
      ...(tag ? { tag } : {}),
      ...(query === undefined ? {} : { query }),
    },
  );
  const where = await whereFits(op.tx, op.prefix, filter);
  const busy = skip_file_conflicts ? await busyFiles(op) : [];
  if (busy.length > 0) return firstApart(op, where, busy);
  return op.tx.get<TaskRow>(`select * from tasks where ${where.sql} ${URGENT} limit 1`, where.params);
}

/** What somebody works on now: files of tasks under a live claim, and of those in progress without one. */
async function busyFiles(op: Op): Promise<readonly string[]> {
  const rows = await op.tx.all<{ files: string }>(
    `select files from tasks where claim_until is not null and claim_until > ? and files <> '[]' and deleted_at is null
     union all
     select files from tasks where rank = 0 and bucket <> 'hidden' and claim_by is null and files <> '[]'`,
    [op.at],
  );
  return [...new Set(rows.flatMap(({ files }) => JSON.parse(files) as string[]))];
}

const A_PAGE = 200;

/** The first of them none of whose files may be one of these. */
async function firstApart(op: Op, { sql, params }: Where, busy: readonly string[]): Promise<TaskRow | undefined> {
  for (let from = 0; ; from += A_PAGE) {
    const rows = await op.tx.all<TaskRow>(
      `select * from tasks where ${sql} ${URGENT} limit ${A_PAGE} offset ${from}`,
      params,
    );
    const apart = rows.find(({ files }) =>
      (JSON.parse(files) as string[]).every((file) => !busy.some((other) => globsOverlap(file, other))),
    );
    if (apart || rows.length < A_PAGE) return apart;
  }
}
