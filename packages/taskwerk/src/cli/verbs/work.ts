import type { MoveName } from "../../core/moves.ts";
import type { Verb, VerbEntry } from "../verb.ts";

// biome-ignore lint/suspicious/noExplicitAny: each verb has flags of its own type
const move = (name: MoveName): Promise<Verb<any>> => import("../task/move.ts").then((m) => m.moveVerb(name));

/** What moves a task from one status to another. */
export const WORK_VERBS: readonly VerbEntry[] = [
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
];
