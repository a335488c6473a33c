import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "./database.ts";
import { rowsOf, typedSql } from "./typed-sql.ts";

interface Tables {
  fish: { id: number; name: string; legs: number | null };
}

it("builds SQL that a reader runs, with its values bound", async () => {
  const dir = mkdtempSync(join(tmpdir(), "typed-"));
  const database = await openDatabase(join(dir, "t.db"), { migrations: [] });
  await database.write(async (tx) => {
    await tx.exec("create table fish (id integer primary key, name text not null, legs integer)");
    await tx.run("insert into fish (name) values ('cod'), (?)", ["o'brien; drop table fish"]);
  });
  const query = typedSql<Tables>()
    .selectFrom("fish")
    .select(["id", "name"])
    .where("name", "=", "o'brien; drop table fish");
  expect(await database.read((reader) => rowsOf(reader, query))).toEqual([{ id: 2, name: "o'brien; drop table fish" }]);
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});
