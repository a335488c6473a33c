import type { ConfigSchema } from "@taskwerk/config/schema";

/** Every key of `.taskwerk/config.yml` and of the user's own file. */
export const CONFIG_KEYS = {
  "api.port": { type: "integer", least: 0, most: 65_535, describe: "The port of api start; 0 is any free one." },
  "claim.lease": { type: "duration", describe: "How long a claim lives without a heartbeat." },
} as const satisfies ConfigSchema;

/** Environment variables that set a key. */
export const CONFIG_VARIABLES: Readonly<Record<string, keyof typeof CONFIG_KEYS>> = { TASKWERK_PORT: "api.port" };
