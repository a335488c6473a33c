import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { TaskWrite } from "@taskwerk/contract/task";
import type { BulkResult, UpdateTask } from "@taskwerk/contract/update-task";
import { type Problem, throwProblems } from "../../core/check-value.ts";
import { checkFields, type Fields, OWN_FIELDS } from "../../core/fields.ts";
import { announceReady } from "../../store/announce-ready.ts";
import { changeTask } from "../../store/change-task.ts";
import { findTask, rowOf } from "../../store/find-task.ts";
import { seqsThatFit } from "../../store/list-tasks.ts";
import { indexText } from "../../store/notes.ts";
import type { Op } from "../../store/op.ts";
import { editTags } from "../../store/tags.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { tellUpdate } from "../../store/tell-update.ts";
import { wasDeferred } from "../../store/told-until.ts";
import { change } from "../change.ts";
import type { OperationContext, OperationOf, Outcome } from "../operation.ts";
import { rehearse } from "../rehearse.ts";
import { taskWrite } from "../task-write.ts";
import { columnsOf } from "./columns-of.ts";
import { editDependencies } from "./edit-dependencies.ts";
import { filterOf } from "./filter-of.ts";
import { move } from "./move.ts";

const FIELDS: ReadonlySet<string> = new Set(OWN_FIELDS);
const TAGS = new Set(["tags"]);
const METADATA = new Set(["metadata"]);

/**
 * Changes fields of tasks, all or none. Tasks that are like that already come back under `unchanged`. Which tasks: `ids`,
 * or all that `where` finds. Throws EXPECT_MISMATCH, and CONFIRMATION_REQUIRED for many that nobody counted.
 */
export const updateTask: OperationOf<"task.update"> = {
  input: () => import("@taskwerk/contract/update-task").then((m) => m.UpdateTask),
  run: (context, input) => {
    const work = (op: Op): Promise<Outcome<TaskWrite | BulkResult>> => updateAll(context, op, input);
    return input.dry_run ? rehearsed(context, input, work) : change(context, "task.update", input, work);
  },
};

/** What would change, and a word that nothing did. */
async function rehearsed<O>(
  context: OperationContext,
  input: UpdateTask,
  work: (op: Op) => Promise<Outcome<O>>,
): Promise<Outcome<O>> {
  const outcome = await rehearse(context, "task.update", input, work);
  return { ...outcome, warnings: [...(outcome.warnings ?? []), "a dry run: nothing was changed."] };
}

/** More tasks than this are not listed one by one. */
const MOST_LISTED = 100;

async function updateAll(
  context: OperationContext,
  op: Op,
  input: UpdateTask,
): Promise<Outcome<TaskWrite | BulkResult>> {
  const wish = wishOf(input, op.now);
  const [changed, unchanged]: [Set<number>, Set<number>] = [new Set(), new Set()];
  const chosen = await choose(context, op, input);
  for (const one of chosen) {
    const row = typeof one === "number" ? await rowOf(op.tx, one) : await findTask(op.tx, op.prefix, one);
    if (changed.has(row.seq) || unchanged.has(row.seq)) continue;
    checkRev(row, input.if_rev);
    ((await update(op, row, wish)) ? changed : unchanged).add(row.seq);
  }
  if (input.where === undefined || chosen.length <= MOST_LISTED)
    return { data: await taskWrite(op, changed, unchanged) };
  await announceReady(op);
  const list =
    op.session === null
      ? `taskwerk list --all --sort -updated --limit ${changed.size}`
      : `taskwerk list --session ${op.session}`;
  return { data: { created: 0, updated: changed.size, skipped: unchanged.size, list } };
}

/** Ids as they were given, or row numbers of what `where` finds now. */
async function choose(
  context: OperationContext,
  op: Op,
  { ids, where, if_rev, expect, confirm, dry_run }: UpdateTask,
): Promise<readonly (string | number)[]> {
  if ((ids === undefined) === (where === undefined)) {
    throw new WerkError("VALIDATION_FAILED", "either ids or where says which tasks.", {
      hint: "Type:  taskwerk update ID, or  taskwerk update --where QUERY",
      field: "where",
    });
  }
  if (where === undefined) return counted(ids!, expect);
  if (if_rev !== undefined) {
    throw new WerkError("VALIDATION_FAILED", "if_rev is of one task, and where may find many.", {
      hint: "How many they are is what counts there:  --expect N",
      field: "if_rev",
    });
  }
  const filter = await filterOf({ ...context, now: () => op.now }, { query: where });
  if (filter.deleted) {
    throw new WerkError("INVALID_QUERY", "what is deleted cannot be changed.", {
      hint: "Bring it back first:  taskwerk list -q is:deleted | taskwerk restore -",
      field: "where",
      given: where,
    });
  }
  const found = await seqsThatFit(op.tx, op.prefix, filter);
  if (found.length > MOST_UNCOUNTED && expect === undefined && !confirm && !dry_run) {
    throw new WerkError("CONFIRMATION_REQUIRED", `${found.length} tasks would change.`, {
      hint: `See them:  taskwerk list --limit 0 ${shellWord(where)}\nIf you mean them all:  --expect ${found.length}`,
      field: "expect",
      details: { found: found.length },
    });
  }
  return counted(found, expect);
}

/** As many as this change without being counted first. */
const MOST_UNCOUNTED = 20;

function counted<T>(chosen: readonly T[], expect: number | undefined): readonly T[] {
  if (expect === undefined || chosen.length === expect) return chosen;
  throw new WerkError("EXPECT_MISMATCH", `there are ${chosen.length} tasks, not ${expect}. Nothing was changed.`, {
    hint: "See them with list before you change them.",
    field: "expect",
    given: String(expect),
    details: { found: chosen.length, expected: expect },
  });
}

interface WishedUpdate {
  readonly fields: Fields;
  readonly metadataSet: Fields["metadata"];
  readonly tagsAdd: readonly string[];
  readonly tagsRemove: readonly string[];
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly claim: string | undefined;
  readonly force: boolean;
}

function wishOf(input: UpdateTask, now: Date): WishedUpdate {
  const {
    ids: _ids,
    where: _where,
    expect: _expect,
    confirm: _confirm,
    dry_run: _dry,
    tags_add = [],
    tags_remove = [],
    depends_on_add = [],
    depends_on_remove = [],
    if_rev: _rev,
    claim,
    force = false,
    metadata_set,
    ...rest
  } = input;
  const problems: Problem[] = [];
  const report = (problem: Problem): void => {
    problems.push(problem);
  };
  const fields = checkFields(rest, FIELDS, now, report);
  const tags = (list: readonly string[]) => checkFields({ tags: list }, TAGS, now, report).tags ?? [];
  const wish = {
    fields,
    metadataSet: checkFields({ metadata: metadata_set }, METADATA, now, report).metadata,
    tagsAdd: tags(tags_add),
    tagsRemove: tags(tags_remove),
    add: depends_on_add,
    remove: depends_on_remove,
    claim,
    force,
  };
  throwProblems(problems);
  return wish;
}

async function update(op: Op, row: TaskRow, wish: WishedUpdate): Promise<boolean> {
  const { status, ...fields } = wish.fields;
  const moved =
    status !== undefined &&
    (await move(op, row, {
      to: status,
      force: wish.force,
      ...(wish.claim === undefined ? {} : { claim: wish.claim }),
    }));
  const tagged = await editTags(op, row, wish.tagsAdd, wish.tagsRemove);
  const current = moved ? await rowOf(op.tx, row.seq) : row;
  const tied = await editDependencies(op, current, wish.add, wish.remove);
  const before = tied ? await rowOf(op.tx, row.seq) : current;
  const metadata =
    wish.metadataSet && mergedMetadata(op, fields.metadata ?? JSON.parse(before.metadata), wish.metadataSet);
  const set = columnsOf({ ...fields, ...(metadata ? { metadata } : {}) });
  const after = await changeTask(op, before, set, tagged || tied);
  const names = (Object.keys(set) as (keyof TaskRow)[]).filter((name) => after[name] !== before[name]);
  if (names.includes("title") || names.includes("description")) await indexText(op, row.seq);
  if (names.length > 0) tellUpdate(op, before, after, names);
  if (names.includes("defer_until") && (await wasDeferred(op, before))) op.released.add(row.seq);
  return moved || tagged || tied || names.length > 0;
}

/** What is there with what is set over it; null takes a name away. Throws VALIDATION_FAILED when it becomes too much. */
function mergedMetadata(op: Op, there: Metadata, set: Metadata): Metadata {
  const isGone = (name: string): boolean => Object.hasOwn(set, name) && set[name] === null;
  const merged = Object.fromEntries(Object.entries({ ...there, ...set }).filter(([name]) => !isGone(name)));
  const problems: Problem[] = [];
  checkFields({ metadata: merged }, METADATA, op.now, (problem) => problems.push(problem));
  throwProblems(problems);
  return merged;
}
type Metadata = NonNullable<Fields["metadata"]>;

function checkRev(row: TaskRow, rev: number | undefined): void {
  if (rev === undefined || row.rev === rev) return;
  throw new WerkError("REV_MISMATCH", `${row.id} is at rev ${row.rev}, not ${rev}: somebody changed it.`, {
    hint: `See it as it is now:  taskwerk show ${row.id}`,
    field: "if_rev",
    given: String(rev),
    details: { id: row.id, rev: row.rev },
  });
}
