/** Every command, typed at a store here and at the same store behind a server: what it prints and how it ends is the same. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeRig, type Ran, type Rig } from "../rig.ts";
import { beginWalk, type Step, TOUR, type Walk } from "./tour.ts";

/** What is about files of the machine. */
const LOCAL = /^(?:store\.(?:init|where)|config\.|db\.(?:backup|vacuum|migrate|restore)|api\.)/;
/** What has secrets and addresses of each store's own; webhooks and tokens have stories of their own. */
const OWN = /^(?:webhook|token)\./;
/** What is typed once more as text: what prints it knows nothing of where its data came from. */
const AS_TEXT = /^(?:task\.(?:list|show|search|history)|op\.list|session\.list)$/;
/** What no store is asked for: it is the same wherever it is typed. */
const NO_STORE = /^(?:completion|instructions|schema|help|version)/;

let here: Walk;
let there: Walk;
let url: string;

beforeAll(async () => {
  [here, there] = await Promise.all([beginWalk(), beginWalk()]);
  for (const { rig } of [here, there]) await rig.data("init", "--prefix", "TASK", "--here");
  url = (await there.rig.data<{ url: string }>("api", "start", "--port", "0", "--detach")).url;
});
afterAll(async () => {
  await there?.rig.taskwerk("api", "stop");
  await Promise.all([here?.rig.remove(), there?.rig.remove()]);
});

/** What differs from one store to another, and from one moment to another. */
const plain = (text: string, { rig }: Walk): string =>
  text
    .replaceAll(rig.dir, "DIR")
    .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, "ULID")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/"hash":"[0-9a-f]{64}"/g, '"hash":"HASH"')
    // The end of an operation's id, in a line of the log.
    .replace(/^ *[0-9A-HJKMNP-TV-Z]{8}(?=\s)/gm, "OP")
    .replace(/"(ms|active_ms|actual_minutes|median_minutes|p90_minutes)":[\d.]+/g, '"$1":0');

async function typed(walk: Walk, step: Step, ...more: readonly string[]): Promise<Ran> {
  const ran = await walk.rig.run("taskwerk", [...more, ...walk.words(step)], { stdin: step.stdin ?? "" });
  return { ...ran, stdout: plain(ran.stdout, walk), stderr: plain(ran.stderr, walk) };
}

async function both(step: Step, ...more: readonly string[]): Promise<void> {
  // A server tells by itself what time brings, so that its store may have more events.
  const said = (text: string, walk: Walk): string =>
    step.kind === "db.check" ? plain(text, walk).replace(/\d+/g, "N") : plain(text, walk);
  const local = await here.rig.run("taskwerk", [...more, ...here.words(step)], { stdin: step.stdin ?? "" });
  const remote = await there.rig.run("taskwerk", ["--remote", url, ...more, ...there.words(step)], {
    stdin: step.stdin ?? "",
  });
  expect([remote.code, said(remote.stdout, there), said(remote.stderr, there)]).toEqual([
    local.code,
    said(local.stdout, here),
    said(local.stderr, here),
  ]);
  if (step.kind === "claim.take") {
    here.remember(JSON.parse(local.stdout));
    there.remember(JSON.parse(remote.stdout));
  }
}

describe("the walk, here and at a server", () => {
  const steps = TOUR.filter(({ kind }) => !NO_STORE.test(kind) && !OWN.test(kind));

  it.each(steps.map((step) => [step.args.join(" "), step] as const))("%s", async (_, step) => {
    if (LOCAL.test(step.kind)) {
      const refused = await typed(there, step, "--remote", url, "--json", "--yes");
      const { error } = JSON.parse(refused.stdout);
      expect([refused.code, error.code, error.field]).toEqual([2, "USAGE", "remote"]);
      expect(error.hint).toContain("--remote");
      return;
    }
    await both(step, "--json");
    if (AS_TEXT.test(step.kind)) await both(step);
  });
});

describe("what goes wrong", () => {
  it.each([
    ["an id that does not exist", ["done", "TASK-77"]],
    ["a status that is none", ["update", "1", "--status", "dnoe"]],
    ["a query that does not end", ["list", "(tag:a"]],
    ["a field that is none", ["list", "--fields", "titel"]],
    ["a rev that is gone", ["update", "1", "--if-rev", "1", "-p", "low"]],
    ["a cycle", ["dep", "add", "1", "1"]],
    ["nothing to undo", ["undo", "--op", "ZZZZZZ"]],
    ["a date that is none", ["add", "x", "--due", "someday"]],
    ["a limit below zero", ["list", "--limit", "-3"]],
    ["a session that is none", ["session", "show", "nobody"]],
    ["an import with a bad row", ["import", "-"]],
  ])("%s is said in the same words", async (_, args) => {
    const stdin = '[{"title":""},{"title":"x","depends_on":["nothing"]}]';
    await both({ kind: "error", args, stdin }, "--json");
    await both({ kind: "error", args, stdin });
  });
});

it("what has the wrong shape is refused at the server's door: the same code, field and exit", async () => {
  const words = ["add", " ", "--json"];
  const [local, remote] = [await here.rig.taskwerk(...words), await there.rig.taskwerk("--remote", url, ...words)];
  const { code, field } = JSON.parse(local.stdout).error;
  expect([remote.code, JSON.parse(remote.stdout).error]).toMatchObject([local.code, { code, field }]);
  expect(code).toBe("VALIDATION_FAILED");
});

describe("which server", { timeout: 180_000 }, () => {
  const add = (rig: Rig, args: readonly string[], env: Readonly<Record<string, string>>) =>
    rig.run("taskwerk", ["add", "From afar", "--json", ...args], { env });
  const tokenFile = (): string => join(there.rig.dir, ".taskwerk", "api.json");
  const at = async (): Promise<ApiFile> => JSON.parse(await readFile(tokenFile(), "utf8")) as ApiFile;

  it("is said by TASKWERK_URL and TASKWERK_TOKEN too, from anywhere, with letters of any language", async () => {
    const { token } = await at();
    const elsewhere = await makeRig();
    const env = { TASKWERK_URL: url, TASKWERK_TOKEN: token, TASKWERK_ACTOR: "Jörg 日本" };
    const ran = await add(elsewhere, ["--session", "späti"], env);
    const { changed } = JSON.parse(ran.stdout).data;
    expect(changed[0]).toMatchObject({ created_by: "Jörg 日本", session: "späti" });
    expect((await elsewhere.run("taskwerk", ["where"], { env })).code).toBe(2);
    expect((await elsewhere.run("taskwerk", ["api", "status", "--json"], { env })).code).toBe(9);
    expect((await elsewhere.run("taskwerk", ["status"], { env, cwd: elsewhere.dir })).code).toBe(0);
    await elsewhere.remove();
  });

  it("says of a server that is gone that it is gone, not that its token is missing", async () => {
    const elsewhere = await makeRig();
    await elsewhere.data("init");
    const { url: gone, pid } = (await elsewhere.data("api", "start", "--port", "0", "--detach")) as {
      url: string;
      pid: number;
    };
    process.kill(pid, "SIGKILL");
    await vi.waitFor(async () => expect((await elsewhere.run("taskwerk", ["api", "status"])).code).toBe(7));
    const ran = await elsewhere.run("taskwerk", ["list", "--remote", gone, "--json"]);
    expect([ran.code, JSON.parse(ran.stdout).error.code]).toEqual([7, "TASKWERK_UNREACHABLE"]);
    await elsewhere.remove();
  });

  it("never gets another store's token, and says what is missing", async () => {
    const elsewhere = await makeRig();
    await elsewhere.data("init");
    await elsewhere.data("api", "start", "--port", "0", "--detach");
    const ran = await add(elsewhere, [], { TASKWERK_URL: url });
    expect([ran.code, JSON.parse(ran.stdout).error.code]).toEqual([4, "CREDENTIAL_MISSING"]);
    const wrong = await add(elsewhere, [], { TASKWERK_URL: url, TASKWERK_TOKEN: "no" });
    expect([wrong.code, JSON.parse(wrong.stdout).error.code]).toEqual([4, "UNAUTHORIZED"]);
    // A store that is named by its directory is that one, whatever the environment says.
    const named = await add(elsewhere, ["--store", join(elsewhere.dir, ".taskwerk")], { TASKWERK_URL: url });
    expect(named.code).toBe(0);
    await elsewhere.taskwerk("api", "stop");
    await elsewhere.remove();
  });

  it.each([
    ["no address", "nonsense"],
    ["another protocol", "ftp://127.0.0.1"],
    ["a token in it", "http://me:secret@127.0.0.1:7777"],
    ["a path", "http://127.0.0.1:7777/v1"],
    ["nothing", ""],
  ])("is not %s", async (_, address) => {
    const { error } = JSON.parse((await there.rig.taskwerk("list", "--json", "--remote", address)).stdout);
    expect([error.code, error.field]).toEqual(["USAGE", "remote"]);
    expect(JSON.stringify(error)).not.toContain("secret");
  });

  it("may be away: then that is said, with exit 7", async () => {
    const ran = await there.rig.run("taskwerk", ["list", "--json", "--remote", "http://127.0.0.1:9"], {
      env: { TASKWERK_TOKEN: "x" },
    });
    expect([ran.code, JSON.parse(ran.stdout).error.code]).toEqual([7, "TASKWERK_UNREACHABLE"]);
  });

  it("and a store cannot both be meant", async () => {
    const ran = await there.rig.taskwerk("list", "--json", "--remote", url, "--store", ".taskwerk");
    expect([ran.code, JSON.parse(ran.stdout).error.code]).toEqual([2, "USAGE"]);
  });

  it("gives a call with a key once, whoever sends it again", async () => {
    const keyed = () => there.rig.taskwerk("add", "Once", "--json", "--remote", url, "--idempotency-key", "k-once");
    const [first, second] = [await keyed(), await keyed()];
    expect(second.stdout).toBe(first.stdout);
  });
});
