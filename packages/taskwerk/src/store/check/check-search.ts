import type { CheckProblem } from "@taskwerk/contract/check";
import type { Reader } from "@taskwerk/sqlite/database";

const MOST = 100;
/** Characters of a text that are looked for; a longer one is looked for by its beginning. */
const LONGEST = 2_000;

/** Tasks that search would not find by their own words, and entries of search that belong to none. */
export async function checkSearch(reader: Reader): Promise<readonly CheckProblem[]> {
  const left = await reader.all<{ id: number }>(
    `select id from task_fts_docsize where id not in (select seq from tasks where purged_at is null) limit ${MOST}`,
  );
  const messages = left.map(({ id }) => `search knows an entry ${id} that is no task`);
  for (let last = 0; ; ) {
    const rows = await reader.all<Row>(PAGE, [last]);
    for (const row of rows) {
      if (messages.length < MOST) messages.push(...(await unfound(reader, row)));
    }
    if (rows.length < 1_000 || messages.length >= MOST) break;
    last = rows.at(-1)!.seq;
  }
  return messages.slice(0, MOST).map((message) => ({ check: "search", message }));
}

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly known: number;
  readonly title: string;
  readonly description: string | null;
  readonly notes: string | null;
}

const PAGE = `select t.seq, t.id, t.seq in (select id from task_fts_docsize) as known, t.title, t.description,
  (select group_concat(n.text, char(10)) from (select text from notes where task = t.seq order by seq) n) as notes
from tasks t where t.seq > ? and t.purged_at is null order by t.seq limit 1000`;

async function unfound(reader: Reader, row: Row): Promise<readonly string[]> {
  if (row.known !== 1) return [`search does not know ${row.id}`];
  for (const field of ["title", "description", "notes"] as const) {
    const words = wordsOf(row[field]);
    if (words === null) continue;
    const found = await reader.get("select 1 from task_fts where task_fts match ? and rowid = ?", [
      `${field} : "${words}"`,
      row.seq,
    ]);
    if (!found) return [`search does not find ${row.id} by its ${field}`];
  }
  return [];
}

/** A text as a phrase of the query language; null for one without a word. */
function wordsOf(text: string | null): string | null {
  if (text === null || !/[\p{L}\p{N}]/u.test(text.slice(0, LONGEST))) return null;
  // A word that is cut in two is another word.
  const begin = text.length <= LONGEST ? text : text.slice(0, LONGEST).replace(/\S*$/u, "");
  return /[\p{L}\p{N}]/u.test(begin) ? begin.replaceAll('"', '""') : null;
}
