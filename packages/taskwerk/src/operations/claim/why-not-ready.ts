import { WerkError } from "@taskwerk/contract/errors";
import { timeLeft } from "../../core/time-left.ts";
import { type HindranceRow, hindrancesOf } from "../../store/hindrances.ts";
import type { Reader } from "../../store/open.ts";
import type { TaskRow } from "../../store/task-row.ts";

/** The reason why a task that nobody has claimed cannot be claimed, as an error: DEPENDENCY_OPEN or INVALID_TRANSITION. */
export async function whyNotReady(reader: Reader, row: TaskRow, at: string): Promise<WerkError> {
  const [first] = await hindrancesOf(reader, row, at);
  switch (first?.kind) {
    case "status":
      return notNow(row, `${row.id} is ${row.status}; only what is todo can be claimed`);
    case "archived":
    case "deleted":
      return notNow(row, `${row.id} is ${first.kind}`);
    case "waits_for":
      return open(row, "depends on", first);
    case "child":
      return open(row, "has parts that come first:", first);
    case "group":
      return notNow(row, `${row.id} is a group: it closes with its last child`);
    case "ancestor":
      return open(row, "is a part of what waits:", first);
    case "deferred":
      return notNow(row, `${row.id} is deferred, for ${timeLeft(at, row.defer_until!)} more`);
    default:
      return notNow(row, `${row.id} is not ready`);
  }
}

function open(
  row: TaskRow,
  how: string,
  { rows, total }: Extract<HindranceRow, { readonly total: number }>,
): WerkError {
  const ids = rows.map(({ id }) => id);
  const more = total > ids.length ? ` and ${total - ids.length} more` : "";
  return new WerkError("DEPENDENCY_OPEN", `${row.id} ${how} ${ids.join(", ")}${more}.`, {
    hint: `All of it:  taskwerk why ${row.id}\nTake what is ready:  taskwerk claim --next`,
    details: { id: row.id, open: ids },
  });
}

const notNow = (row: TaskRow, message: string): WerkError =>
  new WerkError("INVALID_TRANSITION", `${message}.`, {
    hint: "Take what is ready:  taskwerk claim --next",
    details: { id: row.id, status: row.status, ...(row.defer_until === null ? {} : { defer_until: row.defer_until }) },
  });
