import type { ConfigSchema } from "@taskwerk/config/schema";

/** Every key of `.taskwerk/config.yml` and of the user's own file. */
export const CONFIG_KEYS = {
  "api.port": {
    type: "integer",
    least: 0,
    most: 65_535,
    default: 7777,
    describe: "The port of api start; 0 is any free one.",
  },
  "claim.lease": { type: "duration", default: "15m", describe: "How long a claim lives without a heartbeat." },
} as const satisfies ConfigSchema;
export type ConfigKey = keyof typeof CONFIG_KEYS;

/** Environment variables that set a key. */
export const CONFIG_VARIABLES: Readonly<Record<string, ConfigKey>> = { TASKWERK_PORT: "api.port" };

/** Flags that win over a key. */
export const CONFIG_FLAGS: Readonly<Partial<Record<ConfigKey, string>>> = {
  "api.port": "api start --port",
  "claim.lease": "claim --lease",
};
