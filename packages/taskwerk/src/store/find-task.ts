import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Reader } from "@taskwerk/sqlite/database";
import { parseId } from "../core/ids.ts";
import type { TaskRow } from "./task-row.ts";

/**
 * The task that an id in any of its forms names. Throws TASK_NOT_FOUND, also for one that is deleted, and AMBIGUOUS_ID for
 * the end of a uid that fits several. `field` names the input in the error.
 */
export const findTask = (reader: Reader, prefix: string, text: string, field = "id"): Promise<TaskRow> =>
  find(reader, prefix, text, field, "deleted_at is null");

/** The same where a deleted task will do as well; one that was purged is gone. */
export const findAnyTask = (reader: Reader, prefix: string, text: string, field = "id"): Promise<TaskRow> =>
  find(reader, prefix, text, field, "purged_at is null");

async function find(reader: Reader, prefix: string, text: string, field: string, there: string): Promise<TaskRow> {
  const form = parseId(text, prefix);
  if (form.kind === "id") {
    const row = await reader.get<TaskRow>(`select * from tasks where id = ? and ${there}`, [form.id]);
    if (row) return row;
  }
  if (form.kind === "uid" || /^\d{6,}$/.test(text)) {
    const rows = await byUid(reader, form.kind === "uid" ? form.suffix : text, there);
    if (rows.length === 1) return rows[0]!;
    if (rows.length > 1) {
      throw new WerkError("AMBIGUOUS_ID", `"${text}" is the end of several uids.`, {
        hint: "Give more of it, or the id.",
        field,
        given: text,
        candidates: rows.map((row) => row.id),
      });
    }
  }
  throw await taskNotFound(reader, prefix, text, field);
}

/** The row of that number, as it is now; whoever asks knows that it is there. */
export const rowOf = async (reader: Reader, seq: number): Promise<TaskRow> =>
  (await reader.get<TaskRow>("select * from tasks where seq = ?", [seq]))!;

const byUid = (reader: Reader, suffix: string, there: string): Promise<TaskRow[]> =>
  suffix.length === 26
    ? reader.all<TaskRow>(`select * from tasks where uid = ? and ${there}`, [suffix])
    : reader.all<TaskRow>(`select * from tasks where uid like ? and ${there} limit 5`, [`%${suffix}`]);

interface Gone {
  readonly deleted_at: string;
  readonly purged_at: string | null;
}
const GONE = "select deleted_at, purged_at from tasks where id = ? and deleted_at is not null";

const parentOf = (id: string): string | null => (id.includes(".") ? id.slice(0, id.lastIndexOf(".")) : null);
const LIVE = "select seq from tasks where id = ? and deleted_at is null";
/** As many ids are proposed. */
const MOST_PROPOSED = 3;

/** The error for an id below a task that is there, which has no such part: with those it has, the nearest numbers first. */
async function noChild(
  reader: Reader,
  of: {
    readonly id: string;
    readonly parent: string;
    readonly seq: number;
    readonly text: string;
    readonly field: string;
  },
): Promise<WerkError> {
  const { id, parent, seq, text, field } = of;
  const wanted = Number(id.slice(id.lastIndexOf(".") + 1));
  // A part keeps its id when it is moved: only those that are here and look like it.
  const near = await reader.all<{ id: string }>(
    `select id from tasks where parent = ? and deleted_at is null
     order by id not like ?, abs(cast(substr(id, ?) as integer) - ?), seq limit ?`,
    [seq, `${parent}.%`, parent.length + 2, wanted, MOST_PROPOSED],
  );
  return new WerkError("TASK_NOT_FOUND", `${parent} has no part ${id}.`, {
    hint: near.length === 0 ? `It has none:  taskwerk show ${parent}` : `See its parts:  taskwerk tree ${parent}`,
    field,
    given: text,
    candidates: near.map((row) => row.id),
  });
}

const LONGEST_WORDS = 60;
const ALL = "See what there is:  taskwerk list --all";

/** The error for an id that names nothing, with ids that look like it. */
async function taskNotFound(reader: Reader, prefix: string, text: string, field = "id"): Promise<WerkError> {
  const form = parseId(text, prefix);
  const shown = form.kind === "id" ? form.id : text;
  const gone = form.kind === "id" ? await reader.get<Gone>(GONE, [form.id]) : undefined;
  if (gone) {
    const purged = gone.purged_at !== null;
    return new WerkError("TASK_NOT_FOUND", `${shown} was ${purged ? "purged" : `deleted at ${gone.deleted_at}`}.`, {
      hint: purged ? ALL : `Bring it back:  taskwerk restore ${shown}`,
      field,
      given: text,
      details: { ...gone },
    });
  }
  const parent = form.kind === "id" ? parentOf(form.id) : null;
  const above = parent === null ? undefined : await reader.get<{ seq: number }>(LIVE, [parent]);
  if (above) return noChild(reader, { id: shown, parent: parent!, seq: above.seq, text, field });
  const digits = /\d+/.exec(shown)?.[0].replace(/^0+/, "") ?? "";
  const near = digits
    ? await reader.all<{ id: string }>(
        "select id from tasks where id glob ? and deleted_at is null order by seq limit 3",
        [`${prefix}-*${digits[0]}*`],
      )
    : [];
  return new WerkError("TASK_NOT_FOUND", `there is no task ${shown}.`, {
    // A title, or a part of one, where an id is wanted.
    hint:
      /\d/.test(text) || text.length > LONGEST_WORDS
        ? ALL
        : `By its words:  taskwerk search ${shellWord(text)}\n${ALL}`,
    field,
    given: text,
    candidates: near.map((row) => row.id),
  });
}
