import { COMMON_OPTIONS, type GlobalFlags as CommonFlags, type GlobalOption } from "@taskwerk/terminal/command/globals";

/** The flags every conductor command takes. */
export interface GlobalFlags extends CommonFlags {
  /** Present without a value: the server of this store. */
  readonly useTaskwerk?: string | boolean;
  readonly actor?: string;
  /** sha256 of the repository's configuration that is agreed to. */
  readonly trustConfig?: string;
}

export const GLOBAL_OPTIONS: readonly GlobalOption[] = [
  ...COMMON_OPTIONS.filter(({ flags }) => !flags.startsWith("-h")),
  { flags: "--use-taskwerk [url]", describe: "the taskwerk server to use (default: this store's own)" },
  { flags: "--actor <name>", describe: "who does it (or CONDUCTOR_ACTOR)" },
  { flags: "--trust-config <sha256>", describe: "agree to the repository's .conductor.yml, if it is exactly this one" },
  { flags: "-h, --help", describe: "this text" },
];
