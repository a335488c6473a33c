import type { Restored, UndoResult } from "@taskwerk/contract/log";
import type { OperationName } from "@taskwerk/contract/routes";
import { shownFact } from "../../core/shown-fact.ts";
import type { Op } from "../../store/op.ts";
import type { OpRow } from "../../store/op-log.ts";
import { takeBack } from "../../store/undo/take-back.ts";
import { change } from "../change.ts";
import type { OperationContext, Outcome } from "../operation.ts";
import { rehearse } from "../rehearse.ts";
import { taskWrite } from "../task-write.ts";
import { namesIn } from "./logged-ops.ts";

const MOST_TASKS = 100;
const MOST_FIELDS = 1_000;

/** An operation that takes others back, or, as a rehearsal, says what would happen. `choose` finds which; the newest first. */
export function undoing(
  context: OperationContext,
  name: OperationName,
  input: { readonly dry_run?: boolean | undefined; readonly claim?: string | undefined },
  choose: (op: Op) => Promise<readonly OpRow[]>,
): Promise<Outcome<UndoResult>> {
  const work = async (op: Op): Promise<Outcome<UndoResult>> => undo(op, await choose(op), input);
  return input.dry_run ? rehearse(context, name, input, work) : change(context, name, input, work);
}

async function undo(
  op: Op,
  ops: readonly OpRow[],
  { dry_run: dryRun = false, claim }: Parameters<typeof undoing>[2],
): Promise<Outcome<UndoResult>> {
  op.undoOf = ops[0]!.op;
  const { taken, changes } = await takeBack(op, ops, claim);
  const names = await namesIn(op.tx, changes);
  const restored = taken.flatMap(({ row, facts }) =>
    facts.flatMap((fact): Restored[] => {
      const shown = shownFact(fact, names);
      return shown ? [{ task: row.id, field: shown.field, from: shown.after, to: shown.before }] : [];
    }),
  );
  const written = await taskWrite(
    op,
    taken.map(({ row }) => row.seq),
    [],
    MOST_TASKS,
  );
  return {
    data: {
      ...written,
      op: dryRun ? null : op.id,
      dry_run: dryRun,
      undone: ops.map(({ op: id, at, actor, session, name }) => ({ op: id, at, actor, session, command: name })),
      restored: restored.slice(0, MOST_FIELDS),
      restored_total: restored.length,
      tasks: taken.length,
    },
  };
}
