import type { Topic } from "@taskwerk/terminal/command/program";
import { COMMON_TOPICS } from "@taskwerk/terminal/command/topics";

/** What `help` can tell of beside commands and errors. */
export const TOPICS: readonly Topic[] = [
  {
    name: "guide",
    aliases: ["tutorial", "quickstart", "intro", "start-here"],
    summary: "Eleven steps from nothing to a planned week",
    load: () => import("./guide.ts").then((m) => m.GUIDE_HELP),
  },
  {
    name: "query",
    aliases: ["queries"],
    summary: "How tasks are chosen: list, ready, search, claim --next, update --where",
    load: () => import("./query.ts").then((m) => m.QUERY_HELP),
  },
  {
    name: "dates",
    aliases: ["date", "times", "lengths", "due"],
    summary: "How dates and lengths of time are typed",
    load: () => import("./dates.ts").then((m) => m.DATES_HELP),
  },
  {
    name: "ids",
    aliases: ["id"],
    summary: "How tasks are named",
    load: () => import("./ids.ts").then((m) => m.IDS_HELP),
  },
  {
    name: "statuses",
    aliases: ["transitions"],
    summary: "What a task may become, and by which command",
    load: () => import("./statuses.ts").then((m) => m.statusesHelp()),
  },
  {
    name: "claims",
    aliases: ["claiming", "leases"],
    summary: "How several workers share one store: tokens, leases, taking over",
    load: () => import("./claims.ts").then((m) => m.CLAIMS_HELP),
  },
  {
    name: "scopes",
    aliases: ["scope", "tokens", "security"],
    summary: "Who may call the HTTP API, and what each token may do",
    load: () => import("./scopes.ts").then((m) => m.SCOPES_HELP),
  },
  {
    name: "formats",
    summary: "What import reads and export writes",
    load: () => import("./formats.ts").then((m) => m.FORMATS_HELP),
  },
  {
    name: "json",
    aliases: ["output"],
    summary: "What --json, --format, --fields and -q print",
    load: () => import("./json.ts").then((m) => m.JSON_HELP),
  },
  {
    name: "environment",
    aliases: ["env", "variables"],
    summary: "Variables that taskwerk reads",
    load: () => import("./environment.ts").then((m) => m.environmentHelp()),
  },
  ...COMMON_TOPICS,
];
