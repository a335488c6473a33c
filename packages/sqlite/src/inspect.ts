import { WerkError } from "@taskwerk/contract/errors";
import { connect } from "./connect.ts";
import { overConnection } from "./database.ts";
import { type Migration, pendingSteps, printVersion, schemaVersion } from "./migrate.ts";

/** A database file as it lies there. */
export interface Inspected {
  /** The version of its schema, e.g. 1.1. */
  readonly version: string;
  /** How many steps it lacks. */
  readonly pending: number;
  readonly tables: ReadonlySet<string>;
}

/**
 * Looks at a file without changing or migrating it, page by page. Throws STORE_CORRUPT when it is damaged or none of ours,
 * SCHEMA_TOO_NEW, STORE_UNREADABLE.
 */
export async function inspectDatabase(file: string, migrations: readonly Migration[]): Promise<Inspected> {
  const connection = await connect(file, { readonly: true, fileMustExist: true });
  const database = overConnection(connection, file, true, 0);
  try {
    return await database.read(async (reader) => {
      const pending = await pendingSteps(reader, file, migrations);
      const [problem] = await reader.all<{ quick_check: string }>("pragma quick_check(1)");
      if (problem!.quick_check !== "ok") {
        throw new WerkError("STORE_CORRUPT", `${file} is damaged.`, {
          hint: "Another backup may be whole.",
          details: { file, problem: problem!.quick_check },
        });
      }
      const tables = await reader.all<{ name: string }>("select name from sqlite_master where type = 'table'");
      return {
        version: printVersion(await schemaVersion(reader, file)),
        pending: pending.length,
        tables: new Set(tables.map(({ name }) => name)),
      };
    });
  } finally {
    await database.close();
  }
}
