/** The message of a commit that takes landed work back. Pure. */
import type { LandingMessage } from "./message.ts";
import { oneLine } from "./message.ts";

const SUBJECT_LIMIT = 90;
const VALUE_LIMIT = 200;

/** `revert: subject` and the trailers Reverts, Task, Session, Undo and Receipt. */
export function revertMessage({
  landing,
  subject,
  task,
  session,
  rollback,
  receipts,
}: Pick<LandingMessage, "task" | "session" | "receipts"> & {
  /** The commit that it takes back, and its first line. */
  readonly landing: string;
  readonly subject: string;
  /** undo-1, ...; null where nothing is landed. */
  readonly rollback: string;
}): string {
  const trailers = [
    ["Reverts", landing],
    ["Task", task],
    ["Session", session],
    ["Undo", rollback],
    ...receipts.map(({ id, gate, result }) => ["Receipt", `${gate} ${result} ${id}`] as const),
  ];
  const lines = trailers.map(([name, value]) => `${name}: ${oneLine(value ?? "", VALUE_LIMIT)}`);
  return `revert: ${oneLine(subject, SUBJECT_LIMIT)}\n\n${lines.join("\n")}\n`;
}
