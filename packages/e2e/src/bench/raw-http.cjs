"use strict";
// What the same SQL costs behind a bare HTTP server: node raw-http.cjs SQLITE_PACKAGE DB TEMPLATE. GET /SEQ reads the rows of
// one task out of every table that has some and answers them as JSON; POST inserts the rows that one POST of taskwerk adds,
// in every table, as one durable transaction. There is no parser, no check, no error message and no token. Prints its port.
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
const [, , home, file, template] = process.argv;
const Database = require(home);

const db = new Database(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.pragma("foreign_keys = OFF");

const columnsOf = (table) => db.prepare("select name from pragma_table_xinfo(?) where hidden = 0").pluck().all(table);
const tables = db.prepare("select name from pragma_table_list where schema = 'main' and type = 'table'").pluck().all();
const reads = [
  db.prepare("select * from tasks where seq = ?"),
  db.prepare("select id from tasks where parent = ?"),
  db.prepare("select task from deps where blocker = ?"),
  ...["deps", "tags", "criteria", "links", "notes"]
    .filter((table) => tables.includes(table) && columnsOf(table).includes("task"))
    .map((table) => db.prepare(`select * from "${table}" where task = ?`)),
];

/** Rows of two POSTs, one after the other: what differs between them goes on. */
const writes = JSON.parse(readFileSync(template, "utf8")).map(({ table, columns, first, second }) => ({
  statement: db.prepare(
    `insert into "${table}" (${columns.map((one) => `"${one}"`).join(",")}) values (${columns.map(() => "?").join(",")})`,
  ),
  first,
  second,
}));
let count = 100;
const next = (a, b) => {
  if (a === b) return a;
  if (typeof a === "number") return b + (b - a) * count;
  return `${String(b).slice(0, -6)}${String(count).padStart(6, "0")}`;
};
const words = db.prepare("insert into task_fts (rowid, title) select max(seq), title from tasks");
const insert = db.transaction(() => {
  for (const { statement, first, second } of writes) statement.run(first.map((value, at) => next(value, second[at])));
  words.run();
  count += 1;
});

const server = createServer((request, response) => {
  if (request.method === "GET") {
    const seq = Number(request.url.slice(1));
    const text = JSON.stringify(reads.map((read) => read.all(seq)));
    response.writeHead(200, { "content-type": "application/json" }).end(text);
    return;
  }
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    JSON.parse(body);
    insert.immediate();
    response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(writes[0].second));
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
