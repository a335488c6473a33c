import type { ExportedTask, ExportTasks } from "@taskwerk/contract/export";
import { checkLimit } from "../../core/limit.ts";
import { countOutside, exportRows, seqsToExport } from "../../store/export-tasks.ts";
import { numberCursor } from "../../store/number-cursor.ts";
import type { Reader } from "../../store/open.ts";
import { look } from "../look.ts";
import type { OperationContext, OperationOf } from "../operation.ts";
import { filterOf } from "./filter-of.ts";

/** Tasks with all that is known of them, the oldest first, in pages. */
export const exportTask: OperationOf<"task.export"> = {
  input: () => import("@taskwerk/contract/export").then((m) => m.ExportTasks),
  run: (context, input) =>
    look(context, async (reader) => {
      const seqs = await chosen(context, reader, input);
      const limit = checkLimit(input.limit);
      const after = input.cursor === undefined ? 0 : numberCursor(input.cursor);
      const rest = seqs.filter((seq) => seq > after);
      const page = limit > 0 ? rest.slice(0, limit) : rest;
      const truncated = page.length < rest.length;
      const rows = await exportRows(reader, page, optionsOf(input));
      return {
        data: rows.map((row) => JSON.parse(row) as ExportedTask),
        page: {
          returned: page.length,
          total: seqs.length,
          truncated,
          cursor: truncated ? String(page.at(-1)) : null,
        },
      };
    }),
};

/** Where an export goes, piece by piece: `begin` first, then tasks, each as one JSON text. */
interface ExportSink {
  readonly begin: (info: { readonly prefix: string; readonly total: number }) => void;
  readonly rows: (rows: readonly string[]) => Promise<void> | void;
}

/**
 * All tasks that `input` chooses, from one snapshot, a few at a time: in memory that does not grow with their number. Gives
 * how many they were, and how many parents and dependencies of them are none of them.
 */
export async function streamExport(
  context: OperationContext,
  input: ExportTasks,
  sink: ExportSink,
): Promise<{ readonly tasks: number; readonly outside: number }> {
  return context.store.read(async (reader) => {
    const seqs = await chosen(context, reader, input);
    const options = optionsOf(input);
    sink.begin({ prefix: context.store.prefix, total: seqs.length });
    for (let at = 0; at < seqs.length; at += AT_ONCE) {
      await sink.rows(await exportRows(reader, seqs.slice(at, at + AT_ONCE), options));
    }
    return { tasks: seqs.length, outside: options.uids ? await countOutside(reader, seqs) : 0 };
  });
}

const AT_ONCE = 100;

const optionsOf = ({ query, history = false }: ExportTasks) => ({ uids: query !== undefined, history });

/** With a query what fits it, whatever its status; without one all there is, also what is archived or deleted. */
async function chosen(context: OperationContext, reader: Reader, { query }: ExportTasks): Promise<readonly number[]> {
  const filter = query === undefined ? null : await filterOf(context, { query, all: true });
  return seqsToExport(reader, context.store.prefix, filter);
}
