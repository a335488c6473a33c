import { COMMON_OPTIONS, type GlobalFlags as CommonFlags, type GlobalOption } from "@taskwerk/terminal/command/globals";

/** The flags every taskwerk command takes. */
export interface GlobalFlags extends CommonFlags {
  readonly store?: string;
  readonly remote?: string;
  readonly readonly?: boolean;
  readonly session?: string;
  readonly actor?: string;
  readonly idempotencyKey?: string;
}

/** Those flags, as help shows them. */
export const GLOBAL_OPTIONS: readonly GlobalOption[] = [
  ...COMMON_OPTIONS.filter(({ flags }) => !flags.startsWith("-h")),
  { flags: "--store <dir>", describe: "the .taskwerk directory itself" },
  { flags: "--remote <url>", describe: "the store of that server (or TASKWERK_URL; token: TASKWERK_TOKEN)" },
  { flags: "--readonly", describe: "refuse what would change something" },
  { flags: "--session <name>", describe: "the session this belongs to (or TASKWERK_SESSION)" },
  { flags: "--actor <name>", describe: "who does it (or TASKWERK_ACTOR)" },
  { flags: "--idempotency-key <key>", describe: "do it once, however often it is sent" },
  { flags: "-h, --help", describe: "this text" },
];
