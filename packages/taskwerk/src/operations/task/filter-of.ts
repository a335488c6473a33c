import { WerkError } from "@taskwerk/contract/errors";
import type { ListTasks } from "@taskwerk/contract/list-tasks";
import { STATUSES, type Status } from "@taskwerk/contract/status";
import { isClosed, parseStatus } from "../../core/moves.ts";
import { rankOf } from "../../core/priority.ts";
import type { Condition } from "../../core/query/condition.ts";
import type { ReadQuery } from "../../core/query/read-query.ts";
import type { ListFilter } from "../../store/list-tasks.ts";
import type { OperationContext } from "../operation.ts";

/** Fields by which tasks are chosen; all that are given must hold. */
export type Choice = Omit<ListTasks, "limit" | "cursor" | "sort" | "tree">;

const OPEN: readonly Status[] = STATUSES.filter((status) => !isClosed(status));

/**
 * Which tasks a choice means: the open ones, unless it says which statuses, names a session (that lists all it changed,
 * whatever became of it), or wants all. Throws INVALID_STATUS, INVALID_QUERY.
 */
export async function filterOf(context: OperationContext, choice: Choice, every = false): Promise<ListFilter> {
  const { status, session, ready = false, all = false } = choice;
  const query = await queryOf(context, choice.query);
  if (status?.length && query) checkStatuses(status.map(parseStatus), query.condition);
  const reachesAll = every || all || ready || session !== undefined || status?.length || query?.everyStatus;
  return {
    conditions: [
      ...(reachesAll ? [] : [{ kind: "status", statuses: OPEN } as const]),
      ...fieldConditions(context, choice),
      ...(query === null ? [] : [query.condition]),
    ],
    archived: query?.archived ?? false,
    deleted: query?.deleted ?? false,
    ...(query?.meant.length ? { meant: query.meant } : {}),
  };
}

/** Throws INVALID_QUERY where the one names only statuses that the other leaves out: nobody asks for nothing. */
function checkStatuses(statuses: readonly Status[], condition: Condition): void {
  const all = condition.kind === "and" ? condition.of : [condition];
  for (const one of all) {
    if (one.kind !== "status" || one.statuses.some((status) => statuses.includes(status))) continue;
    throw new WerkError("INVALID_QUERY", `no task is ${statuses.join(" or ")} and also ${one.statuses.join(" or ")}.`, {
      hint: "Several statuses stand in one place:  status:todo,review",
      field: "status",
    });
  }
}

/** A query, read by whom it comes from. The reader is loaded only where there is a query. */
export async function queryOf(
  { actor, session, now }: OperationContext,
  text: string | undefined,
): Promise<ReadQuery | null> {
  if (text === undefined) return null;
  const { readQuery } = await import("../../core/query/read-query.ts");
  return readQuery(text, { actor, session, now: now() });
}

function fieldConditions({ now, actor, session: own }: OperationContext, choice: Choice): readonly Condition[] {
  const { status, tag, assignee, parent, priority, session, key_prefix, ready } = choice;
  const word = (field: "tag" | "assignee" | "key", text: string, prefix = false): Condition => ({
    kind: "word",
    field,
    words: [{ text, prefix }],
  });
  const without = (what: "assignee" | "parent"): Condition => ({ kind: "not", of: { kind: "has", what } });
  return [
    ...(ready ? [{ kind: "state", state: "ready", at: now().toISOString() } as const] : []),
    ...(status?.length ? [{ kind: "status", statuses: status.map(parseStatus) } as const] : []),
    ...(priority?.length ? [{ kind: "priority", ranks: priority.map(rankOf) } as const] : []),
    ...(assignee === undefined
      ? []
      : [assignee === "none" ? without("assignee") : word("assignee", assignee === "me" ? actor : assignee)]),
    ...(parent === undefined
      ? []
      : [
          parent === "none"
            ? without("parent")
            : ({ kind: "id", field: "parent", ids: [parent], by: { actor, session: own } } as const),
        ]),
    ...(key_prefix === undefined ? [] : [word("key", key_prefix, true)]),
    ...(tag ?? []).map((one) => word("tag", one)),
    ...(session === undefined ? [] : [{ kind: "session", sessions: [session] } as const]),
  ];
}
