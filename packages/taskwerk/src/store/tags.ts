import { emit, logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/** Adds and removes tags of a task; true when anything changed. */
export async function editTags(
  op: Op,
  row: TaskRow,
  add: readonly string[],
  remove: readonly string[],
): Promise<boolean> {
  const added: string[] = [];
  const removed: string[] = [];
  for (const tag of remove) {
    if ((await op.tx.run("delete from tags where task = ? and tag = ?", [row.seq, tag])) > 0) removed.push(tag);
  }
  for (const tag of add) {
    const made = await op.tx.run("insert into tags (task, tag) values (?, ?) on conflict do nothing", [row.seq, tag]);
    if (made > 0) added.push(tag);
  }
  if (added.length === 0 && removed.length === 0) return false;
  logChange(
    op,
    "tags",
    row.uid,
    removed.length > 0 ? { tags: removed } : null,
    added.length > 0 ? { tags: added } : null,
  );
  const now = (await op.tx.all<{ tag: string }>("select tag from tags where task = ? order by tag", [row.seq])).map(
    ({ tag }) => tag,
  );
  const before = [...now.filter((tag) => !added.includes(tag)), ...removed.filter((tag) => !added.includes(tag))];
  emit(op, "task.tag_changed", row.id, { added, removed, before: { tags: before.sort() }, after: { tags: now } });
  op.touched.add(row.seq);
  return true;
}
