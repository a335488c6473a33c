import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect } from "./connect.ts";
import { withWal } from "./wal-pages.ts";

const at = { dir: "" };
beforeEach(() => {
  at.dir = mkdtempSync(join(tmpdir(), "wal-"));
});
afterEach(() => rmSync(at.dir, { recursive: true, force: true }));

/** The rows of a database that is nothing but bytes. */
async function rowsOf(bytes: Buffer): Promise<readonly unknown[]> {
  const plain = Buffer.from(bytes);
  plain[18] = 1;
  plain[19] = 1;
  const connection = await connect("memory", {}, plain);
  try {
    expect(connection.prepare("pragma integrity_check").all([])).toEqual([{ integrity_check: "ok" }]);
    return connection.prepare("select id, length(text) as size from rows order by id").all([]);
  } finally {
    connection.close();
  }
}

describe("a database with its write-ahead log", () => {
  it("is what SQLite reads of the two, after every transaction, however the log is cut off", async () => {
    const file = join(at.dir, "a.db");
    const connection = await connect(file, {});
    connection.exec("pragma journal_mode = wal; pragma wal_autocheckpoint = 0");
    connection.exec("create table rows (id integer primary key, text text)");
    connection.exec("pragma wal_checkpoint(truncate)");
    const states: (readonly [size: number, rows: readonly unknown[]])[] = [];
    const keep = (): void => {
      const rows = connection.prepare("select id, length(text) as size from rows order by id").all([]);
      states.push([readFileSync(`${file}-wal`).length, rows]);
    };
    keep();
    for (let n = 0; n < 6; n += 1) {
      connection.exec(`begin; insert into rows (text) values ('${"x".repeat(3000 * (n + 1))}');
        update rows set text = text || 'y' where id % 2 = 0; commit`);
      keep();
    }
    connection.exec("delete from rows where id = 3");
    keep();
    const [database, wal] = [readFileSync(file), readFileSync(`${file}-wal`)];
    for (const [index, [size, rows]] of states.entries()) {
      const next = states[index + 1]?.[0] ?? size;
      for (const end of [size, size + 1, Math.floor((size + next) / 2), Math.max(size, next - 1)]) {
        const cut = end === size || end < next ? wal.subarray(0, end) : wal.subarray(0, size);
        expect(await rowsOf(withWal(database, cut)), `${end} of ${wal.length} bytes`).toEqual(rows);
      }
    }
    const torn = Buffer.from(wal);
    torn[states.at(-2)![0] + 100]! ^= 1;
    expect(await rowsOf(withWal(database, torn))).toEqual(states.at(-2)![1]);
    connection.close();
  });

  it("stays as it is when the log is of another one, or none", async () => {
    const database = Buffer.from("a database");
    for (const wal of [Buffer.alloc(0), Buffer.alloc(100), Buffer.alloc(5000, 7)]) {
      expect(withWal(database, wal)).toBe(database);
    }
  });
});
