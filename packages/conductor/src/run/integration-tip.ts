import type { RunContext } from "./context.ts";

/** The commit that this run's landings go on top of. */
export async function integrationTip({ repository, session }: RunContext): Promise<string> {
  const tip = await repository.resolve(session.integration);
  if (tip === null) throw new Error(`${session.integration} has vanished`);
  return tip;
}
