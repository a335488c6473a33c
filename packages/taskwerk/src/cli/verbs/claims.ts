import type { VerbEntry } from "../verb.ts";

/** What takes tasks for a time, and waits for them. */
export const CLAIM_VERBS: readonly VerbEntry[] = [
  {
    name: "claim",
    group: "Claims",
    usage: "claim ID|--next [QUERY]",
    summary: "Take a task, so that nobody else does",
    load: () => import("../claim/take.ts").then((m) => m.claimVerb),
  },
  {
    name: "heartbeat",
    group: "Claims",
    usage: "heartbeat ID",
    summary: "Still at it: a claim lives longer",
    load: () => import("../claim/heartbeat.ts").then((m) => m.heartbeatVerb),
  },
  {
    name: "release",
    group: "Claims",
    usage: "release ID",
    summary: "Give a claimed task back",
    load: () => import("../claim/release.ts").then((m) => m.releaseVerb),
  },
  {
    name: "claims",
    group: "Claims",
    usage: "claims [QUERY]",
    summary: "Who has what, and until when",
    load: () => import("../claim/list.ts").then((m) => m.claimsVerb),
  },
  {
    name: "wait",
    group: "Claims",
    usage: "wait QUERY --until STATUS",
    summary: "Until tasks are done, or one is ready",
    load: () => import("../task/wait.ts").then((m) => m.waitVerb),
  },
];
