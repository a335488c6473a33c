import { isStoreError } from "@taskwerk/contract/errors";
import type { Batch } from "../../core/batch.ts";
import { problemOf } from "../../core/check-value.ts";
import { OWN_FIELDS } from "../../core/fields.ts";
import type { TaskRecord } from "../../core/record.ts";
import { changeTask } from "../../store/change-task.ts";
import { followCriteria, setCriteria } from "../../store/criteria.ts";
import { addDependency, removeDependency } from "../../store/deps.ts";
import { rowOf } from "../../store/find-task.ts";
import type { Placed } from "../../store/insert-batch.ts";
import { addLink } from "../../store/links.ts";
import { addNote, indexText } from "../../store/notes.ts";
import type { Op } from "../../store/op.ts";
import { notesOf } from "../../store/read-notes.ts";
import { editTags } from "../../store/tags.ts";
import { isGroup, type TaskRow } from "../../store/task-row.ts";
import { tellUpdate } from "../../store/tell-update.ts";
import { wasDeferred } from "../../store/told-until.ts";
import { columnsOf } from "./columns-of.ts";
import { move } from "./move.ts";
import { placeImported } from "./place-imported.ts";
import type { Found, WishedTies } from "./tie-batch.ts";

/**
 * Makes the tasks that are there already what the file says of them: its fields, parent, tags, criteria, dependencies and
 * status replace theirs, its notes and links are added; what it leaves out stays. Who and when are those of this import. Gives
 * the fields that changed, by row; what the rules refuse goes to the batch's problems.
 */
export async function updateImported(
  op: Op,
  batch: Batch,
  ties: readonly WishedTies[],
  placed: readonly Placed[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const changed = new Map<number, readonly string[]>();
  const untied = new Set<number>();
  // All that goes, goes first: what is turned round is no cycle.
  for (const [row, { existing, wished }] of ties.entries()) {
    if (existing && (await untie(op, existing.seq, wished, placed))) untied.add(row);
  }
  const report = (row: number, error: unknown, of: string): void => {
    if (isStoreError(error)) throw error;
    const { field, ...problem } = problemOf(error, of, undefined);
    batch.problems.push({ row, where: batch.whereOf(row), ...problem, field });
  };
  const rowsOf = new Map(ties.flatMap(({ existing }, row) => (existing ? [[existing.seq, row] as const] : [])));
  const places = ties.flatMap(({ existing, wished: { parent } }) =>
    existing && parent !== undefined
      ? [{ seq: existing.seq, parent: parent === null ? null : seqOf(parent, placed) }]
      : [],
  );
  const moved = await placeImported(op, places, (seq, error) => report(rowsOf.get(seq)!, error, "parent"));
  for (const [row, tie] of ties.entries()) {
    if (!tie.existing) continue;
    const { seq } = tie.existing;
    const wished = { ...tie.wished, untied: untied.has(row), moved: moved.has(seq) };
    try {
      changed.set(row, await update(op, seq, batch.rows[row]!, wished, placed));
    } catch (error) {
      report(row, error, "");
    }
  }
  return changed;
}

async function update(
  op: Op,
  seq: number,
  fields: TaskRecord,
  wished: Wished & { readonly untied: boolean; readonly moved: boolean },
  placed: readonly Placed[],
): Promise<readonly string[]> {
  const before = await rowOf(op.tx, seq);
  const names: string[] = wished.moved ? ["parent"] : [];
  const set = columnsOf(Object.fromEntries(OWN.flatMap((name) => (name in fields ? [[name, fields[name]]] : []))));
  const key = fields.key === undefined ? {} : { key: fields.key };
  if (await retag(op, before, fields.tags)) names.push("tags");
  if (fields.acceptance && (await setCriteria(op, before, fields.acceptance))) names.push("acceptance");
  if ((await tie(op, seq, wished, placed)) || wished.untied) names.push("depends_on");
  const ready = await rowOf(op.tx, seq);
  const after = await changeTask(
    op,
    ready,
    { ...set, ...key },
    names.some((name) => name !== "parent"),
  );
  const own = (Object.keys({ ...set, ...key }) as (keyof TaskRow)[]).filter((name) => after[name] !== ready[name]);
  if (own.includes("title") || own.includes("description")) await indexText(op, seq);
  if (own.length > 0) tellUpdate(op, ready, after, own);
  if (await addNotes(op, after, fields)) names.push("notes");
  if (await addLinks(op, after, fields)) names.push("links");
  if (await restatus(op, await rowOf(op.tx, seq), fields)) names.push("status");
  else if (fields.status === undefined && names.includes("acceptance")) await followCriteria(op, seq);
  if ((own.includes("defer_until") && (await wasDeferred(op, ready))) || isGroup(before)) op.released.add(seq);
  return [...own, ...names];
}

const OWN = OWN_FIELDS.filter((name) => name !== "status");

async function retag(op: Op, row: TaskRow, tags: readonly string[] | undefined): Promise<boolean> {
  if (!tags) return false;
  const there = (await op.tx.all<{ tag: string }>("select tag from tags where task = ?", [row.seq])).map(
    ({ tag }) => tag,
  );
  return editTags(
    op,
    row,
    tags.filter((tag) => !there.includes(tag)),
    there.filter((tag) => !tags.includes(tag)),
  );
}

const seqOf = (found: Found, placed: readonly Placed[]): number =>
  "row" in found ? placed[found.row]!.seq : found.task.seq;

type Wished = WishedTies["wished"];

const wantedBy = (found: readonly Found[], placed: readonly Placed[]): ReadonlySet<number> =>
  new Set(found.map((one) => seqOf(one, placed)));

async function blockersOf(op: Op, seq: number): Promise<ReadonlySet<number>> {
  const rows = await op.tx.lists<readonly [number]>("select blocker from deps where task = ?", [seq]);
  return new Set(rows.map(([blocker]) => blocker));
}

/** Takes away the dependencies that the file does not name. False when there are none. */
async function untie(op: Op, seq: number, { dependsOn }: Wished, placed: readonly Placed[]): Promise<boolean> {
  if (!dependsOn) return false;
  const wanted = wantedBy(dependsOn, placed);
  let changed = false;
  for (const blocker of await blockersOf(op, seq)) {
    if (wanted.has(blocker)) continue;
    changed = (await removeDependency(op, await rowOf(op.tx, seq), await rowOf(op.tx, blocker))) || changed;
  }
  return changed;
}

/** Adds the dependencies that the file names and that are not there. False when all are. */
async function tie(op: Op, seq: number, wished: Wished, placed: readonly Placed[]): Promise<boolean> {
  const wanted = wantedBy(wished.dependsOn ?? wished.alsoOn ?? [], placed);
  if (wanted.size === 0) return false;
  const there = await blockersOf(op, seq);
  let changed = false;
  for (const blocker of wanted) {
    if (there.has(blocker)) continue;
    changed = (await addDependency(op, await rowOf(op.tx, seq), await rowOf(op.tx, blocker))) || changed;
  }
  return changed;
}

/** Adds the notes that are not there: by their id, or by what they say. */
async function addNotes(op: Op, row: TaskRow, { notes = [] }: TaskRecord): Promise<boolean> {
  if (notes.length === 0) return false;
  const there = await notesOf(op.tx, row);
  const known = new Set(there.flatMap(({ id, text }) => [id, text]));
  const fresh = notes.filter(({ id, text }) => !known.has(text) && (id === null || !known.has(id)));
  for (const { type, text } of fresh) await addNote(op, row, type, text);
  return fresh.length > 0;
}

async function addLinks(op: Op, row: TaskRow, { links = [] }: TaskRecord): Promise<boolean> {
  let added = false;
  for (const { type, target } of links) added = (await addLink(op, row, type, target)) || added;
  return added;
}

async function restatus(op: Op, row: TaskRow, { status, status_reason, satisfied }: TaskRecord): Promise<boolean> {
  if (status === undefined) return false;
  return move(op, row, {
    to: status,
    ...(status_reason ? { reason: status_reason } : {}),
    ...(satisfied ? { satisfy: true } : {}),
  });
}
