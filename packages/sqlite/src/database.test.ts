import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import type { Migration } from "./migrate.ts";

const first: Migration = {
  major: 1,
  minor: 0,
  name: "first",
  up: async (tx) => {
    await tx.exec("create table notes (id integer primary key, text text not null) strict");
  },
};
const MIGRATIONS = [first];

let dir: string;
let file: string;
const opened: Database[] = [];
const open = async (options: Partial<Parameters<typeof openDatabase>[1]> = {}): Promise<Database> => {
  const database = await openDatabase(file, { migrations: MIGRATIONS, ...options });
  opened.push(database);
  return database;
};
const insert = (database: Database, text: string) =>
  database.write((tx) => tx.run("insert into notes (text) values (?)", [text]));
const texts = (database: Database) =>
  database.read(async (reader) =>
    (await reader.all<{ text: string }>("select text from notes order by id")).map((row) => row.text),
  );
const digest = () => createHash("sha256").update(readFileSync(file)).digest("hex");

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sqlite-"));
  file = join(dir, "test.db");
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  rmSync(dir, { recursive: true, force: true });
});

describe("openDatabase", () => {
  it("sets durability and safety on every open, not only on the first", async () => {
    await open();
    const second = await open();
    const reader = await open({ readonly: true });
    const pragma = async (database: Database, name: string) =>
      Object.values((await database.read((r) => r.get<Record<string, unknown>>(`pragma ${name}`)))!)[0];
    for (const database of [second, reader]) {
      expect(await pragma(database, "journal_mode")).toBe("wal");
      expect(await pragma(database, "synchronous")).toBe(2);
      expect(await pragma(database, "foreign_keys")).toBe(1);
      expect(await pragma(database, "trusted_schema")).toBe(0);
      expect(await pragma(database, "cell_size_check")).toBe(1);
      expect(await pragma(database, "busy_timeout")).toBe(30_000);
    }
  });

  it("does not make a missing file when it may only read", async () => {
    await expect(open({ readonly: true })).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
    await expect(open({ create: false })).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
  });

  it("says that a file is no database, without a word of SQLite's", async () => {
    writeFileSync(file, "this is a text file, and it is long enough to be looked at ".repeat(40));
    await expect(open()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  it("refuses a database of another program", async () => {
    const other = await openDatabase(file, { migrations: [] });
    await other.write((tx) => tx.exec("create table theirs (a integer)"));
    await other.close();
    const before = digest();
    await expect(open()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    expect(digest()).toBe(before);
  });

  it("refuses a newer schema and leaves the file as it was, byte by byte", async () => {
    const newer = await openDatabase(file, { migrations: [first, { ...first, major: 2, up: async () => undefined }] });
    await newer.close();
    const before = digest();
    await expect(open()).rejects.toMatchObject({
      code: "SCHEMA_TOO_NEW",
      details: { found: "2.0", known: "1.0" },
    });
    await expect(open({ readonly: true })).rejects.toMatchObject({ code: "SCHEMA_TOO_NEW" });
    expect(digest()).toBe(before);
  });

  it("reads a file whose minor version is above its own", async () => {
    const newer = await openDatabase(file, { migrations: [first, { ...first, minor: 9, up: async () => undefined }] });
    await insert(newer, "a");
    await newer.close();
    expect(await texts(await open())).toEqual(["a"]);
  });

  it("migrates an older file, even for a reader, and keeps a copy of it", async () => {
    await insert(await open(), "kept");
    await opened[0]!.close();
    const second: Migration = {
      major: 1,
      minor: 1,
      name: "second",
      up: (tx) => tx.exec("alter table notes add column extra text"),
    };
    const reader = await open({ migrations: [first, second], readonly: true });
    expect(await reader.read((r) => r.all("select text, extra from notes"))).toEqual([{ text: "kept", extra: null }]);
    const copy = (await import("node:fs")).readdirSync(dir).find((name) => name.includes(".before-1.1-"));
    expect(copy).toBeDefined();
    expect((await import("node:fs")).statSync(`${dir}/${copy}`).mode & 0o777).toBe(0o600);
  });

  it("takes back a migration that fails, and can run it again", async () => {
    const broken: Migration = {
      major: 1,
      minor: 1,
      name: "broken",
      up: async (tx) => {
        await tx.exec("create table half (a integer)");
        throw new Error("power cut");
      },
    };
    await expect(open({ migrations: [first, broken] })).rejects.toThrow("power cut");
    const database = await open();
    expect(await database.read((r) => r.all("select name from sqlite_master where name = 'half'"))).toEqual([]);
  });
});

describe("write", () => {
  it("gives a rollback beside an acknowledged write no way to take it along", async () => {
    const database = await open();
    const failing = database.write(async (tx) => {
      await tx.run("insert into notes (text) values ('rolled back')");
      await tx.get("select 1");
      throw new Error("no");
    });
    const acknowledged = insert(database, "acknowledged");
    await expect(failing).rejects.toThrow("no");
    await acknowledged;
    expect(await texts(database)).toEqual(["acknowledged"]);
  });

  it("keeps many writers at once apart, with some of them failing", async () => {
    const database = await open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, n) =>
        database.write(async (tx) => {
          const before = await tx.get<{ n: number }>("select count(*) as n from notes");
          await tx.run("insert into notes (text) values (?)", [`${n}`]);
          const now = await tx.get<{ n: number }>("select count(*) as n from notes");
          expect(now!.n).toBe(before!.n + 1);
          if (n % 3 === 0) throw new Error("no");
        }),
      ),
    );
    const kept = outcomes.filter((outcome) => outcome.status === "fulfilled").length;
    expect(await texts(database)).toHaveLength(kept);
  });

  it("lets two connections take turns without either seeing BUSY", async () => {
    const [a, b] = [await open(), await open()];
    for (let n = 0; n < 50; n += 1) await Promise.all([insert(a, `a${n}`), insert(b, `b${n}`)]);
    expect(await texts(a)).toHaveLength(100);
  });

  it("hides what is not committed from a read on the same connection", async () => {
    const database = await open();
    const writing = database.write(async (tx) => {
      await tx.run("insert into notes (text) values ('later')");
      throw new Error("no");
    });
    const seen = texts(database);
    await expect(writing).rejects.toThrow();
    expect(await seen).toEqual([]);
  });

  it("says so to all who wait for the same connection, not to one after the other", async () => {
    const database = await open();
    const other = await open({ busyTimeoutMs: 1_000 });
    await database
      .write(async () => {
        // One after the other they would wait for more than a minute.
        const waiting = Array.from({ length: 80 }, (_, n) => insert(other, `${n}`).catch((error: unknown) => error));
        for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: "STORE_BUSY" });
        // Who comes only now has waited for nobody yet.
        const late = insert(other, "late");
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { late };
      })
      .then(({ late }) => late);
    expect(await texts(other)).toEqual(["late"]);
  }, 20_000);

  it("says STORE_BUSY when another program holds the lock for too long", async () => {
    const holder = await open();
    const other = await open({ busyTimeoutMs: 20 });
    await holder.write(async (tx) => {
      await tx.run("insert into notes (text) values ('mine')");
      await expect(insert(other, "theirs")).rejects.toMatchObject({ code: "STORE_BUSY" });
    });
    await insert(other, "theirs");
    expect(await texts(holder)).toEqual(["mine", "theirs"]);
  });

  it("waits for longer while others go on: a crowd is no lock that nobody gives back", async () => {
    const holder = await open();
    const other = await open({ busyTimeoutMs: 1_000 });
    const rounds = 40;
    const crowd = Array.from({ length: rounds }, (_, round) =>
      holder.write(async (tx) => {
        await tx.run("insert into notes (text) values (?)", [`${round}`]);
        await new Promise((resolve) => setTimeout(resolve, 40));
      }),
    );
    await insert(other, "theirs");
    await Promise.all(crowd);
    expect(await texts(holder)).toHaveLength(rounds + 1);
  });

  it("says READ_ONLY on a readonly connection", async () => {
    await open();
    const reader = await open({ readonly: true });
    await expect(insert(reader, "x")).rejects.toMatchObject({ code: "READ_ONLY" });
  });

  it("refuses statements of a transaction that is over", async () => {
    const database = await open();
    let stolen: Parameters<Parameters<Database["write"]>[0]>[0] | undefined;
    await database.write(async (tx) => {
      stolen = tx;
    });
    await expect(stolen!.run("delete from notes")).rejects.toThrow("transaction had ended");
  });

  it("does nothing more for a transaction that SQLite has taken back by itself, and keeps nothing of it", async () => {
    const database = await open();
    await insert(database, "before");
    const lost = database.write(async (tx) => {
      await tx.run("insert into notes (text) values ('first')");
      await tx.run("insert or rollback into notes (id, text) values (1, 'there already')").catch(() => undefined);
      await tx.run("insert into notes (text) values ('alone')").catch(() => undefined);
    });
    await expect(lost).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
    expect(await texts(database)).toEqual(["before"]);
    await insert(database, "after");
    expect(await texts(database)).toEqual(["before", "after"]);
  });

  it("says STORE_FULL when the file may not grow, and keeps what was there", async () => {
    const database = await open();
    await insert(database, "small");
    await database.read((r) => r.get("pragma max_page_count = 4"));
    await expect(insert(database, "x".repeat(100_000))).rejects.toMatchObject({ code: "STORE_FULL" });
    expect(await texts(database)).toEqual(["small"]);
    await database.read((r) => r.get("pragma max_page_count = 100000"));
    await insert(database, "x".repeat(100_000));
    expect(await texts(database)).toHaveLength(2);
  });
});
