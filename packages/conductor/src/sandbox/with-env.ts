import type { Command, Confinement } from "../model/command.ts";

/** The same boundary, in which every command is given these variables too, where it does not bring them itself. */
export function withEnv(confinement: Confinement, env: Readonly<Record<string, string>>): Confinement {
  const given = (command: Command): Command => ({ ...command, env: { ...env, ...command.env } });
  return {
    level: confinement.level,
    start: (command) => confinement.start(given(command)),
    run: (command) => confinement.run(given(command)),
  };
}
