import type { VerbEntry } from "../verb.ts";

/** What was changed, and taking it back. */
export const CHANGE_VERBS: readonly VerbEntry[] = [
  {
    name: "log",
    group: "Changes",
    usage: "log [ID]",
    summary: "What was changed, by whom, the newest first",
    load: () => import("../op/log.ts").then((m) => m.logVerb),
  },
  {
    name: "undo",
    group: "Changes",
    usage: "undo [--session NAME]",
    summary: "Take back your last change, another, or a session",
    load: () => import("../op/undo.ts").then((m) => m.undoVerb),
  },
  {
    name: "session list",
    group: "Changes",
    usage: "session list",
    summary: "Sessions, with what each changed",
    load: () => import("../session/list.ts").then((m) => m.sessionListVerb),
  },
  {
    name: "session show",
    group: "Changes",
    usage: "session show NAME",
    summary: "What a session changed",
    load: () => import("../session/show.ts").then((m) => m.sessionShowVerb),
  },
  {
    name: "session start",
    group: "Changes",
    usage: "session start NAME",
    summary: "Begin a session",
    load: () => import("../session/start.ts").then((m) => m.sessionStartVerb),
  },
  {
    name: "session end",
    group: "Changes",
    usage: "session end NAME",
    summary: "End a session",
    load: () => import("../session/end.ts").then((m) => m.sessionEndVerb),
  },
  {
    name: "session undo",
    group: "Changes",
    usage: "session undo NAME",
    summary: "Take back all that a session changed",
    load: () => import("../session/undo.ts").then((m) => m.sessionUndoVerb),
  },
];
