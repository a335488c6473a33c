/** What a tool of `taskwerk mcp` does, its operations do over HTTP: the same answer in its small form, the same store after it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import type { BatchAnswer } from "@taskwerk/contract/batch";
import type { ClaimResult } from "@taskwerk/contract/claim";
import { type Note, type TaskwerkClient, taskwerkClient } from "@taskwerk/contract/client";
import type { Brief } from "@taskwerk/contract/context";
import type { Success } from "@taskwerk/contract/envelope";
import { errorBodyOf, WerkError } from "@taskwerk/contract/errors";
import type { OperationName } from "@taskwerk/contract/routes";
import type { FoundTask } from "@taskwerk/contract/search";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";
import { connectMcp, type McpConnection } from "./mcp-client.ts";

type Values = Readonly<Record<string, unknown>>;

/** What is kept of one answer for the next call. */
interface Held {
  claim: string;
  cursor: string;
}

/** One call of a tool, the call that it stands for, and what an agent is told of that one's answer. */
interface Deed {
  readonly tool: string;
  readonly input: Values | ((held: Held) => Values);
  readonly name: OperationName;
  readonly api: Values | ((held: Held) => Values);
  readonly told: (answer: Success<never>) => Values;
}

const filled = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) =>
        value !== null &&
        value !== undefined &&
        value !== false &&
        value !== "" &&
        !(typeof value === "object" && Object.keys(value).length === 0),
    ),
  );

const LISTED = [
  ...["id", "title", "status", "priority", "ready", "assignee", "tags", "parent", "progress", "depends_on", "due_at"],
];
const WHOLE = [
  ...["description", "children", "blocks", "type", "category", "files", "capabilities", "defer_until"],
  ...["estimate_minutes", "evidence", "links", "key", "metadata", "rev"],
];
const picked = (from: object, names: readonly string[]): Values =>
  Object.fromEntries(names.map((name) => [name, (from as Values)[name]]));

const small = (task: Task): Values =>
  filled({
    ...picked(task, LISTED),
    reason: task.status_reason,
    children: task.children.length === 0 ? null : task.children.length,
    claim: task.claim === null ? null : picked(task.claim, ["by", "lease_until"]),
    deleted: task.deleted_at !== null,
    archived: task.archived_at !== null,
  });
const whole = (task: Task & { readonly notes: readonly Note[] }): Values =>
  filled({
    ...small(task),
    ...picked(task, WHOLE),
    actual_minutes: task.actual_minutes === 0 ? null : task.actual_minutes,
    acceptance: task.acceptance.map((one) => filled({ ...one })),
    notes: task.notes.map((note) => picked(note, ["type", "by", "at", "text"])),
  });
const first = ({ changed, unchanged }: TaskWrite): Task => [...changed, ...unchanged][0]!;

const page = <T extends Task>(
  { data, page: pages }: Success<readonly T[]>,
  show: (task: T) => Values = small,
): Values =>
  filled({
    tasks: data.map(show),
    total: pages!.total,
    ...(pages!.truncated ? { truncated: true, cursor: pages!.cursor } : {}),
  });
const added = ({ data }: Success<TaskWrite>): Values =>
  filled({ task: small(first(data)), existed: data.changed.length === 0 });
const written = ({ data }: Success<TaskWrite>): Values =>
  filled({
    task: small(first(data)),
    unchanged: data.changed.length === 0,
    unblocked: data.unblocked.map((task) => picked(task, ["id", "title"])),
  });
const claimed = ({ data }: Success<ClaimResult>): Values => ({
  task: small(first(data)),
  claim: data.claim.token,
  lease_until: data.claim.lease_until,
});

const list = (input: Values): Deed => ({
  tool: "task_list",
  input,
  name: "task.list",
  api: { limit: 20, ...input },
  told: page,
});
const search = (input: Values): Deed => ({
  tool: "task_search",
  input,
  name: "task.search",
  api: { limit: 20, ...input },
  told: (answer: Success<readonly FoundTask[]>) => page(answer, (task) => ({ ...small(task), snippet: task.snippet })),
});
const add = (input: Values): Deed => ({
  tool: "task_add",
  input,
  name: "task.add",
  api: { ...input, ...(input.key ? { if_absent: true } : {}) },
  told: added,
});
const get = (id: string): Deed => ({
  tool: "task_get",
  input: { id },
  name: "task.show",
  api: { id },
  told: ({ data }: Success<Task & { readonly notes: readonly Note[] }>) => whole(data),
});
const update = (input: Values, name: OperationName, api: Values): Deed => ({
  tool: "task_update",
  input,
  name,
  api,
  told: written,
});

const DEEDS: readonly Deed[] = [
  add({
    ...{
      title: "Crawl",
      description: "All of it.",
      tags: ["net"],
      priority: "high",
      acceptance: ["It ends", "Polite"],
    },
    ...{ estimate_minutes: 90, due_at: "2031-05-01", files: ["src/**"], key: "k-1", assignee: "ann" },
  }),
  add({ title: "Crawl", key: "k-1" }),
  add({ title: "Report", depends_on: ["1"] }),
  add({ title: "Part", parent: "1" }),
  add({ title: "First", blocks: ["2"] }),
  list({}),
  list({ query: "tag:net" }),
  list({ ready: true }),
  list({ all: true, sort: "-title" }),
  { ...list({ limit: 1, sort: "id" }), tool: "task_list" },
  {
    ...list({}),
    input: ({ cursor }) => ({ limit: 2, sort: "id", cursor }),
    api: ({ cursor }) => ({ limit: 2, sort: "id", cursor }),
  },
  get("1"),
  get("2"),
  {
    tool: "task_context",
    input: { id: "2", budget: 500 },
    name: "task.context",
    api: { id: "2", budget: 500 },
    told: ({ data }: Success<Brief>) => picked(data, ["id", "tokens", "text"]),
  },
  search({ text: "crawl" }),
  search({ text: "report", query: "status:todo", limit: 5 }),
  {
    tool: "task_note",
    input: { id: "1", text: "Use robots.txt", type: "decision" },
    name: "task.note",
    api: { id: "1", text: "Use robots.txt", type: "decision" },
    told: ({ data }: Success<Note>) => picked(data, ["id", "task", "type"]),
  },
  update({ id: "3", priority: "low", tags_add: ["web"], title: "A part" }, "task.update", {
    ...{ ids: ["3"], priority: "low", tags_add: ["web"], title: "A part" },
  }),
  update({ id: "3", priority: "low" }, "task.update", { ids: ["3"], priority: "low" }),
  update({ id: "1", check: [1] }, "task.criteria", { id: "1", check: [1] }),
  update({ id: "3", parent: null }, "task.move", { ids: ["3"], parent: null }),
  update({ id: "3", status: "blocked", reason: "no key" }, "task.transition", {
    ...{ ids: ["3"], to: "blocked", reason: "no key" },
  }),
  {
    ...update({ id: "3", note: "asked" }, "task.note", { id: "3", text: "asked" }),
    told: () => ({ task: { id: "3" } }),
  },
  {
    ...update({ id: "3", note: "got it", status: "todo", assignee: "bob" }, "batch", {
      operations: [
        { op: "update", ids: ["3"], assignee: "bob" },
        { op: "note", id: "3", text: "got it" },
        { op: "task.transition", ids: ["3"], to: "todo" },
      ],
    }),
    told: ({ data }: Success<readonly BatchAnswer[]>) => filled({ task: small(first(data.at(-1)!.data as TaskWrite)) }),
  },
  {
    tool: "task_claim",
    input: { id: "3", lease_s: 600 },
    name: "claim.take",
    api: { id: "3", lease_s: 600, as: "tester" },
    told: claimed,
  },
  {
    tool: "task_claim",
    input: ({ claim }) => ({ action: "heartbeat", claim, lease_s: 900 }),
    name: "claim.heartbeat",
    api: ({ claim }) => ({ token: claim, lease_s: 900 }),
    told: ({ data }: Success<ClaimResult>) => ({ id: first(data).id, lease_until: data.claim.lease_until }),
  },
  {
    tool: "task_claim",
    input: ({ claim }) => ({ action: "release", claim, reason: "lunch" }),
    name: "claim.release",
    api: ({ claim }) => ({ token: claim, reason: "lunch" }),
    told: ({ data }: Success<TaskWrite>) => ({ task: small(first(data)) }),
  },
  update({ id: "1.1", status: "cancelled", reason: "not needed" }, "task.transition", {
    ...{ ids: ["1.1"], to: "cancelled", reason: "not needed" },
  }),
  {
    tool: "task_claim",
    input: { query: "tag:net" },
    name: "claim.take",
    api: { query: "tag:net", as: "tester" },
    told: claimed,
  },
  {
    ...update({}, "task.transition", {}),
    input: ({ claim }) => ({ id: "1", status: "done", evidence: { tests: "pass" }, claim }),
    api: ({ claim }) => ({ ids: ["1"], to: "done", evidence: { tests: "pass" }, claim }),
  },
  get("2"),
  list({ query: "status:done,cancelled", all: true }),
];

/** A tool that fails, and the call that fails so too. */
/** `hint`: where a tool says in its own words what to do. */
const FAILURES: readonly (Pick<Deed, "tool" | "input" | "name" | "api"> & { readonly hint?: string })[] = [
  { tool: "task_get", input: { id: "99" }, name: "task.show", api: { id: "99" } },
  { tool: "task_list", input: { query: "statsu:todo" }, name: "task.list", api: { query: "statsu:todo", limit: 20 } },
  { tool: "task_list", input: { cursor: "x" }, name: "task.list", api: { cursor: "x", limit: 20 } },
  { tool: "task_search", input: { text: "-" }, name: "task.search", api: { text: "-", limit: 20 } },
  { tool: "task_context", input: { id: "99" }, name: "task.context", api: { id: "99" } },
  { tool: "task_add", input: { title: "x", parent: "99" }, name: "task.add", api: { title: "x", parent: "99" } },
  { tool: "task_note", input: { id: "99", text: "x" }, name: "task.note", api: { id: "99", text: "x" } },
  {
    tool: "task_update",
    input: { id: "2", depends_on_add: ["2"] },
    name: "task.update",
    api: { ids: ["2"], depends_on_add: ["2"] },
  },
  {
    tool: "task_update",
    input: { id: "2", title: "x", if_rev: 99 },
    name: "task.update",
    api: { ids: ["2"], title: "x", if_rev: 99 },
  },
  { tool: "task_update", input: { id: "2", check: [9] }, name: "task.criteria", api: { id: "2", check: [9] } },
  { tool: "task_update", input: { id: "2", parent: "2" }, name: "task.move", api: { ids: ["2"], parent: "2" } },
  {
    tool: "task_update",
    hint: 'To open it again:  status "reopen"',
    input: { id: "1", status: "review" },
    name: "task.transition",
    api: { ids: ["1"], to: "review" },
  },
  { tool: "task_claim", input: { id: "1" }, name: "claim.take", api: { id: "1", as: "tester" } },
  { tool: "task_claim", input: { query: "tag:none" }, name: "claim.take", api: { query: "tag:none", as: "tester" } },
  {
    tool: "task_claim",
    input: { action: "heartbeat", claim: "01J00000000000000000000000.1" },
    name: "claim.heartbeat",
    api: { token: "01J00000000000000000000000.1" },
  },
  {
    tool: "task_claim",
    input: { action: "release", claim: "x" },
    name: "claim.release",
    api: { token: "x" },
  },
];

const at = {} as { mcp: McpConnection; api: TaskwerkClient; rigs: readonly [Rig, Rig]; held: readonly [Held, Held] };
beforeAll(async () => {
  const rigs = [await makeRig(), await makeRig()] as const;
  for (const rig of rigs) await rig.data("init");
  await rigs[1].data("api", "start", "--port", "0", "--detach");
  const { url, token } = JSON.parse(await readFile(join(rigs[1].dir, ".taskwerk/api.json"), "utf8")) as ApiFile;
  Object.assign(at, {
    rigs,
    mcp: await connectMcp(rigs[0], ["--actor", "tester"]),
    api: taskwerkClient({ url, token, actor: "tester" }),
    held: [{}, {}],
  });
});
afterAll(async () => {
  await at.mcp.client.close();
  await at.rigs[1].taskwerk("api", "stop");
  for (const rig of at.rigs) await rig.remove();
});

/** What differs from store to store: identities and moments. */
const plain = (data: unknown): unknown =>
  JSON.parse(
    JSON.stringify(data)
      .replace(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, "ULID")
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
      .replace(/"cursor":"[^"]*"/g, '"cursor":"CURSOR"')
      .replace(/"(\w+_minutes|active_ms)":[\d.]+/g, '"$1":0'),
  );

/** All that a store holds and tells. */
const stateOf = async (rig: Rig): Promise<unknown> => [
  plain(await rig.data("list", "--all", "--limit", "0", "--sort", "id")),
  plain(await rig.data("events", "list", "--since", "0", "--limit", "10000")),
  plain(await rig.data("log", "--limit", "0")),
];

const callOf = (input: Deed["input"], held: Held): Values => (typeof input === "function" ? input(held) : input);

describe("a tool and its operation", () => {
  it.each(DEEDS.map((deed, n) => [`${n} ${deed.tool} ${deed.name}`, deed] as const))("%s", async (_, deed) => {
    const [mine, theirs] = at.held;
    const here = await at.mcp.done<Values>(deed.tool, callOf(deed.input, mine));
    const there = await at.api.call(deed.name, callOf(deed.api, theirs) as never);
    expect(plain(here)).toEqual(plain(deed.told(there as Success<never>)));
    Object.assign(
      mine,
      picked(
        here,
        ["claim", "cursor"].filter((name) => typeof here[name] === "string"),
      ),
    );
    const { data, page: pages } = there as Success<Partial<ClaimResult>>;
    if (data.claim) theirs.claim = data.claim.token;
    if (pages?.cursor) theirs.cursor = pages.cursor;
  });

  it("have left the same tasks, events and log", async () => {
    const [mine, theirs] = await Promise.all(at.rigs.map(stateOf));
    expect(mine).toEqual(theirs);
  });

  it.each(FAILURES.map((deed) => [deed.tool, JSON.stringify(deed.input), deed] as const))(
    "%s %s fails as its operation does",
    async (_, __, { tool, input, name, api, hint }) => {
      const { details: ___, ...here } = await at.mcp.failure(tool, callOf(input, at.held[0]));
      const thrown = await at.api.call(name, callOf(api, at.held[1]) as never).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(WerkError);
      const { details: ____, ...there } = errorBodyOf(thrown as WerkError);
      expect(plain(here)).toEqual(plain({ ...(filled(there) as object), ...(hint ? { hint } : {}) }));
    },
  );

  it("failed without a trace", async () => {
    const [mine, theirs] = await Promise.all(at.rigs.map(stateOf));
    expect(mine).toEqual(theirs);
  });

  it("every tool is among them", async () => {
    const { tools } = await at.mcp.client.listTools();
    expect([...new Set(DEEDS.map(({ tool }) => tool))].toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
    expect([...new Set(FAILURES.map(({ tool }) => tool))].toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
  });
});
