import { WerkError } from "@taskwerk/contract/errors";
import type { UpdateTask } from "@taskwerk/contract/task";
import { checkFields, type Fields, OWN_FIELDS, type Problem, throwProblems } from "../../core/fields.ts";
import { rankOf } from "../../core/priority.ts";
import { changeTask } from "../../store/change-task.ts";
import { findTask, rowOf } from "../../store/find-task.ts";
import { indexText } from "../../store/notes.ts";
import { emit, type Op } from "../../store/op.ts";
import { editTags } from "../../store/tags.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";
import { editDependencies } from "./edit-dependencies.ts";
import { move } from "./move.ts";

const FIELDS: ReadonlySet<string> = new Set(OWN_FIELDS);
const TAGS = new Set(["tags"]);
const METADATA = new Set(["metadata"]);

/** Changes fields of tasks, all or none. Tasks that are like that already come back under `unchanged`. */
export const updateTask: OperationOf<"task.update"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.UpdateTask),
  run: (context, input) =>
    change(context, "task.update", input, async (op) => {
      const wish = wishOf(input, op.now);
      const [changed, unchanged]: [Set<number>, Set<number>] = [new Set(), new Set()];
      for (const id of input.ids) {
        const row = await findTask(op.tx, op.prefix, id);
        if (changed.has(row.seq) || unchanged.has(row.seq)) continue;
        checkRev(row, input.if_rev);
        ((await update(op, row, wish)) ? changed : unchanged).add(row.seq);
      }
      return { data: await taskWrite(op, changed, unchanged) };
    }),
};

interface WishedUpdate {
  readonly fields: Fields;
  readonly metadataSet: Fields["metadata"];
  readonly tagsAdd: readonly string[];
  readonly tagsRemove: readonly string[];
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly claim: string | undefined;
}

function wishOf(input: UpdateTask, now: Date): WishedUpdate {
  const {
    ids: _,
    tags_add = [],
    tags_remove = [],
    depends_on_add = [],
    depends_on_remove = [],
    if_rev: __,
    claim,
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
  };
  throwProblems(problems);
  return wish;
}

async function update(op: Op, row: TaskRow, wish: WishedUpdate): Promise<boolean> {
  const { status, ...fields } = wish.fields;
  const moved =
    status !== undefined &&
    (await move(op, row, { to: status, ...(wish.claim === undefined ? {} : { claim: wish.claim }) }));
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
  if (names.length > 0) emit(op, "task.updated", row.id, { fields: names });
  if (names.includes("defer_until")) op.released.add(row.seq);
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

/** Fields as columns. Only what was given. */
function columnsOf({ priority, files, capabilities, metadata, ...plain }: Omit<Fields, "status">) {
  return {
    ...(plain as Partial<TaskRow>),
    ...(priority === undefined ? {} : { priority: rankOf(priority) }),
    ...(files ? { files: JSON.stringify(files) } : {}),
    ...(capabilities ? { capabilities: JSON.stringify(capabilities) } : {}),
    ...(metadata ? { metadata: JSON.stringify(metadata) } : {}),
  };
}

function checkRev(row: TaskRow, rev: number | undefined): void {
  if (rev === undefined || row.rev === rev) return;
  throw new WerkError("REV_MISMATCH", `${row.id} is at rev ${row.rev}, not ${rev}: somebody changed it.`, {
    hint: `See it as it is now:  taskwerk show ${row.id}`,
    field: "if_rev",
    given: String(rev),
    details: { id: row.id, rev: row.rev },
  });
}
