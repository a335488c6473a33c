import type { Page } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import type { Reader } from "@taskwerk/sqlite/database";
import type { ListFilter } from "./list-tasks.ts";
import { whereFits } from "./list-tasks.ts";

/** Row numbers of one page of what was found, the best first. */
export interface SearchPage {
  readonly seqs: readonly number[];
  readonly page: Page;
}

/** How much more a word in the title says than one in the description, and that than one in a note. */
const WEIGHTS = "8.0, 3.0, 1.0";

/**
 * Tasks whose title, description or notes have what `match` asks (an expression of the full-text index), ranked. `limit` 0
 * is every row. Throws INVALID_QUERY for a cursor that no search gave.
 */
export async function searchTasks(
  reader: Reader,
  prefix: string,
  match: string,
  filter: ListFilter,
  limit: number,
  cursor?: string,
): Promise<SearchPage> {
  const where = await whereFits(reader, prefix, filter);
  const after = cursor === undefined ? null : readCursor(cursor);
  const found = `(select rowid as hit, bm25(task_fts, ${WEIGHTS}) as score from task_fts where task_fts match ?) join tasks on seq = hit`;
  const rows = await reader.all<{ seq: number; score: number }>(
    `select seq, score from ${found} where ${where.sql}${after ? " and (score, seq) > (?, ?)" : ""}
     order by score, seq${limit > 0 ? " limit ?" : ""}`,
    [match, ...where.params, ...(after ?? []), ...(limit > 0 ? [limit + 1] : [])],
  );
  const truncated = limit > 0 && rows.length > limit;
  const shown = truncated ? rows.slice(0, limit) : rows;
  const last = shown.at(-1);
  const total =
    truncated || after
      ? (await reader.get<{ n: number }>(`select count(*) as n from ${found} where ${where.sql}`, [
          match,
          ...where.params,
        ]))!.n
      : shown.length;
  return {
    seqs: shown.map(({ seq }) => seq),
    page: {
      returned: shown.length,
      total,
      truncated,
      cursor:
        truncated && last ? Buffer.from(JSON.stringify(["search", last.score, last.seq])).toString("base64url") : null,
    },
  };
}

function readCursor(text: string): readonly [number, number] {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(read) && read[0] === "search" && typeof read[1] === "number" && typeof read[2] === "number") {
      return [read[1], read[2]];
    }
  } catch {
    // Falls through to the error below.
  }
  throw new WerkError("INVALID_QUERY", "the cursor is not one that a search gave.", {
    hint: "Begin without a cursor.",
    field: "cursor",
    given: text.slice(0, 100),
  });
}

/** All notes of each task as one text. */
export async function noteTexts(reader: Reader, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = await reader.all<{ task: number; text: string }>(
    "select task, text from notes where task in (select value from json_each(?)) order by seq",
    [JSON.stringify(seqs)],
  );
  const texts = new Map<number, string>();
  for (const { task, text } of rows) texts.set(task, texts.has(task) ? `${texts.get(task)}\n${text}` : text);
  return texts;
}
