import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@taskwerk/sqlite/database";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStore, MIGRATIONS, openStore } from "./open.ts";

let root: string;
let dir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "taskwerk-"));
  dir = join(root, ".taskwerk");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("createStore", () => {
  it("makes a directory that only its owner can enter, with what git may see", async () => {
    await createStore(dir, { prefix: "proj" });
    expect([mode(dir), mode(join(dir, "taskwerk.db"))]).toEqual(["700", "600"]);
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toBe("*\n!config.yml\n");
    const store = await openStore(dir);
    expect(store.prefix).toBe("PROJ");
    await store.write((tx) => tx.run("insert into sessions (id, started_at, actor) values ('s', 't', 'a')"));
    expect(mode(join(dir, "taskwerk.db-wal"))).toBe("600");
    await store.close();
  });

  it("leaves a store alone that is there", async () => {
    expect(await createStore(dir, { prefix: "ONE" })).toEqual({ created: true, completed: false, prefix: "ONE" });
    expect(await createStore(dir, { prefix: "TWO" })).toEqual({ created: false, completed: false, prefix: "ONE" });
    const store = await openStore(dir);
    expect(store.prefix).toBe("ONE");
    await store.close();
  });

  it("says in words that something else is in the way", async () => {
    writeFileSync(dir, "a file");
    await expect(createStore(dir, { prefix: "TASK" })).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
  });
});

describe("openStore", () => {
  it("says STORE_NOT_FOUND and what to type", async () => {
    await expect(openStore(dir)).rejects.toMatchObject({
      code: "STORE_NOT_FOUND",
      hint: expect.stringContaining("taskwerk init"),
    });
  });

  it("refuses a newer schema and changes no byte of it", async () => {
    await createStore(dir, { prefix: "TASK" });
    const file = join(dir, "taskwerk.db");
    const up = async () => undefined;
    await (await openDatabase(file, { migrations: [{ major: 7, minor: 0, name: "from the future", up }] })).close();
    const digest = () => createHash("sha256").update(readFileSync(file)).digest("hex");
    const before = digest();
    await expect(openStore(dir)).rejects.toMatchObject({
      code: "SCHEMA_TOO_NEW",
      details: { found: "7.0", known: "1.4" },
    });
    expect(digest()).toBe(before);
  });

  it("gives a store of an older version what it lacks, after a copy of it", async () => {
    mkdirSync(dir);
    const file = join(dir, "taskwerk.db");
    const old = await openDatabase(file, { migrations: MIGRATIONS.slice(0, 2) });
    const insert = `insert into tasks (seq, id, uid, title, status, priority, due_at, created_at, updated_at, created_by, updated_by)
      values (?, ?, ?, 'kept', ?, 2, '2027-01-01T00:00:00.000Z', 't', 't', 'a', 'a')`;
    await old.write(async (tx) => {
      await tx.run(insert, [1, "TASK-001", "U1", "todo"]);
      await tx.run(insert, [2, "TASK-002", "U2", "done"]);
    });
    await old.close();
    const store = await openStore(dir, { readonly: true });
    const open = "select id from tasks indexed by tasks_due where bucket not in ('done', 'cancelled', 'hidden')";
    expect(await store.read((reader) => reader.lists(open))).toEqual([["TASK-001"]]);
    await store.close();
    expect(readdirSync(dir).filter((name) => name.includes(".before-1.4-"))).toHaveLength(1);
  });

  it("says that a file is damaged, without a stack of SQLite's", async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, "taskwerk.db"), Buffer.alloc(8192, 7));
    await expect(openStore(dir)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  it("does not write when it may only read", async () => {
    await createStore(dir, { prefix: "TASK" });
    const store = await openStore(dir, { readonly: true });
    await expect(store.write((tx) => tx.run("delete from tasks"))).rejects.toMatchObject({ code: "READ_ONLY" });
    await store.close();
  });
});
