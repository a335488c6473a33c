/** An export, as it comes over HTTP. */
import type { Envelope } from "./envelope.ts";
import { thrownOf, WerkError } from "./errors.ts";
import type { ExportTasks } from "./export.ts";
import { EXPORT_HEADERS } from "./headers.ts";
import { answerOf, type Caller, requestOf } from "./request.ts";
import { ROUTES } from "./routes.ts";

/** Where an export goes, piece by piece: `begin` first, then tasks, each as one JSON text. */
export interface ExportReader {
  readonly begin: (info: { readonly prefix: string; readonly total: number }) => void;
  readonly rows: (rows: readonly string[]) => Promise<void> | void;
}

/** The longest one line of an export may be. */
const LINE_MOST = 64 * 1_048_576;

/**
 * Reads an export task by task, in memory that does not grow with their number, and no faster than `reader` takes them.
 * Gives how many they were. Throws what the server answered, and TASKWERK_UNREACHABLE where it broke off.
 */
export async function readExport(
  caller: Caller,
  { query, history }: Pick<ExportTasks, "query" | "history">,
  reader: ExportReader,
  signal: AbortSignal,
): Promise<number> {
  const { url, init } = requestOf(ROUTES["task.export"], { format: "ndjson", query, history }, caller);
  const lost = (cause?: unknown): WerkError =>
    new WerkError("TASKWERK_UNREACHABLE", `the export of ${url.origin} did not come to its end`, {
      ...(cause === undefined ? {} : { cause }),
      hint: "Try again: taskwerk export",
    });
  const answer = await answerOf(url, init, signal).catch((cause: unknown) => {
    throw new WerkError("TASKWERK_UNREACHABLE", `no answer from taskwerk at ${url.origin}`, {
      cause,
      hint: "Start it: taskwerk api start",
    });
  });
  const prefix = answer.headers[EXPORT_HEADERS.prefix];
  if (answer.statusCode !== 200 || typeof prefix !== "string") {
    let text = "";
    for await (const chunk of answer) text += chunk as string;
    throw refusalIn(text) ?? lost();
  }
  const total = Number(answer.headers[EXPORT_HEADERS.total]);
  reader.begin({ prefix, total });
  let rest = "";
  let count = 0;
  // What the reader throws is his own: only what the connection throws means that it broke off.
  const chunks = answer[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => {
        throw lost(cause);
      });
      if (next.done) break;
      const lines = (rest + (next.value as string)).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LINE_MOST) throw lost();
      count += lines.length;
      if (lines.length > 0) await reader.rows(lines);
    }
  } finally {
    answer.destroy();
  }
  if (count !== total || rest !== "") throw lost();
  return count;
}

function refusalIn(text: string): WerkError | null {
  try {
    const envelope = JSON.parse(text) as Envelope<unknown>;
    return envelope.ok ? null : thrownOf(envelope.error);
  } catch {
    return null;
  }
}
