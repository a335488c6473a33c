/** Every verb, light: a name, a line of help, and where the rest is. */
import type { Verb } from "./verb.ts";

export interface VerbEntry {
  /** One or two words. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: "Tasks" | "Work" | "Claims" | "Store" | "API";
  /** How it is typed, without the program's name. */
  readonly usage: string;
  readonly summary: string;
  // biome-ignore lint/suspicious/noExplicitAny: each verb has flags of its own type
  readonly load: () => Promise<Verb<any>>;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
const move = (name: MoveName): Promise<Verb<any>> => import("./task/move.ts").then((m) => m.moveVerb(name));
type MoveName = "start" | "done" | "block" | "unblock" | "review" | "pause" | "reopen" | "cancel";

export const VERBS: readonly VerbEntry[] = [
  {
    name: "add",
    group: "Tasks",
    usage: "add TITLE",
    summary: "Add a task",
    load: () => import("./task/add.ts").then((m) => m.addVerb),
  },
  {
    name: "list",
    aliases: ["ls"],
    group: "Tasks",
    usage: "list [QUERY]",
    summary: "Open tasks, most urgent first",
    load: () => import("./task/list.ts").then((m) => m.listVerb),
  },
  {
    name: "ready",
    group: "Tasks",
    usage: "ready",
    summary: "What can be worked on now",
    load: () => import("./task/list.ts").then((m) => m.readyVerb),
  },
  {
    name: "show",
    group: "Tasks",
    usage: "show ID...",
    summary: "All about a task",
    load: () => import("./task/show.ts").then((m) => m.showVerb),
  },
  {
    name: "update",
    group: "Tasks",
    usage: "update ID...",
    summary: "Change fields of tasks",
    load: () => import("./task/update.ts").then((m) => m.updateVerb),
  },
  {
    name: "note",
    group: "Tasks",
    usage: "note ID TEXT|-",
    summary: "Write a note on a task",
    load: () => import("./task/note.ts").then((m) => m.noteVerb),
  },
  {
    name: "dep add",
    group: "Tasks",
    usage: "dep add ID ON...",
    summary: "Let a task wait for others",
    load: () => import("./task/dep.ts").then((m) => m.depAddVerb),
  },
  {
    name: "dep rm",
    aliases: ["dep remove"],
    group: "Tasks",
    usage: "dep rm ID ON...",
    summary: "Let it wait for them no longer",
    load: () => import("./task/dep.ts").then((m) => m.depRmVerb),
  },
  {
    name: "dep list",
    group: "Tasks",
    usage: "dep list ID",
    summary: "What a task waits for, and what waits for it",
    load: () => import("./task/dep.ts").then((m) => m.depListVerb),
  },
  {
    name: "import",
    group: "Tasks",
    usage: "import FILE|-",
    summary: "Add tasks from a file, all or none",
    load: () => import("./task/import.ts").then((m) => m.importVerb),
  },
  { name: "start", group: "Work", usage: "start ID...", summary: "Work on it now", load: () => move("start") },
  {
    name: "done",
    aliases: ["complete"],
    group: "Work",
    usage: "done ID...",
    summary: "It is done; says what can start now",
    load: () => move("done"),
  },
  {
    name: "review",
    group: "Work",
    usage: "review ID...",
    summary: "Someone should look at it",
    load: () => move("review"),
  },
  { name: "block", group: "Work", usage: "block ID...", summary: "It cannot go on", load: () => move("block") },
  { name: "unblock", group: "Work", usage: "unblock ID...", summary: "It can go on", load: () => move("unblock") },
  { name: "pause", group: "Work", usage: "pause ID...", summary: "Set it aside", load: () => move("pause") },
  {
    name: "reopen",
    group: "Work",
    usage: "reopen ID...",
    summary: "It is to be done again",
    load: () => move("reopen"),
  },
  { name: "cancel", group: "Work", usage: "cancel ID...", summary: "It will not be done", load: () => move("cancel") },
  {
    name: "claim",
    group: "Claims",
    usage: "claim ID|--next",
    summary: "Take a task, so that nobody else does",
    load: () => import("./claim/take.ts").then((m) => m.claimVerb),
  },
  {
    name: "heartbeat",
    group: "Claims",
    usage: "heartbeat ID",
    summary: "Still at it: a claim lives longer",
    load: () => import("./claim/heartbeat.ts").then((m) => m.heartbeatVerb),
  },
  {
    name: "release",
    group: "Claims",
    usage: "release ID",
    summary: "Give a claimed task back",
    load: () => import("./claim/release.ts").then((m) => m.releaseVerb),
  },
  {
    name: "init",
    group: "Store",
    usage: "init",
    summary: "Make a store for this repository",
    load: () => import("./store/init.ts").then((m) => m.initVerb),
  },
  {
    name: "status",
    group: "Store",
    usage: "status",
    summary: "How many tasks there are, and which store it is",
    load: () => import("./store/status.ts").then((m) => m.statusVerb),
  },
  {
    name: "where",
    group: "Store",
    usage: "where",
    summary: "The directory of the store",
    load: () => import("./store/where.ts").then((m) => m.whereVerb),
  },
  {
    name: "events list",
    group: "Store",
    usage: "events list",
    summary: "What happened, in order",
    load: () => import("./event/list.ts").then((m) => m.eventListVerb),
  },
  {
    name: "api start",
    group: "API",
    usage: "api start",
    summary: "Serve this store over HTTP on this machine",
    load: () => import("./api/start.ts").then((m) => m.apiStartVerb),
  },
  {
    name: "api stop",
    group: "API",
    usage: "api stop",
    summary: "Stop the server of this store",
    load: () => import("./api/stop.ts").then((m) => m.apiStopVerb),
  },
  {
    name: "api status",
    group: "API",
    usage: "api status",
    summary: "Is a server running, and where",
    load: () => import("./api/status.ts").then((m) => m.apiStatusVerb),
  },
];

/** First words that belong to two-word verbs. */
export const GROUPS: ReadonlySet<string> = new Set(
  VERBS.flatMap(({ name }) => (name.includes(" ") ? [name.split(" ")[0]!] : [])),
);

/** The entry of a verb by its name or another spelling. */
export const verbNamed = (name: string): VerbEntry | undefined =>
  VERBS.find((verb) => verb.name === name || verb.aliases?.includes(name));

/** What belongs to the sister program. */
export const CONDUCTOR_WORDS: ReadonlySet<string> = new Set(["plan", "orchestrate"]);
