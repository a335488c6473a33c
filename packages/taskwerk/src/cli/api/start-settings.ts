import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import { CONFIG_KEYS, type ConfigKey } from "../config-keys.ts";
import type { ApiStart } from "../world.ts";

/** How long and how much, from the configuration; the defaults where it says nothing. */
export function limitsOf(config: ConfigValues): ApiStart["limits"] {
  const value = (key: ConfigKey): string => String(config[key] ?? CONFIG_KEYS[key].default);
  const ms = (key: ConfigKey): number => secondsOf(value(key), key) * 1000;
  return {
    headersMs: ms("api.headers_timeout"),
    requestMs: ms("api.request_timeout"),
    importMs: ms("api.import_timeout"),
    keepAliveMs: ms("api.keep_alive"),
    heartbeatMs: ms("api.heartbeat"),
    streamMs: ms("api.stream_timeout"),
    connections: Number(value("api.connections")),
    calls: Number(value("api.calls")),
  };
}

/** The names under which it may be called, beside this machine's own. Throws CONFIG_INVALID for one that is no host name. */
export function hostNamesOf(config: ConfigValues): readonly string[] {
  const names = (config["api.hosts"] ?? []) as readonly string[];
  const wrong = names.find((name) => !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/.test(name));
  if (wrong === undefined) return names;
  throw new WerkError("CONFIG_INVALID", `api.hosts: "${wrong}" is no host name.`, {
    hint: "Exact names in small letters, with the port where callers say one:  tasks.example.org, nas.local:7777",
    field: "api.hosts",
    given: wrong,
  });
}
