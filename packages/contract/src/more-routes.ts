/**
 * Further addresses of operations: those that a person who knows REST would try. Each is the operation of its name, called
 * with part of the input said by the address. The server mounts them beside ROUTES; the client needs none of them.
 */
import type { OperationName, Route } from "./routes.ts";

/** What an answer shows that is only a part of what the operation answers; its kind. */
export const VIEW_KINDS = [
  "task.notes",
  "task.acceptance",
  "task.links",
  "dep.list",
  "claim.list",
  "tag.list",
  "graph.show",
] as const;
export type ViewKind = (typeof VIEW_KINDS)[number];

/** A further address of an operation. */
export interface MoreRoute extends Route {
  readonly operation: OperationName;
  readonly summary: string;
  /** Path parameter → the input field that it stands for; of a list, it is the only item. */
  readonly binds?: Readonly<Record<string, string>>;
  /** Input that the address says. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** A query that holds beside the caller's. */
  readonly narrows?: string;
  /** Input fields that cannot be given here. */
  readonly without?: readonly string[];
  readonly shows?: ViewKind;
}

const ONE = { id: "ids" } as const;

/** Their own names → where they are. The names are the `operationId`s of the OpenAPI document. */
export const MORE_ROUTES = {
  "task.patch": {
    operation: "task.update",
    summary: "Change fields of one task",
    method: "PATCH",
    path: "/v1/tasks/{id}",
    writes: true,
    binds: ONE,
    without: ["where", "expect", "confirm"],
  },
  "task.delete.one": {
    operation: "task.delete",
    summary: "Take one task out of sight",
    method: "DELETE",
    path: "/v1/tasks/{id}",
    writes: true,
    binds: ONE,
  },
  "task.transition.one": {
    operation: "task.transition",
    summary: "Move one task to another status",
    method: "POST",
    path: "/v1/tasks/{id}/transition",
    writes: true,
    binds: ONE,
  },
  "task.notes": {
    operation: "task.show",
    summary: "The notes on a task",
    method: "GET",
    path: "/v1/tasks/{id}/notes",
    writes: false,
    shows: "task.notes",
  },
  "task.deps.list": {
    operation: "task.show",
    summary: "What a task waits for, and what waits for it",
    method: "GET",
    path: "/v1/tasks/{id}/deps",
    writes: false,
    shows: "dep.list",
  },
  "task.criteria.list": {
    operation: "task.show",
    summary: "What must be true of a task at its end",
    method: "GET",
    path: "/v1/tasks/{id}/criteria",
    writes: false,
    shows: "task.acceptance",
  },
  "task.links.list": {
    operation: "task.show",
    summary: "Where a task leads",
    method: "GET",
    path: "/v1/tasks/{id}/links",
    writes: false,
    shows: "task.links",
  },
  "task.children": {
    operation: "task.list",
    summary: "The tasks right below one, whatever their status",
    method: "GET",
    path: "/v1/tasks/{id}/children",
    writes: false,
    binds: { id: "parent" },
    fixed: { all: true },
    without: ["tree"],
  },
  "task.children.add": {
    operation: "task.add",
    summary: "Add a task below one",
    method: "POST",
    path: "/v1/tasks/{id}/children",
    writes: true,
    status: 201,
    binds: { id: "parent" },
  },
  "claim.list": {
    operation: "task.list",
    summary: "Who has what, and until when; also claims that ran out",
    method: "GET",
    path: "/v1/claims",
    writes: false,
    narrows: "has:claim",
    fixed: { all: true, limit: 0 },
    without: ["cursor", "sort", "tree"],
    shows: "claim.list",
  },
  "tag.list": {
    operation: "task.stats",
    summary: "Every tag, and how many tasks have it",
    method: "GET",
    path: "/v1/tags",
    writes: false,
    fixed: { by: "tag" },
    shows: "tag.list",
  },
  "graph.show": {
    operation: "task.list",
    summary: "Tasks and what waits for what among them; without a filter the open ones",
    method: "GET",
    path: "/v1/graph",
    writes: false,
    fixed: { limit: 0 },
    without: ["cursor", "sort", "tree"],
    shows: "graph.show",
  },
} as const satisfies Record<string, MoreRoute>;
