import { existsSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, sep } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { Bind } from "../model/command.ts";

/**
 * What an agent's command line may read: what is configured, and the folders of the programs that its argv names by their
 * absolute path. Where such a folder holds one of the `hidden` (the home, the repository), only the file itself is shown.
 * Throws CONFIG_INVALID for a configured path that is not there, or that holds one of the hidden: no agent could start.
 */
export function agentBinds(
  argv: readonly string[],
  configured: readonly string[],
  hidden: readonly string[],
): readonly Bind[] {
  const secret = hidden.map(realOf);
  const holds = (path: string): boolean => secret.some((place) => `${place}${sep}`.startsWith(asFolder(realOf(path))));
  for (const path of configured) {
    if (!existsSync(path)) throw refused(`there is no ${path}`, "Correct it, or take it out, in your own file");
    if (holds(path))
      throw refused(
        `${path} holds your home or this repository, which no agent is shown`,
        "Name what the agent needs of it, e.g. one folder",
      );
  }
  const programs = argv
    .filter((word) => isAbsolute(word) && existsSync(word))
    .map((word) => (holds(dirname(word)) ? word : dirname(word)));
  return [...new Set([...configured, ...programs])].map((path) => ({ path, mode: "ro" }));
}

const refused = (problem: string, cure: string): WerkError =>
  new WerkError("CONFIG_INVALID", `orchestration.agents.command.binds: ${problem}`, {
    field: "orchestration.agents.command.binds",
    hint: `${cure}:  conductor config set orchestration.agents.command.binds PATH`,
  });

const asFolder = (path: string): string => (path.endsWith(sep) ? path : `${path}${sep}`);

const realOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path);
