import type { VerbEntry } from "../verb.ts";

/** The server of a store. */
export const API_VERBS: readonly VerbEntry[] = [
  {
    name: "api start",
    group: "API",
    usage: "api start",
    summary: "Serve this store over HTTP on this machine",
    load: () => import("../api/start.ts").then((m) => m.apiStartVerb),
  },
  {
    name: "api stop",
    group: "API",
    usage: "api stop",
    summary: "Stop the server of this store",
    load: () => import("../api/stop.ts").then((m) => m.apiStopVerb),
  },
  {
    name: "api status",
    group: "API",
    usage: "api status",
    summary: "Is a server running, and where",
    load: () => import("../api/status.ts").then((m) => m.apiStatusVerb),
  },
];
