import { WerkError } from "@taskwerk/contract/errors";
import { CONFIG_KEYS } from "../config-keys.ts";
import type { Verb } from "../verb.ts";
import { apiView } from "./api-view.ts";
import { hostNamesOf, limitsOf } from "./start-settings.ts";

interface StartFlags {
  readonly port?: string;
  readonly host?: string;
  readonly allowRemote?: boolean;
  readonly detach?: boolean;
  readonly untilStdinCloses?: boolean;
  readonly log?: string;
  readonly verbose?: boolean;
}

/** `api start`: serves until it is stopped; prints one line once it answers. */
export const apiStartVerb: Verb<StartFlags> = {
  build: (command) =>
    command
      .option("--port <n>", "0: any free one (7777)")
      .option("--host <address>", "an address others can reach; needs --allow-remote")
      .option("--allow-remote", "yes, others may reach it; there is no encryption")
      .option("--detach", "in the background")
      .option("--until-stdin-closes", "end with the program that started it")
      .option("--log <file>", "write down there when it starts and ends, and defects")
      .option("--verbose", "a line for each request, there or on stderr"),
  examples: [
    "taskwerk api start --port 0 --detach     any free port, in the background",
    "taskwerk api start --log api.log --verbose",
    "taskwerk help scopes                     tokens, and who gets in",
  ],
  async run(app, _, flags) {
    app.refuseWhenReadonly("a server lets others change the store");
    app.checkFields(FOREGROUND);
    const host = hostOf(flags);
    const config = await app.config();
    const start = {
      port: portOf(flags.port ?? String(config["api.port"] ?? CONFIG_KEYS["api.port"].default)),
      host,
      allowRemote: flags.allowRemote ?? false,
      untilStdinCloses: flags.untilStdinCloses ?? false,
      hosts: hostNamesOf(config),
      limits: limitsOf(config),
      log: flags.log === undefined ? null : app.path(flags.log),
      verbose: flags.verbose ?? false,
    };
    if (flags.detach && flags.untilStdinCloses) {
      throw new WerkError("USAGE", "--detach and --until-stdin-closes are opposites.", {
        hint: "Leave one of them out.",
        field: "detach",
      });
    }
    if (flags.detach && flags.verbose && flags.log === undefined) {
      throw new WerkError("USAGE", "--verbose in the background needs a file:  --log FILE", { field: "verbose" });
    }
    const api = await app.world.api();
    if (!LOOPBACK.has(start.host)) {
      app.output.note("warning: other machines can reach this server, and nothing between them and it is encrypted.");
    }
    if (flags.detach) {
      app.show("api.start", await api.detach(app.target, start), BACKGROUND);
      return;
    }
    return api.serve(app.target, start, (info) => app.show("api.start", info, FOREGROUND));
  },
};

const FOREGROUND = apiView("Serving on", ["Ctrl-C ends it."]);
const BACKGROUND = apiView("Serving in the background on", ["Stop it:  taskwerk api stop"]);

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new WerkError("USAGE", `--port: "${text}" is no port: 0 to 65535.`, {
    hint: "Any port that is free:  --port 0",
    field: "port",
    given: text,
  });
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

function hostOf({ host = "127.0.0.1", allowRemote }: StartFlags): string {
  if (LOOPBACK.has(host) || allowRemote) return host;
  throw new WerkError("FORBIDDEN", `--host ${host} would let other machines in, unencrypted.`, {
    hint: "If that is meant, say so:  --allow-remote",
    field: "host",
    given: host,
  });
}
