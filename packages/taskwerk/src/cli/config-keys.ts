import type { ConfigSchema, KeySpec } from "@taskwerk/config/schema";

/** Where to tell of something: an address, or a record with more about it, or several of either. */
const webhooks = (describe: string) =>
  ({
    type: "records",
    default: [],
    describe,
    record: {
      key: null,
      shorthand: "url",
      fields: {
        url: { type: "url", required: true, describe: "Where the event is posted to." },
        secret_env: {
          type: "name",
          describe: "The variable that holds the secret (whsec_...); without one the store makes a secret.",
        },
        where: { type: "string", describe: "A query: only events of tasks that fit it." },
      },
    },
  }) as const satisfies KeySpec;

/** Every key of `.taskwerk/config.yml` and of the user's own file. */
export const CONFIG_KEYS = {
  actor: {
    type: "string",
    default: "",
    describe: "Who does what you do: in the log, notes, claims, assignee:me. Empty: your login's name.",
  },
  "api.port": {
    type: "integer",
    least: 0,
    most: 65_535,
    default: 7777,
    describe: "The port of api start; 0 is any free one.",
  },
  "api.hosts": {
    type: "strings",
    default: [],
    userOnly: true,
    describe: "Names beside this machine's own under which the server may be called, as in a Host header.",
  },
  "api.headers_timeout": {
    type: "duration",
    default: "10s",
    describe: "How long a request's headers may take.",
  },
  "api.request_timeout": {
    type: "duration",
    default: "30s",
    describe: "How long a request may take to be there with its body.",
  },
  "api.import_timeout": {
    type: "duration",
    default: "5m",
    describe: "The same for an import.",
  },
  "api.keep_alive": {
    type: "duration",
    default: "5s",
    describe: "How long a connection stays open that asks for nothing more.",
  },
  "api.connections": {
    type: "integer",
    least: 8,
    most: 10_000,
    default: 256,
    describe: "Connections at once; one more closes the one that has been silent for longest.",
  },
  "api.calls": {
    type: "integer",
    least: 1,
    most: 10_000,
    default: 128,
    describe: "Calls at once, running or waiting for the store; one more is told to come later.",
  },
  "api.heartbeat": {
    type: "duration",
    default: "15s",
    describe: "How often a comment is said on a stream of events that has nothing to tell.",
  },
  "api.stream_timeout": {
    type: "duration",
    default: "60s",
    describe: "How long a reader of a stream of events or of an export may take nothing of what is there for it.",
  },
  "claim.lease": { type: "duration", default: "15m", describe: "How long a claim lives without a heartbeat." },
  "webhooks.task_created": webhooks("Where to post every new task."),
  "webhooks.task_updated": webhooks("Where to post all else that happens to a task but its completion."),
  "webhooks.task_completed": webhooks("Where to post every task that is done."),
  "webhooks.delivery": {
    type: "string",
    oneOf: ["detached", "server", "off"],
    default: "detached",
    describe: "Who delivers: the API server or a process that a command leaves behind; the server only; nobody.",
  },
} as const satisfies ConfigSchema;
export type ConfigKey = keyof typeof CONFIG_KEYS;

/** Environment variables that set a key. */
export const CONFIG_VARIABLES: Readonly<Record<string, ConfigKey>> = {
  TASKWERK_ACTOR: "actor",
  TASKWERK_PORT: "api.port",
};

/** Flags that win over a key. */
export const CONFIG_FLAGS: Readonly<Partial<Record<ConfigKey, string>>> = {
  actor: "--actor",
  "api.port": "api start --port",
  "claim.lease": "claim --lease",
};
