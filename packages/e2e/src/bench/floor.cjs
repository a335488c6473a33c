"use strict";
// What the same work costs with nothing around it: node floor.cjs SQLITE_PACKAGE DB KIND. The statements are the least
// that answers the question; there is no parser, no check and no error message. The native file is taken by its path,
// as the bundle does.
const [, , home, file, kind] = process.argv;
const native = { exports: {} };
process.dlopen(native, `${home}/build/Release/better_sqlite3.node`);
native.exports.setErrorConstructor(class SqliteError extends Error {});

/** What better-sqlite3's JavaScript makes of the addon's own classes, without that JavaScript. */
function open(path, readonly) {
  const db = new native.exports.Database(path, path, false, readonly, false, 5000, null, null);
  return {
    prepare: (sql) => db.prepare(sql, {}, false),
    exec: (sql) => db.exec(sql),
    pragma: (text) => db.exec(`pragma ${text}`),
    close: () => db.close(),
  };
}

/** What the search index holds: it gives back no texts of its own. */
const WORDS = `select seq as rowid, title, description, coalesce(
  (select group_concat(text, char(10)) from notes where task = seq), '') as notes from tasks order by seq`;

/** Prints the CPU milliseconds of one execution of a statement, of as many as the last argument says. */
function repeat(sql, params = []) {
  const db = open(file, true);
  const statement = db.prepare(sql);
  const times = Number(process.argv[6]);
  for (let n = 0; n < 20; n += 1) statement.all(params);
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) statement.all(params);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1000 / times));
  db.close();
}

const KINDS = {
  list() {
    const db = open(file, true);
    process.stdout.write(JSON.stringify(db.prepare("select * from tasks order by 1 limit 50").all()));
    db.close();
  },
  add() {
    const db = open(file, false);
    db.pragma("synchronous = FULL");
    db.exec("begin immediate");
    db.exec("create table if not exists bench_floor (id integer primary key, title text)");
    db.prepare("insert into bench_floor (title) values (?)").run("x");
    db.exec("commit");
    db.close();
  },
  get: () => repeat("select * from tasks where id = ?", [process.argv[5]]),
  page: () =>
    repeat(`select * from tasks where bucket <> 'hidden' and rank between 0 and 5
      order by rank, priority, due_key, dependants_key, seq limit 50`),
  readyPage: () =>
    repeat("select * from tasks where candidate = 1 order by priority, due_key, dependants_key, seq limit 50"),
  duePage: () =>
    repeat(`select * from tasks where bucket not in ('done', 'cancelled', 'hidden')
      order by due_key, seq limit 50`),
  /** Every row of a store as JSON in the file named last, with the schema but for triggers: what they would do is among the rows. */
  dump() {
    const db = open(file, true);
    const entries = db
      .prepare("select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'")
      .all();
    const virtual = entries.filter(({ sql }) => /^create virtual table/i.test(sql)).map(({ name }) => name);
    const own = entries.filter(({ name }) => !virtual.some((one) => name.startsWith(`${one}_`)));
    const of = (type) => own.filter((entry) => entry.type === type);
    const tables = of("table").map(({ name }) => {
      const stored = db.prepare("select name from pragma_table_xinfo(?) where hidden = 0").all(name);
      const columns = [...(virtual.includes(name) ? ["rowid"] : []), ...stored.map((column) => `"${column.name}"`)];
      const statement = db.prepare(virtual.includes(name) ? WORDS : `select ${columns.join(", ")} from "${name}"`);
      return { name, columns: statement.columns().map((column) => column.name), rows: statement.raw().all() };
    });
    const schema = [...of("table"), ...of("index")].map(({ sql }) => sql);
    require("node:fs").writeFileSync(process.argv[5], JSON.stringify({ schema, tables }));
  },
  /** The rows of every table, several hundred a statement, in one transaction; file is what dump wrote. */
  import() {
    const { readFileSync, rmSync } = require("node:fs");
    const { schema, tables } = JSON.parse(readFileSync(file, "utf8"));
    const path = `${file}.db`;
    for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
    const db = open(path, false);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = OFF");
    for (const sql of schema) db.exec(sql);
    db.exec("begin immediate");
    for (const { name, columns, rows } of tables) {
      const size = Math.max(1, Math.min(500, Math.floor(30_000 / columns.length)));
      const one = `(${columns.map(() => "?").join(",")})`;
      const head = `insert into "${name}" (${columns.map((column) => `"${column}"`).join(",")}) values `;
      let many;
      for (let at = 0; at < rows.length; at += size) {
        const chunk = rows.slice(at, at + size);
        const whole = chunk.length === size;
        const statement = whole && many ? many : db.prepare(head + Array(chunk.length).fill(one).join(","));
        if (whole) many = statement;
        statement.run(chunk.flat());
      }
    }
    db.exec("commit");
    db.close();
  },
};
KINDS[kind]();
