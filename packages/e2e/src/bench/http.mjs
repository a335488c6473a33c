// @ts-check
// What a call over HTTP costs: the server's CPU beside a bare server that does the same SQL, how long callers wait when there
// are twenty, and what the server holds after many of them.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median } from "./measure.mjs";
import { TASKWERK } from "./programs.mjs";
import { print, times } from "./table.mjs";

const RAW = fileURLToPath(new URL("./raw-http.cjs", import.meta.url));
const loads = createRequire(import.meta.url);
const SQLITE = dirname(loads.resolve("better-sqlite3/package.json"));
const [CONNECTIONS, ROUNDS] = [20, 5];
const [CALLS, WAITS] = [Number(process.env.BENCH_CALLS ?? 1_000), Number(process.env.BENCH_WAITS ?? 1_000)];

/**
 * @typedef {{ readonly port: number, readonly pid: number, readonly token: string, readonly stop: () => Promise<void> }} Server
 * @typedef {{ readonly method: string, readonly path: string, readonly body?: object }} Call
 */

/**
 * @param {string} store   a directory with a store of 10k tasks; it is copied
 * @param {string} base
 * @param {boolean} long
 */
export async function benchHttp(store, base, long) {
  const [served, bare] = [join(base, "served"), join(base, "bare")];
  for (const dir of [served, bare]) cpSync(store, dir, { recursive: true });
  const template = join(base, "post.json");
  const own = await serve(served);
  try {
    writeFileSync(template, JSON.stringify(await rowsOfPost(own, served)));
    const raw = await serveRaw(join(bare, ".taskwerk/taskwerk.db"), template);
    const calls = {
      GET: [
        { method: "GET", path: "/v1/tasks/TASK-5000" },
        { method: "GET", path: "/5000" },
      ],
      POST: [
        { method: "POST", path: "/v1/tasks", body: ADDED },
        { method: "POST", path: "/", body: ADDED },
      ],
    };
    for (const [name, [ours, theirs]] of Object.entries(calls)) {
      if (ours === undefined || theirs === undefined) continue;
      const ratios = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const [a, b] = [await cpuOfCalls(own, ours), await cpuOfCalls(raw, theirs)];
        if (round > 0) ratios.push({ ratio: a / b, ms: (1000 * a) / CALLS });
      }
      const ms = median(ratios.map((one) => one.ms)).toFixed(2);
      print(
        `API ${name}, server CPU a call (${ms} ms)`,
        "node:http, the same SQL",
        times(1.3),
        times(median(ratios.map((one) => one.ratio))),
      );
    }
    await raw.stop();
    await waits(own);
    if (long) await held(own);
  } finally {
    await own.stop();
  }
}

const ADDED = { title: "One of many", tags: ["bench"], priority: "high" };

/** @param {Server} server */
async function waits(server) {
  const bulk = Array.from({ length: 500 }, (_, n) => `TASK-${n + 1}`);
  /** @type {readonly (readonly [string, (n: number) => Call, number])[]} */
  const kinds = [
    ["list", () => ({ method: "GET", path: "/v1/tasks" }), WAITS],
    ["get", (n) => ({ method: "GET", path: `/v1/tasks/TASK-${1 + (n % 9_000)}` }), WAITS],
    [
      "patch",
      (n) => ({ method: "PATCH", path: `/v1/tasks/TASK-${1 + (n % 9_000)}`, body: { description: `${n}` } }),
      WAITS,
    ],
    ["claim", (n) => ({ method: "POST", path: "/v1/claims", body: { as: `agent-${n}` } }), WAITS / 2],
    [
      "patch of 500",
      (n) => ({ method: "POST", path: "/v1/tasks:bulk", body: { ids: bulk, description: `${n}` } }),
      WAITS / 50,
    ],
  ];
  for (const [name, make, count] of kinds) {
    const took = await many(server, make, count, CONNECTIONS);
    const [p50, p95] = [0.5, 0.95].map((part) => took[Math.floor(part * (took.length - 1))] ?? 0);
    print(
      `API ${name}, p95 of ${took.length}, ${CONNECTIONS} connections`,
      `p50 ${p50?.toFixed(1)} ms`,
      name === "patch of 500" ? "" : "20 ms",
      `${p95?.toFixed(1)} ms`,
    );
  }
}

/** @param {Server} server */
async function held(server) {
  const get = (/** @type {number} */ n) => ({ method: "GET", path: `/v1/tasks/TASK-${1 + (n % 9_000)}` });
  await many(server, get, 20_000, CONNECTIONS);
  const first = rss(server);
  await many(server, get, 80_000, CONNECTIONS);
  print(
    "API server's memory after 100k calls",
    `after 20k (${first.toFixed(0)} MiB)`,
    times(1.1),
    times(rss(server) / first),
  );
}

/**
 * How long each of so many calls took, shortest first.
 * @param {Server} server
 * @param {(n: number) => Call} make
 * @param {number} count
 * @param {number} connections
 */
async function many(server, make, count, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  /** @type {number[]} */
  const took = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      const call = make(next);
      next += 1;
      const began = performance.now();
      await send(server, call, agent);
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return took.sort((a, b) => a - b);
}

/**
 * @param {Server} server
 * @param {Call} call
 * @param {Agent} agent
 * @returns {Promise<any>}
 */
function send({ port, token }, { method, path, body }, agent) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.once("end", () => {
        if ((answer.statusCode ?? 500) < 300) resolve(text);
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
      });
    });
    asked.once("error", reject);
    asked.end(body && JSON.stringify(body));
  });
}

/**
 * The CPU that a server takes for so many calls, one after another, seconds.
 * @param {Server} server
 * @param {Call} call
 */
async function cpuOfCalls(server, call) {
  const before = cpu(server);
  await many(server, () => call, CALLS, 1);
  return cpu(server) - before;
}

const TICKS = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout);

/** @param {Server} server */
function cpu({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** @param {Server} server */
const rss = ({ pid }) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/**
 * The rows that a POST adds to each table, of two in turn.
 * @param {Server} server
 * @param {string} dir
 */
async function rowsOfPost(server, dir) {
  const Database = loads("better-sqlite3");
  const db = new Database(join(dir, ".taskwerk/taskwerk.db"), { readonly: true });
  const agent = new Agent();
  const named =
    "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%'";
  /** @type {readonly { readonly table: string, readonly columns: readonly string[], readonly keys: readonly string[], readonly rows: any }[]} */
  const tables = db
    .prepare(named)
    .pluck()
    .all()
    .map((/** @type {string} */ table) => {
      const info = db.prepare("select name, pk from pragma_table_xinfo(?) where hidden = 0").all(table);
      /** @type {readonly string[]} */
      const columns = info.map((/** @type {{ name: string }} */ { name }) => name);
      const keys = info
        .filter((/** @type {{ pk: number }} */ { pk }) => pk > 0)
        .map((/** @type {{ name: string }} */ { name }) => name);
      const rows = db.prepare(`select ${columns.map((one) => `"${one}"`).join(",")} from "${table}"`).raw();
      return { table, columns, keys: keys.length > 0 ? keys : columns, rows };
    });
  /** What tells a row from another, for every row there is. */
  const all = () =>
    tables.map(({ rows, keys, columns }) => {
      const at = keys.map((key) => columns.indexOf(key));
      return new Map(rows.all().map((/** @type {any[]} */ row) => [JSON.stringify(at.map((one) => row[one])), row]));
    });
  const seen = [all()];
  for (let n = 0; n < 2; n += 1) {
    await send(server, { method: "POST", path: "/v1/tasks", body: ADDED }, agent);
    seen.push(all());
  }
  const made = tables.flatMap(({ table, columns }, at) => {
    const added = (/** @type {number} */ n) =>
      [...(seen[n + 1]?.[at] ?? [])].filter(([key]) => !seen[n]?.[at]?.has(key)).map(([, row]) => row);
    const [first, second] = [added(0), added(1)];
    return first.flatMap((row, n) => (second[n] ? [{ table, columns, first: row, second: second[n] }] : []));
  });
  db.close();
  const to = made.map(({ table }) => table);
  for (const table of ["tasks", "tags", "ops", "changes", "events"]) {
    if (!to.includes(table)) throw new Error(`a POST added no row to ${table}: ${to.join(", ")}`);
  }
  return made;
}

/**
 * @param {string} dir
 * @returns {Promise<Server>}
 */
async function serve(dir) {
  const env = { PATH: process.env.PATH, HOME: "/nonexistent", USER: "bench" };
  const child = spawn(process.execPath, [TASKWERK, "api", "start", "--port", "0", "--json"], {
    cwd: dir,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await lineOf(child);
  const { port, token, pid } = JSON.parse(readFileSync(join(dir, ".taskwerk/api.json"), "utf8"));
  return { port, token, pid, stop: () => stopped(child) };
}

/**
 * @param {string} db
 * @param {string} template
 * @returns {Promise<Server>}
 */
async function serveRaw(db, template) {
  const child = spawn(process.execPath, [RAW, SQLITE, db, template], { stdio: ["ignore", "pipe", "inherit"] });
  return { port: Number(await lineOf(child)), token: "", pid: child.pid ?? 0, stop: () => stopped(child) };
}

/** @param {import("node:child_process").ChildProcess} child */
async function lineOf(child) {
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("a server ended before it said where it is");
}

/** @param {import("node:child_process").ChildProcess} child */
const stopped = (child) =>
  /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      child.once("close", () => resolve());
      child.kill("SIGTERM");
    })
  );
