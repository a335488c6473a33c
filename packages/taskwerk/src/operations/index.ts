import type { OperationName } from "@taskwerk/contract/routes";
import type { Operation } from "./operation.ts";

/** An operation by name, before it is loaded. */
export interface Listed {
  readonly name: OperationName;
  readonly summary: string;
  // biome-ignore lint/suspicious/noExplicitAny: each operation has an input and an output of its own
  readonly load: () => Promise<Operation<any, any>>;
}

/** Everything that can be done to a store. Light: an operation's code is loaded when it is called. */
export const OPERATIONS: readonly Listed[] = [
  {
    name: "store.status",
    summary: "What is in the store, in numbers",
    load: () => import("./store/status.ts").then((m) => m.storeStatus),
  },
  { name: "task.list", summary: "List tasks", load: () => import("./task/list.ts").then((m) => m.listTask) },
  {
    name: "task.ready",
    summary: "List what can be worked on now",
    load: () => import("./task/ready.ts").then((m) => m.readyTask),
  },
  {
    name: "task.last",
    summary: "Which task the caller changed last",
    load: () => import("./task/last.ts").then((m) => m.lastTask),
  },
  {
    name: "task.search",
    summary: "Find tasks by their words",
    load: () => import("./task/search.ts").then((m) => m.searchTask),
  },
  {
    name: "task.stats",
    summary: "Count tasks",
    load: () => import("./task/stats.ts").then((m) => m.statsTask),
  },
  { name: "task.show", summary: "Show a task", load: () => import("./task/show.ts").then((m) => m.showTask) },
  { name: "task.add", summary: "Add a task", load: () => import("./task/add.ts").then((m) => m.addTask) },
  {
    name: "task.update",
    summary: "Change fields of tasks",
    load: () => import("./task/update.ts").then((m) => m.updateTask),
  },
  {
    name: "task.transition",
    summary: "Move tasks to another status",
    load: () => import("./task/transition.ts").then((m) => m.transitionTask),
  },
  {
    name: "task.import",
    summary: "Import tasks, all or none",
    load: () => import("./task/import.ts").then((m) => m.importTasks),
  },
  {
    name: "task.export",
    summary: "Tasks with all that is known of them",
    load: () => import("./task/export.ts").then((m) => m.exportTask),
  },
  { name: "task.note", summary: "Add a note to a task", load: () => import("./task/note.ts").then((m) => m.noteTask) },
  {
    name: "task.deps",
    summary: "Change what a task depends on",
    load: () => import("./task/deps.ts").then((m) => m.depsTask),
  },
  {
    name: "task.move",
    summary: "Put tasks under another one",
    load: () => import("./task/move-under.ts").then((m) => m.moveTasks),
  },
  {
    name: "task.split",
    summary: "Make parts of a task",
    load: () => import("./task/split.ts").then((m) => m.splitTask),
  },
  {
    name: "task.criteria",
    summary: "Change what must be true of a task at its end",
    load: () => import("./task/criteria.ts").then((m) => m.criteriaTask),
  },
  {
    name: "task.link",
    summary: "Say where a task leads",
    load: () => import("./task/link.ts").then((m) => m.linkTask),
  },
  {
    name: "task.why",
    summary: "Why a task is not ready, down to where something can be done",
    load: () => import("./task/why.ts").then((m) => m.whyTask),
  },
  {
    name: "task.context",
    summary: "A brief of a task within a number of tokens",
    load: () => import("./task/context.ts").then((m) => m.contextTask),
  },
  {
    name: "graph.check",
    summary: "Look for tasks that wait for each other, or for what never comes",
    load: () => import("./graph/check.ts").then((m) => m.checkGraph),
  },
  {
    name: "task.history",
    summary: "What ever changed of a task",
    load: () => import("./task/history.ts").then((m) => m.historyTask),
  },
  {
    name: "task.delete",
    summary: "Take tasks out of sight",
    load: () => import("./task/delete.ts").then((m) => m.deleteTasks),
  },
  {
    name: "task.archive",
    summary: "Take closed tasks out of the lists",
    load: () => import("./task/archive.ts").then((m) => m.archiveTasks),
  },
  {
    name: "task.restore",
    summary: "Bring deleted or archived tasks back",
    load: () => import("./task/restore.ts").then((m) => m.restoreTasks),
  },
  {
    name: "task.purge",
    summary: "Remove deleted tasks for good",
    load: () => import("./task/purge.ts").then((m) => m.purgeTasks),
  },
  {
    name: "tag.rename",
    summary: "Give a tag another name",
    load: () => import("./tag/rename.ts").then((m) => m.renameTag),
  },
  {
    name: "batch",
    summary: "Many operations as one, all or none",
    load: () => import("./batch/run.ts").then((m) => m.runBatch),
  },
  {
    name: "op.list",
    summary: "What was changed, by whom and when",
    load: () => import("./op/list.ts").then((m) => m.listOp),
  },
  {
    name: "op.undo",
    summary: "Take an operation back",
    load: () => import("./op/undo.ts").then((m) => m.undoOp),
  },
  {
    name: "session.list",
    summary: "List sessions",
    load: () => import("./session/list.ts").then((m) => m.listSession),
  },
  {
    name: "session.show",
    summary: "What a session changed",
    load: () => import("./session/show.ts").then((m) => m.showSession),
  },
  {
    name: "session.start",
    summary: "Begin a session",
    load: () => import("./session/start.ts").then((m) => m.startSession),
  },
  {
    name: "session.end",
    summary: "End a session",
    load: () => import("./session/end.ts").then((m) => m.endSession),
  },
  {
    name: "session.undo",
    summary: "Take back all that a session changed",
    load: () => import("./session/undo.ts").then((m) => m.undoSession),
  },
  {
    name: "db.check",
    summary: "Look for damage",
    load: () => import("./db/check.ts").then((m) => m.checkDb),
  },
  { name: "claim.take", summary: "Claim a ready task", load: () => import("./claim/take.ts").then((m) => m.takeClaim) },
  {
    name: "claim.heartbeat",
    summary: "Extend a claim",
    load: () => import("./claim/heartbeat.ts").then((m) => m.heartbeatClaim),
  },
  {
    name: "claim.release",
    summary: "Give a claim back",
    load: () => import("./claim/release.ts").then((m) => m.releaseClaim),
  },
  {
    name: "claim.revoke",
    summary: "End somebody else's claim",
    load: () => import("./claim/revoke.ts").then((m) => m.revokeClaim),
  },
  {
    name: "token.add",
    summary: "Make a token of the API",
    load: () => import("./token/add.ts").then((m) => m.addToken),
  },
  {
    name: "token.list",
    summary: "List tokens of the API",
    load: () => import("./token/list.ts").then((m) => m.listToken),
  },
  {
    name: "token.revoke",
    summary: "End a token of the API",
    load: () => import("./token/revoke.ts").then((m) => m.endToken),
  },
  {
    name: "event.list",
    summary: "List what happened after a cursor",
    load: () => import("./event/list.ts").then((m) => m.listEvent),
  },
  {
    name: "webhook.list",
    summary: "List webhooks",
    load: () => import("./webhook/list.ts").then((m) => m.listWebhook),
  },
  {
    name: "webhook.add",
    summary: "Tell an address of what happens",
    load: () => import("./webhook/add.ts").then((m) => m.addWebhook),
  },
  {
    name: "webhook.update",
    summary: "Change a webhook, or switch it off and on",
    load: () => import("./webhook/update.ts").then((m) => m.updateWebhook),
  },
  {
    name: "webhook.rm",
    summary: "Take a webhook away",
    load: () => import("./webhook/rm.ts").then((m) => m.rmWebhook),
  },
  {
    name: "webhook.rotate",
    summary: "Give a webhook a new secret",
    load: () => import("./webhook/rotate.ts").then((m) => m.rotateWebhook),
  },
  {
    name: "webhook.secret",
    summary: "The secret of a webhook of the configuration",
    load: () => import("./webhook/secret.ts").then((m) => m.secretWebhook),
  },
  {
    name: "webhook.test",
    summary: "Send a test to a webhook",
    load: () => import("./webhook/test.ts").then((m) => m.testWebhook),
  },
  {
    name: "webhook.deliveries",
    summary: "What was sent, and what came of it",
    load: () => import("./webhook/deliveries.ts").then((m) => m.listDelivery),
  },
  {
    name: "webhook.replay",
    summary: "Send deliveries once more",
    load: () => import("./webhook/replay.ts").then((m) => m.replayDelivery),
  },
  {
    name: "webhook.deliver",
    summary: "Send what is due",
    load: () => import("./webhook/deliver.ts").then((m) => m.deliverNow),
  },
];

/** The operation of that name. */
export const listed = (name: OperationName): Listed => OPERATIONS.find((one) => one.name === name)!;
