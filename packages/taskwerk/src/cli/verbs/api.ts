import type { VerbEntry } from "../verb.ts";

/** The doors of a store for other programs. */
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
  {
    name: "api token",
    group: "API",
    usage: "api token",
    summary: "Print, rotate, make, list, revoke tokens",
    load: () => import("../api/token.ts").then((m) => m.apiTokenVerb),
  },
  {
    name: "mcp",
    group: "API",
    usage: "mcp",
    summary: "Serve a coding agent over stdin and stdout",
    load: () => import("../mcp/mcp.ts").then((m) => m.mcpVerb),
  },
];
