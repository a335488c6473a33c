import { errorBodyOf, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { STATUSES } from "@taskwerk/contract/status";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import type { UpdateTask } from "@taskwerk/contract/update-task";
import { type ZodType, z } from "zod";
import { MOVES } from "../core/moves.ts";
import { smallTask, withoutEmpty } from "./small-task.ts";
import { type RunForAgent, type Tool, tool } from "./tool.ts";

/** What opens a closed task again; `todo` alone does not, so that nothing is opened in passing. */
const REOPEN = "reopen";

/** `task_update`: fields, criteria, place, note and status of one task, all of it or none. */
export const updateTool = (base: typeof UpdateTask, idempotency_key: ZodType<string | undefined>): Tool =>
  tool({
    name: "task_update",
    description:
      "Change one task, all or nothing: fields, status (in-progress starts it, done ends it, with evidence; reopen: what is closed is todo again), checked criteria. A claimed task's status needs its claim token.",
    effect: "changes",
    idempotent: true,
    input: base
      .pick({
        title: true,
        description: true,
        priority: true,
        assignee: true,
        tags_add: true,
        tags_remove: true,
        depends_on_add: true,
        depends_on_remove: true,
        if_rev: true,
        claim: true,
      })
      .extend({
        id: z.string().min(1),
        status: z.enum([...STATUSES, REOPEN]).optional(),
        reason: z.string().max(10_000).optional().describe("Why blocked, cancelled ..."),
        evidence: z.record(z.string(), z.unknown()).optional().describe("{tests, commit ...}"),
        check: z.array(z.number().int().min(1)).max(100).optional().describe("Numbers of criteria that hold"),
        note: z.string().min(1).max(100_000).optional(),
        parent: z.string().nullable().optional(),
        idempotency_key,
      }),
    run: async ({ run, claim: held }, { idempotency_key: key, ...input }) => {
      const steps = stepsOf({ ...input, claim: input.claim ?? held });
      if (steps.length === 0) {
        throw new WerkError("VALIDATION_FAILED", "nothing is to change: give a status, a note or a field.", {
          field: "status",
        });
      }
      const { writes, warnings } = await doAll(run, steps, key as string | undefined).catch((error: unknown) => {
        throw inWordsOfTool(error);
      });
      const last = writes.at(-1);
      const task = [...(last?.changed ?? []), ...(last?.unchanged ?? [])][0];
      const changed = steps.some(({ op }) => op === "note") || writes.some((one) => one.changed.length > 0);
      return {
        data: withoutEmpty({
          task: task ? smallTask(task) : { id: input.id },
          unchanged: !changed,
          unblocked: unblockedBy(writes).map(({ id, title }) => ({ id, title })),
          warnings,
        }),
      };
    },
  });

type Wish = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly status?: string | undefined;
  readonly claim?: string | undefined;
};
type Step = Readonly<Record<string, unknown>> & { readonly op: string };

/** The operations that a wish comes to, the move of status last. */
function stepsOf({
  id,
  status,
  claim,
  reason,
  evidence,
  check,
  note,
  parent,
  if_rev,
  ...fields
}: Wish): readonly Step[] {
  if (status === undefined && (reason !== undefined || evidence !== undefined)) {
    throw new WerkError("VALIDATION_FAILED", "reason and evidence go only with a status.", {
      hint: "What is only to be told is a note.",
      field: reason === undefined ? "evidence" : "reason",
    });
  }
  const token = claim === undefined ? {} : { claim };
  const rev = if_rev === undefined ? {} : { if_rev };
  const says = Object.values(fields).some((value) => value !== undefined);
  return [
    ...(says || if_rev !== undefined ? [{ op: "update", ids: [id], ...fields, ...rev }] : []),
    ...(check === undefined ? [] : [{ op: "ac", id, check }]),
    ...(parent === undefined ? [] : [{ op: "move", ids: [id], parent }]),
    ...(note === undefined ? [] : [{ op: "note", id, text: note }]),
    ...(status === undefined
      ? []
      : [
          {
            op: "task.transition",
            ids: [id],
            ...(status === REOPEN ? MOVES.reopen : { to: status }),
            ...token,
            ...(reason === undefined ? {} : { reason }),
            ...(evidence === undefined ? {} : { evidence }),
          },
        ]),
  ];
}

/** One step by itself, several as one batch: one transaction, one entry in the log. */
async function doAll(run: RunForAgent, steps: readonly Step[], key: string | undefined) {
  const [{ op, ...input }, ...more] = steps as readonly [Step, ...Step[]];
  if (more.length === 0) {
    const { data, warnings } = await run(OPERATIONS[op]!, input as never, key);
    return { writes: isWrite(data) ? [data] : [], warnings };
  }
  const { data, warnings } = await run("batch", { operations: [...steps] }, key).catch((error: unknown) => {
    throw ownError(error);
  });
  const writes = data.flatMap(({ data: one }) => (isWrite(one) ? [one] : []));
  return { writes, warnings: [...warnings, ...data.flatMap((one) => one.warnings)] };
}

/** What a word of a batch is by itself. */
const OPERATIONS: Readonly<
  Record<string, "task.update" | "task.criteria" | "task.move" | "task.note" | "task.transition">
> = {
  update: "task.update",
  ac: "task.criteria",
  move: "task.move",
  note: "task.note",
  "task.transition": "task.transition",
};

const isWrite = (data: unknown): data is TaskWrite => typeof data === "object" && data !== null && "changed" in data;

const unblockedBy = (writes: readonly TaskWrite[]): readonly Task[] => [
  ...new Map(writes.flatMap(({ unblocked }) => unblocked).map((task) => [task.id, task])).values(),
];

interface Problem {
  readonly code: WerkError["code"] | null;
  readonly message: string;
  readonly hint?: string;
  readonly field?: string;
  readonly given?: string;
  readonly candidates?: readonly string[];
}

/** The first thing that was wrong, in its own words: the agent asked for one thing, not for a batch. */
function ownError(error: unknown): unknown {
  if (!isWerkError(error)) return error;
  const [first] = (error.details.problems ?? []) as readonly Problem[];
  if (!first) return error;
  const { code, message, ...options } = first;
  return new WerkError(code ?? error.code, `${message}.`, options);
}

/** What is closed says how to open it: to an agent that has tools and perhaps no command line. */
function inWordsOfTool(error: unknown): unknown {
  if (!isWerkError(error) || error.code !== "INVALID_TRANSITION" || !/^To open it again:/.test(error.hint ?? "")) {
    return error;
  }
  const { code, message, given, details } = errorBodyOf(error);
  return new WerkError(code, message, {
    hint: `To open it again:  status "${REOPEN}"`,
    field: "status",
    ...(given ? { given } : {}),
    details,
    cause: error,
  });
}
