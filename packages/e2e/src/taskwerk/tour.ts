/** One walk through every command, in an order in which each of them has something to do. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { makeRig, type Rig } from "../rig.ts";

/** One command line of the walk. */
export interface Step {
  readonly args: readonly string[];
  /** What `kind` its answer has. */
  readonly kind: string;
  /** It changes something: the store, a file, a server. */
  readonly writes?: boolean;
  readonly stdin?: string;
  /** Default 0. */
  readonly exit?: number;
}

const read = (kind: string, ...args: readonly string[]): Step => ({ kind, args });
const write = (kind: string, ...args: readonly string[]): Step => ({ kind, args, writes: true });

/**
 * Every command at least once. `DIR` stands for the store's own place, `TOKEN` for the token of the last claim, `APIKEY` for
 * the id of the last token of the API, `HOOK` for an address that takes whatever is posted to it.
 */
export const TOUR: readonly Step[] = [
  write("store.init", "init", "--prefix", "TASK", "--here"),
  read("store.where", "where"),
  write("config.set", "config", "set", "claim.lease", "1h"),
  read("config.get", "config", "get", "claim.lease"),
  read("config.list", "config", "list", "--all"),
  read("config.path", "config", "path"),
  read("config.explain", "config", "explain", "claim.lease"),
  write("config.unset", "config", "unset", "claim.lease"),
  write("task.add", "add", "Crawl", "-t", "net", "--ac", "It ends", "--ac", "It is polite"),
  write(
    "task.add",
    "add",
    "Limit requests",
    "--parent",
    "1",
    "-d",
    "The site bans us",
    "-p",
    "high",
    "--due",
    "+9d",
    "--estimate",
    "4h",
    "-a",
    "ann",
    "--category",
    "core",
    "--type",
    "feature",
    "--files",
    "src/**",
    "--capability",
    "node",
    "--meta",
    "size=3",
    "--key",
    "k-1",
    "--note",
    "first",
    "--session",
    "tour-1",
  ),
  write("task.add", "add", "Report", "--after", "1", "--defer", "+2d"),
  write("task.add", "add", "Ship", "-p", "low"),
  write("task.add", "add", "Old idea"),
  {
    kind: "task.import",
    args: ["import", "-"],
    writes: true,
    stdin: '[{"ref":"a","title":"One"},{"title":"Two","depends_on":["a"]}]',
  },
  write("task.note", "note", "1", "Queue in place", "--type", "progress"),
  write("task.update", "update", "1.1", "--priority", "critical", "--tag", "+web", "--unset", "due"),
  write("task.deps", "dep", "add", "3", "2"),
  read("dep.list", "dep", "list", "2"),
  read("graph.check", "dep", "check"),
  read("graph.cycles", "dep", "cycles"),
  read("task.why", "why", "3"),
  write("task.deps", "dep", "rm", "3", "2"),
  write("task.move", "move", "4", "--parent", "2"),
  write("task.split", "split", "3", "First part", "Second part"),
  write("task.criteria", "ac", "add", "1", "It is fast"),
  write("task.criteria", "ac", "check", "1", "1", "--evidence", "a test"),
  write("task.criteria", "ac", "uncheck", "1", "1"),
  write("task.criteria", "ac", "rm", "1", "3"),
  write("task.criteria", "ac", "check", "1", "1", "--evidence", "a test"),
  write("task.link", "link", "1", "--commit", "3f9c2d1"),
  write("task.update", "tag", "add", "1", "api"),
  write("task.update", "tag", "rm", "1", "net"),
  write("tag.rename", "tag", "rename", "api", "http"),
  read("tag.list", "tag", "list"),
  read("task.list", "list", "--all"),
  read("task.list", "list", "--tree"),
  read("task.list", "tree", "1"),
  read("task.context", "context", "1.1", "--budget", "500"),
  read("task.export", "export", "tag:http"),
  write("export.file", "export", "-o", "DIR/all.yml", "--with-history"),
  {
    kind: "batch",
    args: ["batch", "-"],
    writes: true,
    stdin: '{"op":"add","ref":"a","title":"Of a batch"}\n{"op":"note","id":"@a","text":"seen"}\n',
  },
  read("task.ready", "ready"),
  read("task.next", "next"),
  read("task.list", "blocked"),
  read("task.list", "overdue"),
  read("task.list", "mine"),
  read("task.list", "stale"),
  read("task.search", "search", "requests"),
  write("task.transition", "start", "5"),
  write("task.transition", "review", "5"),
  write("task.transition", "block", "5", "--reason", "no registry"),
  write("task.transition", "unblock", "5"),
  write("task.transition", "start", "5"),
  write("task.transition", "pause", "5"),
  write("task.transition", "start", "5"),
  write("task.transition", "done", "5", "--evidence", "commit=3f9c2d1"),
  write("task.transition", "reopen", "5"),
  write("task.transition", "done", "5"),
  read("task.wait", "wait", "5", "--until", "done", "--timeout", "1m"),
  write("task.transition", "cancel", "4", "--reason", "not now"),
  read("task.stats", "stats"),
  write("claim.take", "claim", "1.1", "--as", "ann"),
  read("claim.list", "claims"),
  read("task.show", "show", "1.1", "1"),
  write("claim.heartbeat", "heartbeat", "1.1", "--claim", "TOKEN"),
  write("claim.release", "release", "1.1", "--claim", "TOKEN"),
  write("claim.take", "claim", "1.1", "--as", "ann"),
  write("claim.revoke", "release", "1.1", "--force"),
  write("task.archive", "archive", "5"),
  write("task.restore", "restore", "5"),
  write("task.delete", "delete", "6"),
  write("task.purge", "purge", "6", "--yes"),
  read("task.show", "show", "1"),
  read("task.history", "show", "1", "--history"),
  read("op.list", "log", "--limit", "0"),
  write("session.start", "session", "start", "tour-2"),
  write("task.add", "add", "In a session", "--session", "tour-2"),
  read("session.list", "session", "list"),
  read("session.show", "session", "show", "tour-2"),
  write("session.end", "session", "end", "tour-2"),
  write("session.undo", "session", "undo", "tour-2"),
  write("task.add", "add", "To be undone"),
  write("op.undo", "undo"),
  read("store.status", "status"),
  read("event.list", "events", "list"),
  write("config.set", "config", "set", "webhooks.delivery", "off"),
  write("webhook.add", "webhook", "add", "HOOK", "--allow-private", "--event", "task.*"),
  write("webhook.test", "webhook", "test", "w1"),
  write("webhook.update", "webhook", "update", "w1", "--where", "priority:low.."),
  write("webhook.rotate", "webhook", "rotate", "w1", "--keep", "1h"),
  write("task.add", "add", "To be told"),
  write("webhook.deliver", "webhook", "deliver"),
  write("task.note", "note", "1", "It is known"),
  read("webhook.deliveries", "webhook", "deliveries", "w1"),
  write("webhook.replay", "webhook", "replay", "--since", "1h", "--webhook", "w1"),
  write("config.set", "config", "set", "webhooks.task_created", "HOOK"),
  read("webhook.list", "webhook", "list"),
  write("webhook.secret", "webhook", "secret", "w2"),
  write("config.unset", "config", "unset", "webhooks.task_created"),
  write("webhook.add", "webhook", "add", "HOOK", "--allow-private"),
  write("webhook.rm", "webhook", "rm", "w3"),
  read("db.check", "db", "check"),
  write("db.backup", "db", "backup", "DIR/copy.db"),
  write("db.vacuum", "db", "vacuum"),
  write("db.migrate", "db", "migrate"),
  write("db.restore", "db", "restore", "DIR/copy.db", "--yes"),
  write("api.start", "api", "start", "--port", "0", "--detach"),
  read("api.status", "api", "status"),
  read("api.token", "api", "token"),
  write("api.token", "api", "token", "--rotate"),
  write("token.add", "api", "token", "--scope", "task:1", "--name", "claude", "--expires", "8h"),
  read("token.list", "api", "token", "list", "--all"),
  write("token.revoke", "api", "token", "revoke", "APIKEY"),
  write("api.stop", "api", "stop"),
  read("completion", "completion", "bash"),
  read("instructions", "instructions"),
  read("schema.list", "schema"),
  read("schema", "schema", "task.list"),
  read("help", "help"),
  read("help.command", "help", "add"),
  read("help.topic", "help", "dates"),
  read("help.code", "help", "TASK_NOT_FOUND"),
  read("version", "--version"),
  { kind: "error", args: ["show", "TASK-99"], exit: 3 },
  { kind: "error", args: ["list", "statsu:todo"], exit: 2 },
];

/** A rig on its way. */
export interface Walk {
  readonly rig: Rig;
  /** A step's words as they are typed now. */
  readonly words: (step: Step) => readonly string[];
  /** The id of the last token of the API. */
  readonly key: () => string;
  /** Remembers what later steps need of an answer. */
  readonly remember: (document: unknown) => void;
}

interface Remembered {
  readonly claim?: { readonly token: string };
  /** Of a new token of the API. */
  readonly id?: string;
  readonly token?: string;
}

/** Makes a rig for one walk. */
export async function beginWalk(): Promise<Walk> {
  const rig = await makeRig();
  const state = { token: "", key: "" };
  const hook = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
  await once(hook, "listening");
  hook.unref();
  const { port } = hook.address() as AddressInfo;
  return {
    rig,
    words: ({ args }) =>
      args.map((word) =>
        word
          .replace("DIR", rig.dir)
          .replace("TOKEN", state.token)
          .replace("APIKEY", state.key)
          .replace("HOOK", `http://127.0.0.1:${port}/hook`),
      ),
    key: () => state.key,
    remember(document) {
      const { claim, id, token } = (document as { readonly data?: Remembered }).data ?? {};
      if (claim) state.token = claim.token;
      if (id && token) state.key = id;
    },
  };
}

/** The verb that a step types, by its full name, out of those that there are. */
export function verbOf({ args }: Step, names: readonly string[]): string | undefined {
  return [args.slice(0, 2).join(" "), args[0]!].find((name) => names.includes(name));
}

/** Where a store is looked for in vain. */
export const elsewhere = (rig: Rig): string => join(rig.env.HOME!);
