import { spawn } from "node:child_process";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";

/** Makes a taskwerk store at the root where there is none. True when one was made. */
export async function ensureStore(app: App): Promise<boolean> {
  const connection = await app.connection();
  try {
    await connection.store();
    return false;
  } catch (error) {
    if (!isWerkError(error) || error.code !== "STORE_NOT_FOUND") throw error;
  }
  await makeStore(app);
  return true;
}

/** Makes a taskwerk store at the root, whatever lies above it. Throws TASKWERK_UNREACHABLE. */
export async function makeStore(app: App): Promise<void> {
  const [program = "taskwerk", ...args] = app.world.taskwerk;
  const child = spawn(program, [...args, "init"], {
    cwd: app.root,
    env: { ...app.world.env } as NodeJS.ProcessEnv,
    stdio: "ignore",
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  if (code !== 0)
    throw new WerkError("TASKWERK_UNREACHABLE", `taskwerk could not make a store in ${app.root}`, {
      hint: "See why:  taskwerk init",
    });
}
