/** The tools of `taskwerk mcp`: few, so that they cost an agent little before it has asked for anything. */

import { AddNote } from "@taskwerk/contract/add-note";
import { AddTask } from "@taskwerk/contract/add-task";
import { ClaimTask } from "@taskwerk/contract/claim";
import { TaskContext } from "@taskwerk/contract/context";
import { ListTasks } from "@taskwerk/contract/list-tasks";
import { SearchTasks } from "@taskwerk/contract/search";
import { ShowTask } from "@taskwerk/contract/show-task";
import { UpdateTask } from "@taskwerk/contract/update-task";
import { z } from "zod";
import { claimTool } from "./claim-task.ts";
import { listAnswer } from "./list-answer.ts";
import { smallTask, wholeTask, withoutEmpty } from "./small-task.ts";
import { type Tool, tool } from "./tool.ts";
import { updateTool } from "./update-task.ts";

/** Tasks a page. */
const LIMIT = 20;
const limit = z.number().int().min(1).max(100).optional().describe("Default 20");
const idempotency_key = z.string().min(1).max(200).optional();

/** All of them, at most 8. */
export const TOOLS: readonly Tool[] = [
  tool({
    name: "task_list",
    description:
      'List open tasks, most urgent first. query filters: "status:todo priority:high.. tag:api -tag:wip assignee:me under:TASK-1 is:ready".',
    effect: "reads",
    input: ListTasks.pick({ query: true, sort: true, cursor: true }).extend({
      ready: z.boolean().optional().describe("Only what can be worked on now"),
      all: z.boolean().optional().describe("Closed ones too"),
      limit,
    }),
    run: async ({ run }, input) => {
      const { data, page } = await run("task.list", { limit: LIMIT, ...input });
      return { data: listAnswer(data.map(smallTask), page) };
    },
  }),
  tool({
    name: "task_get",
    description: "One task: fields, acceptance criteria, links, last notes.",
    effect: "reads",
    input: ShowTask,
    run: async ({ run }, input) => ({ data: wholeTask((await run("task.show", input)).data) }),
  }),
  tool({
    name: "task_context",
    description:
      "Brief for working on a task: goal, results it builds on, criteria, files, notes, within a token budget.",
    effect: "reads",
    input: TaskContext.extend({ budget: TaskContext.shape.budget.describe("Tokens; default 4000") }),
    run: async ({ run }, input) => {
      const { id, tokens, text } = (await run("task.context", input)).data;
      return { data: { id, tokens, text }, text };
    },
  }),
  tool({
    name: "task_search",
    description: "Find tasks of any status by words in title, description, notes.",
    effect: "reads",
    input: SearchTasks.pick({ text: true, query: true, cursor: true }).extend({ limit }),
    run: async ({ run }, input) => {
      const { data, page } = await run("task.search", { limit: LIMIT, ...input });
      const found = data.map((task) => ({ ...smallTask(task), snippet: task.snippet }));
      return { data: listAnswer(found, page) };
    },
  }),
  tool({
    name: "task_add",
    description: "Add a task. With a key that a task has already, that task is given back.",
    effect: "adds",
    input: AddTask.pick({
      title: true,
      description: true,
      priority: true,
      assignee: true,
      tags: true,
      parent: true,
      depends_on: true,
      blocks: true,
      files: true,
      key: true,
    }).extend({
      acceptance: z.array(z.string().min(1)).max(100).optional().describe("What must be true at the end"),
      due_at: z.string().optional().describe("Date, +2d, fri"),
      estimate_minutes: z.number().int().min(0).optional(),
      idempotency_key,
    }),
    run: async ({ run }, { idempotency_key: key, ...input }) => {
      const { data, warnings } = await run("task.add", { ...input, ...(input.key ? { if_absent: true } : {}) }, key);
      const [task] = [...data.changed, ...data.unchanged];
      return { data: withoutEmpty({ task: smallTask(task!), existed: data.changed.length === 0, warnings }) };
    },
  }),
  updateTool(UpdateTask, idempotency_key),
  claimTool(ClaimTask, idempotency_key),
  tool({
    name: "task_note",
    description: "Write down progress, a decision, a question or an answer on a task. Needs no claim.",
    effect: "adds",
    input: AddNote.extend({ idempotency_key }),
    run: async ({ run }, { idempotency_key: key, ...input }) => {
      const { id, task, type } = (await run("task.note", input, key)).data;
      return { data: { id, task, type } };
    },
  }),
];
