import type { UserRepository } from "../git/repository.ts";
import type { App } from "./app.ts";

/** The user's repository, opened; `mayMove`: branches of theirs that may be made. Throws as `openRepository` does. */
export async function openUserRepository(app: App, mayMove: readonly string[] = []): Promise<UserRepository> {
  const { openRepository } = await import("../git/repository.ts");
  return openRepository(app.repositoryRoot(), { env: app.world.env, storeDir: `${app.stateDir}/git`, mayMove });
}
