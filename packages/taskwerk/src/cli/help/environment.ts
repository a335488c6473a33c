import { pad } from "@taskwerk/terminal/width";

/** Every variable that taskwerk reads, and what it does. The reference is made from this too. */
export const VARIABLES: readonly { readonly name: string; readonly does: string }[] = [
  { name: "TASKWERK_DIR", does: "as --store: the .taskwerk directory itself" },
  { name: "TASKWERK_URL", does: "as --remote: the server whose store is meant" },
  { name: "TASKWERK_TOKEN", does: "the token for that server; its own store's is found without" },
  { name: "TASKWERK_SESSION", does: "as --session" },
  { name: "TASKWERK_ACTOR", does: "as --actor; before the key actor of the configuration" },
  { name: "TASKWERK_CLAIM", does: "as --claim" },
  { name: "TASKWERK_PORT", does: "as --port of api start, and the key api.port" },
  { name: "XDG_CONFIG_HOME", does: "where your own configuration is, instead of ~/.config" },
  { name: "HOME", does: "where ~/.config is" },
  { name: "USER", does: "who does it, where no actor is named" },
  { name: "LOGNAME", does: "the same, where there is no USER" },
  { name: "NO_COLOR", does: "set to anything: no colour (no-color.org)" },
  { name: "FORCE_COLOR", does: "set: colour also where no terminal is; 0: none" },
  { name: "TERM", does: "dumb: no colour" },
  { name: "TZ", does: "the zone in which dates are read and shown" },
];

/** `help environment`. */
export const environmentHelp = (): readonly string[] => [
  ...VARIABLES.map(({ name, does }) => `  ${pad(name, 16)}  ${does}`),
  "",
  "A flag wins over its variable, a variable over configuration (config list).",
];
