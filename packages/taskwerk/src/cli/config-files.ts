import { join } from "node:path";

/** The user's own file, for all stores; null where there is no home. */
export function userConfigFile(env: Readonly<Record<string, string | undefined>>): string | null {
  const base = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, ".config") : null);
  return base && join(base, "taskwerk", "config.yml");
}

/** The file of one store. */
export const storeConfigFile = (store: string): string => join(store, "config.yml");
