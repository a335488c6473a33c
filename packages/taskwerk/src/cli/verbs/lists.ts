import type { VerbEntry } from "../verb.ts";

/** What shows tasks. */
export const LIST_VERBS: readonly VerbEntry[] = [
  {
    name: "tree",
    group: "Lists",
    usage: "tree [ID]",
    summary: "What lies below what, and how far it has come",
    load: () => import("../task/tree.ts").then((m) => m.treeVerb),
  },
  {
    name: "why",
    group: "Lists",
    usage: "why ID",
    summary: "Why it is not ready, down to what can be done",
    load: () => import("../task/why.ts").then((m) => m.whyVerb),
  },
  {
    name: "context",
    group: "Lists",
    usage: "context ID",
    summary: "A brief for who works on it, in few tokens",
    load: () => import("../task/context.ts").then((m) => m.contextVerb),
  },
  {
    name: "ready",
    group: "Lists",
    usage: "ready [QUERY]",
    summary: "What can be worked on now",
    load: () => import("../task/list.ts").then((m) => m.readyVerb),
  },
  {
    name: "next",
    group: "Lists",
    usage: "next [QUERY]",
    summary: "The one thing to do now",
    load: () => import("../task/views.ts").then((m) => m.nextVerb),
  },
  {
    name: "blocked",
    group: "Lists",
    usage: "blocked [QUERY]",
    summary: "What cannot go on, and what waits for others",
    load: () => import("../task/views.ts").then((m) => m.blockedVerb),
  },
  {
    name: "overdue",
    group: "Lists",
    usage: "overdue [QUERY]",
    summary: "Open, and due in the past",
    load: () => import("../task/views.ts").then((m) => m.overdueVerb),
  },
  {
    name: "mine",
    group: "Lists",
    usage: "mine [QUERY]",
    summary: "Open, and assigned to you",
    load: () => import("../task/views.ts").then((m) => m.mineVerb),
  },
  {
    name: "stale",
    group: "Lists",
    usage: "stale [QUERY]",
    summary: "Begun, and nobody seems to be at it",
    load: () => import("../task/views.ts").then((m) => m.staleVerb),
  },
  {
    name: "search",
    group: "Lists",
    usage: "search TEXT [QUERY]",
    summary: "Find words in titles, descriptions and notes",
    load: () => import("../task/search.ts").then((m) => m.searchVerb),
  },
  {
    name: "stats",
    group: "Lists",
    usage: "stats [QUERY]",
    summary: "How many, how many a week, how long",
    load: () => import("../task/stats.ts").then((m) => m.statsVerb),
  },
];
