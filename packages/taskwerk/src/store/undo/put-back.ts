import { isStoreError, isWerkError } from "@taskwerk/contract/errors";
import type { UndoConflict } from "@taskwerk/contract/log";
import type { Status } from "@taskwerk/contract/status";
import type { Fact } from "../../core/facts.ts";
import { isInternal } from "../../core/log-values.ts";
import { eventOf } from "../../core/moves.ts";
import { changeTask } from "../change-task.ts";
import { claimOf, claimOver } from "../claim-words.ts";
import { countMove } from "../counters.ts";
import { addDependency, removeDependency } from "../deps.ts";
import { rowOf } from "../find-task.ts";
import { indexText } from "../notes.ts";
import { emit, logChange, type Op } from "../op.ts";
import { comeBack, deleteTask } from "../remove-task.ts";
import { editTags } from "../tags.ts";
import { isGroup, type TaskRow } from "../task-row.ts";
import { readHanging, tellUpdate } from "../tell-update.ts";
import { conflict, type Taken } from "./obstacles.ts";
import { putParents } from "./put-parents.ts";

/**
 * Sets all that was examined back to what it was. What comes back comes parents first, what goes away goes children first,
 * and dependencies are added when those that go are gone. Gives the dependencies that cannot be.
 */
export async function putBack(op: Op, taken: readonly Taken[]): Promise<readonly UndoConflict[]> {
  const byDepth = [...taken].sort((a, b) => a.row.depth - b.row.depth || a.row.seq - b.row.seq);
  for (const one of byDepth) await putColumns(op, one);
  for (const { row, facts } of byDepth) await putHanging(op, row, facts);
  const conflicts = [
    ...(await putDependencies(op, byDepth, false)),
    ...(await putParents(op, byDepth)),
    ...(await putDependencies(op, byDepth, true)),
  ];
  for (const { row, facts } of byDepth.toReversed()) {
    if (facts.some(({ kind }) => kind === "created")) await deleteTask(op, await rowOf(op.tx, row.seq));
    else if (deletion(facts)?.before) await putAway(op, await rowOf(op.tx, row.seq), columnsOf(facts));
  }
  return conflicts;
}

const deletion = (facts: readonly Fact[]): Fact | undefined =>
  facts.find(({ kind, name }) => kind === "column" && name === "deleted_at");

type Columns = Parameters<typeof changeTask>[2];
const columnsOf = (facts: readonly Fact[]): Columns =>
  Object.fromEntries(
    facts.filter(({ kind, name }) => kind === "column" && name !== "parent").map(({ name, before }) => [name, before]),
  );

async function putColumns(op: Op, { row: seen, facts }: Taken): Promise<void> {
  const set = columnsOf(facts);
  if (Object.keys(set).length === 0 || deletion(facts)?.before) return;
  // As it is now: what was put back before may have changed its counters.
  const row = await rowOf(op.tx, seen.seq);
  const after = set.deleted_at === null ? await comeBack(op, row, set) : await changeTask(op, row, set);
  if (set.deleted_at !== null) await countMove(op, row, after);
  if (set.title !== undefined || set.description !== undefined) await indexText(op, row.seq);
  if (FREES.some((name) => name in set)) op.released.add(row.seq);
  tell(op, row, after, Object.keys(set));
}

/** Columns that may let a task be ready again. */
const FREES = ["status", "defer_until", "claim_by", "claim_until", "archived_at"];

/** Says what a column's return means to who listens. */
function tell(op: Op, before: TaskRow, after: TaskRow, names: readonly string[]): void {
  const { id } = after;
  const because = "undo";
  if (before.status !== after.status) {
    const [from, to]: [Status, Status] = [before.status, after.status];
    emit(op, eventOf(from, to), id, { before: { status: from }, after: { status: to }, because });
  }
  if (before.claim_by !== after.claim_by) {
    if (after.claim_by === null) {
      emit(op, "task.claim_released", id, claimOver(before, { because }));
    } else {
      const { claim_by: by, fence, claim_until: lease_until } = after;
      const now = { before: { claim: null }, after: { claim: claimOf(after) } };
      emit(op, "task.claimed", id, { by, fence, lease_until, because, ...now });
    }
  }
  if (before.archived_at !== after.archived_at) {
    const at = { before: { archived_at: before.archived_at }, after: { archived_at: after.archived_at } };
    emit(op, after.archived_at === null ? "task.restored" : "task.archived", id, {
      title: after.title,
      because,
      ...at,
    });
  }
  const fields = names.filter((name) => !isInternal(name) && !TOLD.has(name));
  if (fields.length > 0) tellUpdate(op, before, after, fields as (keyof TaskRow)[], { because });
}

/** Columns that follow from what is told already. */
const TOLD: ReadonlySet<string> = new Set([
  "status",
  "status_reason",
  "satisfied",
  "claim_by",
  "started_at",
  "completed_at",
  "archived_at",
  "deleted_at",
  "key",
]);

/** A task that had been deleted, and was brought back by what is taken back. */
async function putAway(op: Op, row: TaskRow, set: Columns): Promise<void> {
  const gone = await changeTask(op, row, set);
  await countMove(op, row, gone);
  if (set.title !== undefined || set.description !== undefined) await indexText(op, row.seq);
  emit(op, "task.deleted", row.id, {
    title: row.title,
    status: row.status,
    because: "undo",
    before: { deleted_at: row.deleted_at },
    after: { deleted_at: gone.deleted_at },
  });
}

async function putHanging(op: Op, row: TaskRow, facts: readonly Fact[]): Promise<void> {
  const tags = facts.filter(({ kind }) => kind === "tag");
  const tagged = await editTags(
    op,
    row,
    tags.filter(({ before }) => before === true).map(({ name }) => name),
    tags.filter(({ before }) => before !== true).map(({ name }) => name),
  );
  const others = facts.filter(({ kind }) => kind === "note" || kind === "link" || kind === "criterion");
  const fields = [...new Set(others.map(({ kind }) => FIELDS[kind as keyof typeof FIELDS]))];
  const before = await readHanging(op, row, fields);
  for (const fact of others) await putRow(op, row, fact);
  if (others.length > 0) {
    const after = await readHanging(op, row, fields);
    emit(op, "task.updated", row.id, { fields, because: "undo", before, after });
    if (fields.includes("notes")) await indexText(op, row.seq);
  }
  if ((tagged || others.length > 0) && !facts.some(({ kind }) => kind === "column")) {
    await changeTask(op, await rowOf(op.tx, row.seq), {}, true);
  }
}

const FIELDS = { note: "notes", link: "links", criterion: "acceptance" } as const;

type Values = Readonly<Record<string, string | number | null>>;

/** One note, link or criterion as it was: made, taken away, or changed. */
async function putRow(op: Op, row: TaskRow, fact: Fact): Promise<void> {
  const { tx } = op;
  const { kind, name } = fact;
  const to = fact.before as Values | null;
  switch (kind) {
    case "note": {
      const from = await tx.get("select seq, id, type, text, at, by from notes where task = ? and id = ?", [
        row.seq,
        name,
      ]);
      await tx.run("delete from notes where task = ? and id = ?", [row.seq, name]);
      if (to) await insertNote(op, row, to);
      logChange(op, "note", row.uid, from ?? null, to);
      return;
    }
    case "link": {
      const from = await tx.get("select n, type, target from links where task = ? and n = ?", [row.seq, Number(name)]);
      await tx.run("delete from links where task = ? and n = ?", [row.seq, Number(name)]);
      // Somebody may have added it again meanwhile, under another number: then it is there.
      const made =
        to === null ||
        (await tx.run("insert into links (task, n, type, target) values (?, ?, ?, ?) on conflict do nothing", [
          row.seq,
          Number(name),
          to.type!,
          to.target!,
        ])) > 0;
      if (made || from) logChange(op, "link", row.uid, from ?? null, made ? to : null);
      return;
    }
    default: {
      const where = [row.seq, Number(name)];
      const from = await tx.get("select n, text, checked, evidence from criteria where task = ? and n = ?", where);
      await tx.run("delete from criteria where task = ? and n = ?", where);
      if (to) {
        await tx.run("insert into criteria (task, n, text, checked, evidence) values (?, ?, ?, ?, ?)", [
          ...where,
          to.text!,
          Number(to.checked),
          to.evidence ?? null,
        ]);
      }
      await tx.run("update tasks set criteria_count = (select count(*) from criteria where task = ?) where seq = ?", [
        row.seq,
        row.seq,
      ]);
      if (isGroup(row)) op.released.add(row.seq);
      logChange(op, "criterion", row.uid, from ?? null, to);
    }
  }
}

/** In its old place among the others, unless that is taken. */
async function insertNote(op: Op, row: TaskRow, { seq, id, type, text, at, by }: Values): Promise<void> {
  const taken = seq === undefined || (await op.tx.get("select 1 from notes where seq = ?", [seq])) !== undefined;
  await op.tx.run("insert into notes (seq, id, task, type, text, at, by) values (?, ?, ?, ?, ?, ?, ?)", [
    taken ? null : seq!,
    id!,
    row.seq,
    type!,
    text!,
    at ?? op.at,
    by ?? op.actor,
  ]);
}

async function putDependencies(op: Op, taken: readonly Taken[], wanted: boolean): Promise<readonly UndoConflict[]> {
  const conflicts: UndoConflict[] = [];
  for (const { row, facts } of taken) {
    for (const fact of facts) {
      if (fact.kind === "dep" && fact.before === wanted) conflicts.push(...(await putDependency(op, row, fact)));
    }
  }
  return conflicts;
}

async function putDependency(op: Op, taken: TaskRow, { name, before }: Fact): Promise<readonly UndoConflict[]> {
  const row = await rowOf(op.tx, taken.seq);
  const blocker = await op.tx.get<TaskRow>("select * from tasks where uid = ?", [name]);
  if (!blocker) return [conflict(row, "depends_on", `${name} is not in this store`, null)];
  try {
    if (before === true) await addDependency(op, row, blocker);
    else await removeDependency(op, row, blocker);
  } catch (error) {
    if (!isWerkError(error) || isStoreError(error)) throw error;
    return [conflict(row, "depends_on", `cannot wait for ${blocker.id} again: ${error.message}`, null)];
  }
  await changeTask(op, await rowOf(op.tx, row.seq), {}, true);
  return [];
}
