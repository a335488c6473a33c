import { WerkError } from "@taskwerk/contract/errors";
import type { Database, Reader, Tx } from "./access.ts";

/** The version a file's schema has; a program reads any file of its own major version, whatever the minor one. */
export interface SchemaVersion {
  readonly major: number;
  readonly minor: number;
}

/** One step; it runs in one transaction together with the note that it ran. */
export interface Migration extends SchemaVersion {
  readonly name: string;
  readonly up: (tx: Tx) => Promise<void>;
}

const NOTHING: SchemaVersion = { major: 0, minor: 0 };
const after = (a: SchemaVersion, b: SchemaVersion): boolean =>
  a.major > b.major || (a.major === b.major && a.minor > b.minor);
/** `1.1`. */
export const printVersion = ({ major, minor }: SchemaVersion): string => `${major}.${minor}`;

const SCHEMA_VERSION = "select value from settings where key = 'schema_version'";

/** The version that a file says it has; 0.0 for an empty one. Throws STORE_CORRUPT when it says something unreadable. */
export async function schemaVersion(reader: Reader, file: string): Promise<SchemaVersion> {
  // Whatever keeps it from being read is told by what is asked next.
  const said = await reader.get<{ value: string }>(SCHEMA_VERSION).catch(() => undefined);
  const version = /^(\d+)\.(\d+)$/.exec(said?.value ?? "");
  if (version) return { major: Number(version[1]), minor: Number(version[2]) };
  const tables = await reader.get<{ n: number }>("select count(*) as n from sqlite_master where type = 'table'");
  if (tables!.n === 0) return NOTHING;
  throw new WerkError("STORE_CORRUPT", `${file} is a database, but not one of ours: it names no schema version.`, {
    hint: "Is it the right file?",
    details: { file },
  });
}

/** The steps that a file still lacks. Writes nothing. Throws SCHEMA_TOO_NEW when its major version is above ours. */
export async function pendingSteps(
  reader: Reader,
  file: string,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const has = await schemaVersion(reader, file);
  const ours = migrations.at(-1) ?? NOTHING;
  if (has.major > ours.major) {
    throw new WerkError(
      "SCHEMA_TOO_NEW",
      `${file} has schema ${printVersion(has)}; this program knows up to ${printVersion(ours)}. Nothing was changed.`,
      { hint: "Update this program.", details: { file, found: printVersion(has), known: printVersion(ours) } },
    );
  }
  return migrations.filter((step) => after(step, has));
}

/** Runs what is pending, each step in a transaction of its own; before the first one a file with content is copied beside. */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  backUp: (to: string) => void,
): Promise<void> {
  const from = await database.read((reader) => schemaVersion(reader, database.file));
  if (from.major > 0) backUp(`${database.file}.before-${printVersion(migrations.at(-1)!)}-${Date.now()}`);
  for (const step of migrations) {
    await database.write(async (tx) => {
      // Asked again under the lock: another process may have come first.
      if (!after(step, await schemaVersion(tx, database.file))) return;
      await step.up(tx);
      await tx.run("create table if not exists settings (key text primary key, value text not null) strict");
      await tx.run(
        "insert into settings (key, value) values ('schema_version', ?) on conflict (key) do update set value = excluded.value",
        [printVersion(step)],
      );
    });
  }
}
