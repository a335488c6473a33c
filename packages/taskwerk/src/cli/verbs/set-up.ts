import type { VerbEntry } from "../verb.ts";

/** Settings, completion, schemas. */
export const SET_UP_VERBS: readonly VerbEntry[] = [
  {
    name: "config list",
    group: "Set up",
    usage: "config list",
    summary: "What is set, and where",
    load: () => import("../config/list.ts").then((m) => m.configListVerb),
  },
  {
    name: "config get",
    group: "Set up",
    usage: "config get KEY",
    summary: "One value",
    load: () => import("../config/get.ts").then((m) => m.configGetVerb),
  },
  {
    name: "config set",
    group: "Set up",
    usage: "config set KEY VALUE",
    summary: "Set it in this store, or with --user for all",
    load: () => import("../config/set.ts").then((m) => m.configSetVerb),
  },
  {
    name: "config unset",
    group: "Set up",
    usage: "config unset KEY",
    summary: "Take it out again",
    load: () => import("../config/set.ts").then((m) => m.configUnsetVerb),
  },
  {
    name: "config path",
    group: "Set up",
    usage: "config path",
    summary: "The files it is read from",
    load: () => import("../config/path.ts").then((m) => m.configPathVerb),
  },
  {
    name: "config explain",
    group: "Set up",
    usage: "config explain KEY",
    summary: "What it is, and what each place says",
    load: () => import("../config/explain.ts").then((m) => m.configExplainVerb),
  },
  {
    name: "completion",
    group: "Set up",
    usage: "completion bash|zsh|fish",
    summary: "What makes your shell complete commands and ids",
    load: () => import("../completion/completion.ts").then((m) => m.completionVerb),
  },
  {
    name: "schema",
    group: "Set up",
    usage: "schema [KIND]",
    summary: "The JSON Schema of what --json prints",
    load: () => import("../schema/schema.ts").then((m) => m.schemaVerb),
  },
];
