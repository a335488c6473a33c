import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { Database } from "@taskwerk/sqlite/database";

/** What to do about a store that is damaged. */
export const DAMAGED_HINT =
  "Keep the file as it is. Copies:  .taskwerk/backups   How to use one:  taskwerk help db restore";

/** What SQLite found damaged, with what to do about it; any other error as it is. */
function withHint(error: unknown): unknown {
  if (!isWerkError(error) || error.code !== "STORE_CORRUPT" || error.details.sqlite === undefined) return error;
  return new WerkError(error.code, error.message, { hint: DAMAGED_HINT, cause: error, details: error.details });
}

const rethrown = (error: unknown): never => {
  throw withHint(error);
};

/** A store's database, whose errors say what to do when it is damaged. */
export async function withDamageTold(opening: Promise<Database>): Promise<Database> {
  const database = await opening.catch(rethrown);
  return {
    ...database,
    read: (work) => database.read(work).catch(rethrown),
    write: (work) => database.write(work).catch(rethrown),
    backUp: (to) => database.backUp(to).catch(rethrown),
  };
}
