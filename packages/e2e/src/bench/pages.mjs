// @ts-check
// What one task, one page and one page of what is ready cost in a large store, against the same in one of 10,000 tasks: CPU of
// the server a request. The floor is the least statement that answers the same, in both stores.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "./measure.mjs";
import { TASKWERK } from "./programs.mjs";
import { print, times } from "./table.mjs";

const [SMALL, CHUNK] = [10_000, 100_000];
/** Requests in one go: the kernel counts in hundredths of a second. */
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 400);
const ROUNDS = 5;
const TICK_MS = 10;

/** What is asked for, and the kind of floor.cjs that does the least of it. */
const ASKED = [
  ["get one task", (/** @type {number} */ size) => `/v1/tasks/TASK-${size / 2}`, "get"],
  ["a page of 50", () => "/v1/tasks?limit=50", "page"],
  ["a ready page of 50", () => "/v1/ready?limit=50", "readyPage"],
  ["a page of 50 by due date", () => "/v1/tasks?limit=50&sort=due", "duePage"],
];

/** Whom every task waits for: with `wide` a quarter of all is ready, with `narrow` ten tasks are, however many there are. */
const KINDS = {
  wide: (/** @type {number} */ n) => (n % 4 === 0 ? [] : [`t${n - 1}`]),
  narrow: (/** @type {number} */ n, /** @type {number} */ chunk) =>
    n >= 10 ? [`t${n - 10}`] : chunk === 0 ? [] : ["TASK-1"],
};

/**
 * @param {string} base
 * @param {string} sqlite   where better-sqlite3 is
 * @param {string} floor   path of floor.cjs
 * @param {readonly number[]} sizes   multiples of 100,000
 */
export async function benchPages(base, sqlite, floor, sizes) {
  for (const kind of /** @type {const} */ (["wide", "narrow"])) {
    const asked = kind === "wide" ? ASKED : ASKED.filter(([, , least]) => least === "readyPage");
    const stores = [SMALL, ...sizes].map((size) => ({ size, dir: makeStore(base, kind, size) }));
    const servers = await Promise.all(stores.map(({ dir }) => startServer(dir)));
    try {
      for (const [what, path, least] of asked) {
        const seen = stores.map(() => /** @type {number[]} */ ([]));
        for (let round = 0; round < ROUNDS; round += 1) {
          for (const [n, server] of servers.entries()) {
            seen[n]?.push(await server.costOf(/** @type {Function} */ (path)(stores[n]?.size)));
          }
        }
        const bare = stores.map(({ dir, size }) => leastOf(floor, sqlite, dir, String(least), size));
        for (const [n, { size }] of stores.entries()) {
          if (n === 0) continue;
          const [small, large] = [median(seen[0] ?? []), median(seen[n] ?? [])];
          const ready = kind === "narrow" ? ", 10 are ready" : "";
          const ratio = /** @type {number} */ (bare[n]) / /** @type {number} */ (bare[0]);
          const name = `${what}, ${size} tasks${ready}`;
          print(name, `the same at ${SMALL}`, times(1.2), times(large / small), times(ratio), large.toFixed(2));
        }
      }
    } finally {
      for (const server of servers) await server.stop();
    }
  }
}

/**
 * @param {string} base
 * @param {"wide" | "narrow"} kind
 * @param {number} size
 */
function makeStore(base, kind, size) {
  const dir = join(base, `${kind}-${size}`);
  mkdirSync(dir);
  taskwerk(dir, "init");
  const rows = join(base, "page-rows.json");
  for (let chunk = 0; chunk * CHUNK < size; chunk += 1) {
    writeFileSync(rows, JSON.stringify(someTasks(Math.min(size, CHUNK), kind, chunk)));
    taskwerk(dir, "import", rows, "-q");
  }
  return dir;
}

/**
 * @param {number} count
 * @param {"wide" | "narrow"} kind
 * @param {number} chunk
 */
function someTasks(count, kind, chunk) {
  const priorities = ["critical", "high", "medium", "low"];
  return Array.from({ length: count }, (_, n) => ({
    ref: `t${n}`,
    title: `Task ${n} of part ${chunk}`,
    description: `What ${n} is about, in a sentence or so, as people write it.`,
    priority: priorities[(n * 7) % 4],
    tags: [`area-${n % 20}`],
    ...(n % 3 === 0 ? { due_at: `2030-01-${String(1 + (n % 28)).padStart(2, "0")}` } : {}),
    depends_on: KINDS[kind](n, chunk),
  }));
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
function taskwerk(cwd, ...args) {
  // Ids of 100,000 tasks are more than spawnSync keeps by default.
  const stdio = /** @type {import("node:child_process").StdioOptions} */ (["ignore", "ignore", "pipe"]);
  const { status, stderr } = spawnSync(process.execPath, [TASKWERK, ...args], { cwd, encoding: "utf8", stdio });
  if (status !== 0) throw new Error(`taskwerk ${args.join(" ")}: ${stderr}`);
}

/** CPU ms of one execution. */
function leastOf(
  /** @type {string} */ floor,
  /** @type {string} */ sqlite,
  /** @type {string} */ dir,
  /** @type {string} */ kind,
  /** @type {number} */ size,
) {
  const args = [floor, sqlite, join(dir, ".taskwerk/taskwerk.db"), kind, `TASK-${size / 2}`, String(REQUESTS)];
  return median(
    Array.from({ length: ROUNDS }, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(`${kind}: ${stderr}`);
      return Number(stdout);
    }),
  );
}

/** A server on a store. @param {string} dir */
async function startServer(dir) {
  const child = spawn(process.execPath, [TASKWERK, "api", "start", "--port", "0", "--until-stdin-closes", "--json"], {
    cwd: dir,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const said = await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("exit", (code) => reject(new Error(`the server ended: ${code}`)));
  });
  if (!JSON.parse(String(said)).ok) throw new Error(`no server: ${said}`);
  child.stdout.resume();
  const { url, token } = JSON.parse(readFileSync(join(dir, ".taskwerk/api.json"), "utf8"));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const ask = async (/** @type {string} */ path) => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${text}`);
  };
  return {
    /** CPU ms of one request. @param {string} path */
    costOf: async (path) => {
      // While others were asked the server may have closed the connection.
      await ask(path).catch(() => ask(path));
      for (let n = 0; n < 20; n += 1) await ask(path);
      const before = cpuMsOf(child.pid);
      for (let n = 0; n < REQUESTS; n += 1) await ask(path);
      return (cpuMsOf(child.pid) - before) / REQUESTS;
    },
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

/** User and system time of a process so far, as Linux counts it. @param {number | undefined} pid */
function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
