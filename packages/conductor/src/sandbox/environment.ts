/** The environment of a confined command: what it was given, the paths it needs, its marks; nothing of ours. Pure. */
import type { Command } from "../model/command.ts";
import { ATTEMPT } from "./sweep.ts";

/** Names one start of a command, so that ending it does not end another of the same attempt. */
export const COMMAND = "CONDUCTOR_COMMAND";

export function environmentOf(
  { env, marker }: Pick<Command, "env" | "marker">,
  defaults: { readonly path: string; readonly home: string; readonly tmp: string; readonly id: string },
): Readonly<Record<string, string>> {
  return {
    PATH: defaults.path,
    HOME: defaults.home,
    TMPDIR: defaults.tmp,
    LANG: "C.UTF-8",
    ...env,
    [ATTEMPT]: marker,
    [COMMAND]: defaults.id,
  };
}
