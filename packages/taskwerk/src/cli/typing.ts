/** For tests: types a command line at a world whose operations answer what the test says. */
import type { Page, Success } from "@taskwerk/contract/envelope";
import type { Task } from "@taskwerk/contract/task";
import { runCli } from "./run-cli.ts";
import type { World } from "./world.ts";

/** A whole task for a screen. */
export const task = (fields: Partial<Task> = {}): Task => ({
  id: "TASK-001",
  uid: "01JUID",
  title: "Fix login",
  description: null,
  status: "todo",
  category_of_status: "open",
  priority: "medium",
  type: null,
  assignee: null,
  category: null,
  tags: [],
  parent: null,
  children: [],
  depends_on: [],
  blocks: [],
  acceptance: [],
  files: [],
  capabilities: [],
  due_at: null,
  defer_until: null,
  estimate_minutes: null,
  actual_minutes: 0,
  progress: null,
  links: [],
  claim: null,
  session: null,
  key: null,
  metadata: {},
  rev: 1,
  ready: true,
  created_at: "2026-11-20T11:00:00.000Z",
  updated_at: "2026-11-20T11:56:00.000Z",
  started_at: null,
  completed_at: null,
  archived_at: null,
  deleted_at: null,
  created_by: "me",
  updated_by: "me",
  ...fields,
});

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What reached the operations. */
  readonly calls: readonly { readonly name: string; readonly input: unknown; readonly caller: unknown }[];
}

export interface Scene {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly columns?: number;
  /** What the person at the terminal says when asked. */
  readonly answered?: string;
  /** What an operation answers. Default: one task in whatever shape it needs. */
  readonly answer?: (name: string, input: unknown) => unknown;
  /** Default: it stands still. */
  readonly now?: () => Date;
  /** The page that every answer is. */
  readonly page?: Page;
}

const write = (...changed: Task[]) => ({ changed, unchanged: [], unblocked: [] });
const GRANT = { token: "01JUID.1", fence: 1, lease_until: "2026-11-20T12:15:00.000Z" };

function standard(name: string): unknown {
  switch (name) {
    case "task.list":
    case "task.ready":
      return [task()];
    case "task.last":
      return { id: "TASK-001" };
    case "task.search":
      return [{ ...task(), found_in: "title", snippet: "Fix login" }];
    case "task.stats":
      return {
        by: "status",
        total: 1,
        open: 1,
        done: 0,
        groups: [{ value: "todo", total: 1, open: 1, done: 0 }],
        throughput: [],
        lead: null,
        active: null,
      };
    case "task.show":
      return { ...task(), notes: [] };
    case "store.status":
      return { version: "1", api: 1, store: "/s", tasks: { todo: 1 }, ready: 1, archived: 0, deleted: 0, cursor: 3 };
    case "task.note":
      return { id: "n", task: "TASK-001", type: "comment", text: "hello", at: "2026-11-20T12:00:00Z", by: "me" };
    case "task.import":
      return {
        created: 1,
        updated: 0,
        skipped: 0,
        format: "json",
        ids: {},
        new_ids: ["TASK-001"],
        list: "taskwerk list",
      };
    case "event.list":
      return [];
    case "claim.take":
    case "claim.heartbeat":
      return { ...write(task()), claim: GRANT };
    default:
      return write(task());
  }
}

/** Types a command line, splitting at spaces outside of quotes. */
export async function type(line: string, scene: Scene = {}): Promise<Ran> {
  const seen = { out: "", err: "" };
  const calls: { name: string; input: unknown; caller: unknown }[] = [];
  const world: World = {
    argv: Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, bare]) => quoted ?? bare!),
    env: scene.env ?? {},
    cwd: "/tmp",
    version: "1.2.3",
    stdout: {
      write: (text) => {
        seen.out += text;
      },
    },
    stderr: {
      write: (text) => {
        seen.err += text;
      },
    },
    stdoutIsTTY: scene.tty ?? false,
    stderrIsTTY: scene.tty ?? false,
    stdinIsTTY: scene.tty ?? false,
    ask: async () => scene.answered ?? null,
    columns: () => scene.columns ?? 80,
    rows: () => 40,
    stopped: async () => 130,
    now: scene.now ?? (() => new Date("2026-11-20T12:00:00Z")),
    readStdin: async () => scene.stdin ?? "",
    readStdinBytes: async () => Buffer.from(scene.stdin ?? ""),
    systemUser: () => "me",
    tokenOf: async () => null,
    run: async (_, caller, name, input) => {
      calls.push({ name, input, caller });
      const data = (scene.answer ?? standard)(name, input) ?? standard(name);
      return {
        ok: true,
        v: 1,
        kind: name,
        data,
        page: scene.page,
        warnings: [],
        meta: {},
      } as unknown as Success<never>;
    },
    exportTasks: async (_, caller, input, sink) => {
      calls.push({ name: "task.export", input, caller });
      sink.begin({ prefix: "TASK", total: 1 });
      sink.rows([JSON.stringify(task())]);
      return { tasks: 1, outside: 0 };
    },
    watchStore: async () => ({ next: async () => undefined, close: () => undefined }),
    followConfiguration: async () => undefined,
    locateStore: async () => "/nowhere/.taskwerk",
    editFile: async () => {
      throw new Error("no files here");
    },
    createStore: async (_, prefix) => ({ created: true, completed: false, prefix }),
    files: async () => {
      throw new Error("no files here");
    },
    mcp: async () => {
      throw new Error("no agent is there");
    },
    api: async () => {
      throw new Error("no API here");
    },
  };
  const code = await runCli(world);
  return { code, ...seen, calls };
}
