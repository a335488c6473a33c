import type { HistoryEntry } from "@taskwerk/contract/log";
import { factsOf } from "../../core/facts.ts";
import { shownFact } from "../../core/shown-fact.ts";
import { findAnyTask } from "../../store/find-task.ts";
import { changesOfSubject } from "../../store/op-log.ts";
import { look } from "../look.ts";
import { namesIn } from "../op/logged-ops.ts";
import type { OperationOf } from "../operation.ts";

/** Every field of a task that ever changed, the newest first, with the operation that changed it. */
export const historyTask: OperationOf<"task.history"> = {
  input: () => import("@taskwerk/contract/log").then((m) => m.TaskHistory),
  run: (context, { id }) =>
    look(context, async (reader) => {
      const row = await findAnyTask(reader, context.store.prefix, id);
      const changes = await changesOfSubject(reader, row.uid);
      const names = await namesIn(reader, changes);
      const data = changes.flatMap((change): HistoryEntry[] => {
        const { op, at, actor, session, name, undone } = change.by;
        const entry = { op, at, actor, session, command: name, undone: undone === 1 };
        if (change.entity === "task" && change.before === null) {
          return [{ ...entry, field: "created", before: null, after: change.after?.title ?? null }];
        }
        return factsOf(change).flatMap((fact) => {
          const shown = shownFact(fact, names);
          return shown ? { ...entry, ...shown } : [];
        });
      });
      return { data: data.reverse() };
    }),
};
