/** `taskwerk config`: what is set where, what counts, and files that keep their comments. */
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

let rig: Rig;
const storeFile = () => join(rig.dir, ".taskwerk/config.yml");
const userFile = () => join(rig.env.HOME!, ".config/taskwerk/config.yml");

beforeEach(async () => {
  rig = await makeRig();
  await rig.data("init");
});
afterEach(() => rig.remove());

describe("many at once", () => {
  it("lose nothing: what each of twenty processes set is there, with the comments, and nothing half written", async () => {
    await writeFile(storeFile(), "# ours\n");
    const ports = Array.from({ length: 10 }, (_, n) => `${7100 + n}`);
    const leases = Array.from({ length: 10 }, (_, n) => `${20 + n}m`);
    const all = [
      ...ports.map((port) => rig.run("taskwerk", ["config", "set", "api.port", port])),
      ...leases.map((lease) => rig.run("taskwerk", ["config", "set", "claim.lease", lease])),
    ];
    for (const { code, stderr } of await Promise.all(all)) expect([code, stderr]).toEqual([0, ""]);
    const text = await readFile(storeFile(), "utf8");
    expect(text.startsWith("# ours\n")).toBe(true);
    expect(ports).toContain(/port: (\d+)/.exec(text)?.[1]);
    expect(leases).toContain(/lease: (\S+)/.exec(text)?.[1]);
    expect((await readdir(join(rig.dir, ".taskwerk"))).filter((name) => name.includes(".tmp"))).toEqual([]);
  });
});

describe("what counts", () => {
  it("is the environment, then this store's file, then yours, then the default; explain shows each", async () => {
    const get = async (env = {}) => (await rig.run("taskwerk", ["config", "get", "api.port"], { env })).stdout;
    expect(await get()).toBe("7777\n");
    await rig.data("config", "set", "api.port", "7001", "--user");
    expect(await get()).toBe("7001\n");
    await rig.data("config", "set", "api.port", "7002");
    expect(await get()).toBe("7002\n");
    expect(await get({ TASKWERK_PORT: "7003" })).toBe("7003\n");
    const { stdout } = await rig.run("taskwerk", ["config", "explain", "api.port"], { env: { TASKWERK_PORT: "7003" } });
    expect(stdout.replaceAll(rig.env.HOME!, "HOME").replaceAll(rig.dir, "DIR")).toMatchInlineSnapshot(`
      "api.port
        The port of api start; 0 is any free one.
        Takes a whole number from 0 to 65535. Also: TASKWERK_PORT, api start --port

        7777   default
        7001   HOME/.config/taskwerk/config.yml
        7002   DIR/.taskwerk/config.yml
        7003   TASKWERK_PORT

        It is 7003.
      "
    `);
    const explained = await rig.data<{ layers: { counts: boolean }[]; value: number }>("config", "explain", "api.port");
    expect(explained.layers.map(({ counts }) => counts)).toEqual([false, true]);
    expect(explained.value).toBe(7002);
    await rig.data("config", "unset", "api.port");
    expect(await get()).toBe("7001\n");
    await rig.data("config", "unset", "api.port", "--user");
    expect(await get()).toBe("7777\n");
  });

  it("is used: the lease of a claim, the port of the server", async () => {
    await rig.data("add", "one");
    await rig.data("config", "set", "claim.lease", "2h");
    const { claim } = await rig.data<{ claim: { lease_until: string } }>("claim", "1", "--as", "me");
    const ms = Date.parse(claim.lease_until) - Date.now();
    expect(ms).toBeGreaterThan(100 * 60_000);
  });

  it("lists what is set, or with --all every key, with its source", async () => {
    expect(await rig.data("config", "list")).toEqual([]);
    const all = (await rig.taskwerk("config", "list", "--all")).stdout.split("\n");
    expect(all).toContain("api.port\t7777\tdefault");
    expect(all).toContain("claim.lease\t15m\tdefault");
    expect(all).toContain("webhooks.task_created\t\tdefault");
    expect(all).toContain("webhooks.delivery\tdetached\tdefault");
    await rig.data("config", "set", "claim.lease", "30m");
    expect(await rig.data("config", "list")).toEqual([
      { key: "claim.lease", value: "30m", source: storeFile(), describe: expect.any(String) },
    ]);
  });

  it("works where there is no store, with your own file", async () => {
    const away = join(rig.env.HOME!, "away");
    await mkdir(away);
    const at = (...args: string[]) => rig.run("taskwerk", ["config", ...args], { cwd: away });
    expect((await at("set", "claim.lease", "1h", "--user")).code).toBe(0);
    expect((await at("get", "claim.lease")).stdout).toBe("1h\n");
    expect((await at("path", "-q")).stdout).toBe(`${userFile()}\n`);
    const refused = await at("set", "claim.lease", "1h");
    expect(refused.code).toBe(9);
    expect(refused.stderr).toContain("STORE_NOT_FOUND");
  });
});

describe("who acts", () => {
  const actorOf = async (args: readonly string[] = [], env = {}): Promise<string> => {
    const added = await rig.run("taskwerk", ["add", "x", "--json", ...args], { env });
    return (JSON.parse(added.stdout) as { data: { changed: { created_by: string }[] } }).data.changed[0]!.created_by;
  };

  it("is --actor, then TASKWERK_ACTOR, then this store's file, then yours, then the system's user", async () => {
    expect(await actorOf()).toBe("tester");
    await rig.data("config", "set", "actor", "ann", "--user");
    expect(await actorOf()).toBe("ann");
    await rig.data("config", "set", "actor", "Team Ölberg");
    expect(await actorOf()).toBe("Team Ölberg");
    expect(await actorOf([], { TASKWERK_ACTOR: "bob" })).toBe("bob");
    expect(await actorOf(["--actor", "eve"], { TASKWERK_ACTOR: "bob" })).toBe("eve");
    const { stdout } = await rig.run("taskwerk", ["config", "explain", "actor"], { env: { TASKWERK_ACTOR: "bob" } });
    expect(stdout.replaceAll(rig.env.HOME!, "HOME").replaceAll(rig.dir, "DIR")).toMatchInlineSnapshot(`
      "actor
        Who does what you do: in the log, notes, claims, assignee:me. Empty: your login's name.
        Takes a text. Also: TASKWERK_ACTOR, --actor

           default
        ann   HOME/.config/taskwerk/config.yml
        Team Ölberg   DIR/.taskwerk/config.yml
        bob   TASKWERK_ACTOR

        It is bob.
      "
    `);
    await rig.data("config", "set", "actor", "");
    expect(await actorOf()).toBe("tester");
    await rig.data("config", "unset", "actor");
    expect(await actorOf()).toBe("ann");
  });

  it("is the same everywhere: me, claims, notes, the log, undo, completion, a server", async () => {
    await rig.data("config", "set", "actor", "ann", "--user");
    await rig.data("add", "one", "-a", "me");
    const mine = async (...args: string[]) => (await rig.data<{ id: string }[]>(...args)).map(({ id }) => id);
    expect(await mine("mine")).toEqual(["TASK-001"]);
    expect(await mine("list", "assignee:me")).toEqual(["TASK-001"]);
    expect(await mine("list", "-a", "me")).toEqual(["TASK-001"]);
    expect(await mine("list", "assignee:ann")).toEqual(["TASK-001"]);
    expect(await rig.data("note", "1", "hello")).toMatchObject({ by: "ann" });
    expect((await rig.data<unknown[]>("log", "--by", "me")).length).toBe(2);
    expect(await rig.data("claim", "1")).toMatchObject({ changed: [{ claim: { by: "ann" } }] });
    expect(await rig.data("undo")).toMatchObject({ undone: [{ actor: "ann", command: "claim.take" }] });
    const server = await rig.data<{ url: string }>("api", "start", "--port", "0", "--detach");
    try {
      await rig.data("add", "far", "--remote", server.url);
      expect(await rig.data("show", "2")).toMatchObject({ created_by: "ann" });
    } finally {
      await rig.taskwerk("api", "stop");
    }
  });

  it("may be spelled as YAML has it, and a file that is wrong is named", async () => {
    await writeFile(storeFile(), '"\\u0061ct\\x6fr": "ann"\n');
    expect(await actorOf()).toBe("ann");
    await writeFile(storeFile(), "actor: [a, b]\n");
    expect(await rig.failure("add", "x")).toMatchObject({ code: "CONFIG_INVALID", exit: 2, field: "actor" });
    expect(await rig.failure("list")).toMatchObject({ code: "CONFIG_INVALID", exit: 2 });
    expect((await rig.run("taskwerk", ["list", "--actor", "ann"])).code).toBe(0);
    expect((await rig.run("taskwerk", ["config", "path"])).code).toBe(0);
    await writeFile(storeFile(), 'actor: "a\\nb"\n');
    expect(await rig.failure("add", "x")).toMatchObject({ code: "VALIDATION_FAILED", exit: 2 });
  });
});

describe("config set and unset", () => {
  it("keep comments, order and everything else; what was there once is one key", async () => {
    await writeFile(
      storeFile(),
      "# ours\nclaim: # about claims\n  lease: 10m # short\n\n# the server\napi:\n  port: 1\n",
    );
    await rig.data("config", "set", "claim.lease", "45m");
    expect(await readFile(storeFile(), "utf8")).toBe(
      "# ours\nclaim: # about claims\n  lease: 45m # short\n\n# the server\napi:\n  port: 1\n",
    );
    expect(await rig.data("config", "set", "claim.lease", "45m")).toMatchObject({ changed: false });
    expect(await rig.data("config", "unset", "claim.lease")).toMatchObject({ changed: true, value: null });
    expect(await readFile(storeFile(), "utf8")).toContain("# the server\napi:\n  port: 1\n");
    expect(await rig.data("config", "unset", "claim.lease")).toMatchObject({ changed: false });
  });

  it("keep the file's rights and a link to it; a new one of yours is private", async () => {
    const real = join(rig.dir, "shared.yml");
    await writeFile(real, "api:\n  port: 1\n");
    await chmod(real, 0o640);
    await symlink(real, storeFile());
    await rig.data("config", "set", "api.port", "2");
    expect(await readFile(real, "utf8")).toBe("api:\n  port: 2\n");
    expect((await stat(real)).mode & 0o777).toBe(0o640);
    await rig.data("config", "set", "api.port", "2", "--user");
    expect((await stat(userFile())).mode & 0o777).toBe(0o600);
  });

  it.each([
    [["claim.leese", "1h"], "claim.leese", 'Did you mean "claim.lease"?'],
    [["api.port", "many"], "api.port", '"many" is not a whole number from 0 to 65535'],
    [["api.port", "70000"], "api.port", "from 0 to 65535"],
    [["claim.lease", "soon"], "claim.lease", "a length of time"],
  ])("refuse %j and write nothing", async (words, field, said) => {
    const error = await rig.failure("config", "set", ...words);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", exit: 2 });
    expect(`${error.field} ${error.given} ${error.message} ${error.hint}`).toContain(said);
    expect(`${error.field} ${error.given}`).toContain(field);
    await expect(stat(storeFile())).rejects.toThrow("ENOENT");
  });
});

describe("a file that is wrong", () => {
  it.each([
    ["claim:\n  leese: 1h\n", 'line 2 has an unknown key "claim.leese"', 'Did you mean "claim.lease"?'],
    ["api:\n  port: 1\nclaim:\n  lease: 15\n", 'line 4: "15" is not a length of time', ""],
    ["api: [", "is not valid YAML", ""],
  ])("is named with its line: %j", async (text, message, hint) => {
    await writeFile(storeFile(), text);
    for (const command of [
      ["config", "list"],
      ["config", "get", "api.port"],
      ["config", "set", "api.port", "1"],
    ]) {
      const error = await rig.failure(...command);
      expect(error).toMatchObject({ code: "CONFIG_INVALID", exit: 2 });
      expect(error.message).toContain(storeFile());
      expect(error.message).toContain(message);
      expect(error.hint ?? "").toContain(hint);
    }
    expect(await readFile(storeFile(), "utf8")).toBe(text);
    expect((await rig.taskwerk("list")).code).toBe(0);
  });
});

it(".taskwerk.example.yml, copied, sets every key to its default", async () => {
  const example = resolve(fileURLToPath(import.meta.url), "../../../../../.taskwerk.example.yml");
  await writeFile(storeFile(), await readFile(example));
  type Listed = { key: string; value: unknown; source: string };
  const listed = await rig.data<Listed[]>("config", "list", "--all");
  // What only the user's own file may set counts from nowhere else; to set nothing there is no offence.
  const own = new Set(["api.hosts"]);
  expect(listed.map(({ source }) => source)).toEqual(listed.map(({ key }) => (own.has(key) ? "default" : storeFile())));
  expect((await rig.taskwerk("claim", "--next", "--as", "me")).code).toBe(10);
  await writeFile(storeFile(), "");
  const defaults = await rig.data<Listed[]>("config", "list", "--all");
  expect(listed.map(({ key, value }) => [key, value])).toEqual(defaults.map(({ key, value }) => [key, value]));
});
