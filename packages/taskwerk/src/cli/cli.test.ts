import { WerkError } from "@taskwerk/contract/errors";
import { describe, expect, it } from "vitest";
import { type Scene, type } from "./typing.ts";

/** The input that reached the one operation. */
async function inputOf(line: string, scene?: Scene): Promise<unknown> {
  const { calls, err, code } = await type(line, scene);
  expect(err).toBe("");
  expect(code).toBe(0);
  return calls.at(-1)!.input;
}

describe("what is typed becomes the operation's input", () => {
  it.each([
    ['add "Fix login"', { title: "Fix login" }],
    [
      "add x -d about -p high -s active -a bob -t a,b -t c --parent 1 --after 2,3 --before 4 --due tomorrow --defer +2d --estimate 1h30m --category k --type bug --ac one --ac two --files src/** --capability gpu --meta k=v=w --key K --if-absent --note first",
      {
        title: "x",
        description: "about",
        priority: "high",
        status: "in-progress",
        assignee: "bob",
        tags: ["a", "b", "c"],
        parent: "1",
        depends_on: ["2", "3"],
        blocks: ["4"],
        due_at: "tomorrow",
        defer_until: "+2d",
        estimate_minutes: 90,
        category: "k",
        type: "bug",
        acceptance: ["one", "two"],
        files: ["src/**"],
        capabilities: ["gpu"],
        metadata: { k: "v=w" },
        key: "K",
        if_absent: true,
        note: "first",
      },
    ],
    ["add -- --strange", { title: "--strange" }],
    ["list --json", {}],
    ["ls --all --limit 0", { all: true, limit: 0 }],
    [
      "list status:todo,review tag:api is:ready priority:high",
      { query: "status:todo,review tag:api is:ready priority:high" },
    ],
    ["list --session orchestration-42", { session: "orchestration-42" }],
    [
      "list -a me -t a -t b -p low -s done --parent TASK-1 --key plan:",
      { assignee: "me", tag: ["a", "b"], priority: ["low"], status: ["done"], parent: "TASK-1", key_prefix: "plan:" },
    ],
    ["ready -t ci --limit 3", { tag: ["ci"], limit: 3 }],
    ["ready tag:ci", { query: "tag:ci" }],
    ["list -t a tag:b,c", { tag: ["a"], query: "tag:b,c" }],
    ["list -tag:wip -s todo", { status: ["todo"], query: "!tag:wip" }],
    ["list -assignee:me -due:..7d", { query: "!assignee:me !due:..7d" }],
    ["list -t api", { tag: ["api"] }],
    ["list -s ready", { ready: true }],
    ["list -s ready,review tag:a", { query: "(status:ready,review) (tag:a)" }],
    ['list "two words" tag:a', { query: '"two words" tag:a' }],
    ['list "due:tomorrow 9am"', { query: 'due:"tomorrow 9am"' }],
    ['list "due:..tomorrow 9am"', { query: 'due:.."tomorrow 9am"' }],
    ['list "status:todo tag:api"', { query: "status:todo tag:api" }],
    ['list "(tag:a or tag:b)" -tag:c', { query: "(tag:a or tag:b) !tag:c" }],
    ["list --sort -priority,due", { sort: "-priority,due" }],
    ["ready -p high,low -a me --sort due", { priority: ["high", "low"], assignee: "me", sort: "due" }],
    ["ready --session S", { session: "S" }],
    ["show TASK-001 --json", { id: "TASK-001" }],
    ["complete TASK-001", { ids: ["TASK-001"], to: "done" }],
    [
      "done 3..5,7 --reason r --evidence commit=abc --cascade --claim T",
      { ids: ["3", "4", "5", "7"], to: "done", reason: "r", evidence: { commit: "abc" }, cascade: true, claim: "T" },
    ],
    ["start TASK-1", { ids: ["TASK-1"], to: "in-progress" }],
    ["review 1", { ids: ["1"], to: "review" }],
    ["block 1 --reason stuck", { ids: ["1"], to: "blocked", reason: "stuck" }],
    ["pause 1", { ids: ["1"], to: "paused" }],
    ["cancel 1 --satisfy", { ids: ["1"], to: "cancelled", satisfy: true }],
    ["unblock 1", { ids: ["1"], to: "todo", from: ["blocked"] }],
    ["reopen 1", { ids: ["1"], to: "todo", from: ["done", "cancelled"] }],
    ["update 1 --meta a=1 --meta b=", { ids: ["1"], metadata_set: { a: "1", b: null } }],
    ["update --status in-progress --tasks TASK-001,TASK-002", { ids: ["TASK-001", "TASK-002"], status: "in-progress" }],
    [
      "update 1 --title new --tag +x,-y --after +2,-3 --unset due --if-rev 7",
      {
        ids: ["1"],
        title: "new",
        tags_add: ["x"],
        tags_remove: ["y"],
        depends_on_add: ["2"],
        depends_on_remove: ["3"],
        due_at: null,
        if_rev: 7,
      },
    ],
    [
      "update 1 --due none --defer none --estimate none -a none --category none --type None",
      {
        ids: ["1"],
        due_at: null,
        defer_until: null,
        estimate_minutes: null,
        assignee: null,
        category: null,
        type: null,
      },
    ],
    ["update 1 --unset files,capability", { ids: ["1"], files: [], capabilities: [] }],
    ["add x -a none", { title: "x", assignee: null }],
    ["dep add 1 2 3", { id: "1", add: ["2", "3"] }],
    ["dep rm 1 2", { id: "1", remove: ["2"] }],
    ["note 1 hello --type decision", { id: "1", text: "hello", type: "decision" }],
    ["claim --next tag:ci -tag:wip --as job --lease 15m", { query: "tag:ci !tag:wip", as: "job", lease_s: 900 }],
    ["claim --next -t ci", { tag: ["ci"], as: "me" }],
    ["claim --next", { as: "me" }],
    ["claim 1 --lease 1.1h", { id: "1", as: "me", lease_s: 3960 }],
    ["claim 7", { id: "7", as: "me" }],
    ["heartbeat 1 --claim 01JUID.1 --lease 90s", { token: "01JUID.1", lease_s: 90 }],
    ["release 1 --claim 01JUID.1", { token: "01JUID.1" }],
    ["events list --since 4 --limit 2", { since: 4, limit: 2 }],
    ["status", {}],
  ])("%s", async (line, input) => {
    expect(await inputOf(line)).toEqual(input);
  });

  it("takes ids and texts from stdin", async () => {
    expect(await inputOf("done -", { stdin: "TASK-001\ttodo\tx\n\nTASK-002\n" })).toEqual({
      ids: ["TASK-001", "TASK-002"],
      to: "done",
    });
    expect(await inputOf("note 1 -", { stdin: "two\nlines\n" })).toEqual({ id: "1", text: "two\nlines" });
    for (const line of ["add - -d -", "add x -d - --note -", "done - --note -"]) {
      const { code, err, calls } = await type(line, { stdin: "1" });
      expect({ code, calls, err }).toEqual({ code: 2, calls: [], err: expect.stringContaining("- stands twice") });
    }
  });

  it("reads import files of each form, and says which line is wrong", async () => {
    const rows = [{ title: "a" }, { title: "b" }];
    const inArray = { format: "json", places: ["tasks[0]", "tasks[1]"] };
    const inLines = { format: "ndjson", places: ["line 1", "line 2"] };
    for (const [stdin, said] of [
      [JSON.stringify(rows), inArray],
      [JSON.stringify({ tasks: rows }, null, 2), inArray],
      [rows.map((row) => JSON.stringify(row)).join("\n"), inLines],
    ] as const) {
      expect(await inputOf("import - --batch", { stdin })).toEqual({ tasks: rows, ...said });
    }
    expect(await inputOf("import - --on-conflict skip --dry-run", { stdin: "[]" })).toEqual({
      tasks: [],
      places: [],
      format: "json",
      on_conflict: "skip",
      dry_run: true,
    });
    for (const [stdin, said] of [
      ['[\n{"title":"a"},\n{"title":]', "line 3"],
      ['{"title":"a"}\n{"title":}\n', "line 2"],
      ["", "empty"],
      ["\0\0", "NUL"],
      ['{"a":1}', "no list of tasks"],
      ['[{"__proto__":{"x":1}}]', "__proto__"],
      ['[{"title":"a"', "too early"],
    ]) {
      const { code, err, out, calls } = await type("import -", { stdin: stdin! });
      expect({ code, out, calls }).toEqual({ code: 2, out: "", calls: [] });
      expect(err).toContain("IMPORT_INVALID");
      expect(err).toContain(said);
    }
  });

  it("hands on who calls: flags before environment before system", async () => {
    const caller = async (line: string, env = {}) => (await type(line, { env })).calls[0]!.caller;
    expect(await caller("add x")).toEqual({ actor: "me", session: null, idempotencyKey: null });
    expect(await caller("add x", { TASKWERK_ACTOR: "ci", TASKWERK_SESSION: "s" })).toMatchObject({
      actor: "ci",
      session: "s",
    });
    expect(await caller("--actor a --session b add x --idempotency-key c")).toEqual({
      actor: "a",
      session: "b",
      idempotencyKey: "c",
    });
    expect(await caller("import /dev/null --key k").catch(() => null)).toBeNull();
    const { calls } = await type("import - --key k", { stdin: "[]" });
    expect(calls[0]!.caller).toMatchObject({ idempotencyKey: "k" });
    expect(await inputOf("done 1", { env: { TASKWERK_CLAIM: "T" } })).toEqual({ ids: ["1"], to: "done", claim: "T" });
  });

  it("does not narrow a list by the session of the environment", async () => {
    expect(await inputOf("list", { env: { TASKWERK_SESSION: "s" } })).toEqual({});
  });
});

describe("what cannot be understood", () => {
  it.each([
    ["lst", 2, 'unknown command "lst". Did you mean "list"?'],
    ["list --jsn", 2, "unknown flag --jsn. Did you mean --json?"],
    ["list --prioritty high", 2, "Did you mean --priority?"],
    ["add", 2, "title is missing: taskwerk add TITLE"],
    ["add Fix login", 2, "needs quotes"],
    ["add x --priority", 2, "needs a value"],
    ["add x -p hihg", 2, 'no priority "hihg". Did you mean "high"?'],
    ["add x -s doen", 2, 'no status "doen". Did you mean "done"?'],
    ["add x --estimate soon", 2, "not a length of time"],
    ["add x --meta novalue", 2, "no key=value"],
    ["dep list 1 --fields bogus", 2, 'no field "bogus"'],
    ["list --limit many", 2, "not a number of rows"],
    ["list --format tsvv", 2, 'no format "tsvv". Did you mean "tsv"?'],
    ["list --fields id,titel", 2, 'no field "titel". Did you mean "title"?'],
    ["update 1", 2, "nothing to change"],
    ["update 1 --unset titel", 2, "cannot be emptied"],
    ["update --title x", 2, "no id was given"],
    ["done 7..3", 2, "no range"],
    ["done 1..99999999", 2, "more than 1000 ids"],
    ["claim", 2, "no id was given"],
    ["cancel", 2, "ids is missing"],
    ["heartbeat 1", 8, "nobody holds"],
    ["release 1 --claim other.1", 8, "not of a claim"],
    ["dep", 2, "dep needs a word more"],
    ["dep ad 1 2", 2, 'unknown command "dep ad". Did you mean "dep add"?'],
    ["api start --port 99999", 2, "no port"],
    ["api start --host 0.0.0.0 --port 1", 4, "other machines"],
    ["import /no/such/file", 3, "there is no file"],
    ["import /tmp", 2, "it is a directory"],
    ["init --prefix 1x", 2, "no prefix"],
    ["note 1 x --type shout", 2, "no type of note"],
    ["plan create PRD.md", 2, "conductor plan create PRD.md"],
    ['orchestrate start "a b"', 2, "conductor orchestrate start 'a b'"],
  ])("%s: exit %i", async (line, code, said) => {
    const plain = await type(line);
    expect(plain.err).toContain(said);
    expect(plain.code).toBe(code);
    expect(plain.out).toBe("");
    expect(plain.calls.filter(({ name }) => name !== "task.show")).toEqual([]);
    const json = await type(`${line} --json`);
    if (line === "add x --priority") return;
    expect(json.code).toBe(code);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, v: 1, kind: "error" });
    expect(json.err).toBe("");
  });

  it("checks fields before anything is written", async () => {
    expect((await type("add x --fields nope")).calls).toEqual([]);
  });

  it("passes an operation's error on with its exit code", async () => {
    const answer = () => {
      throw new WerkError("NOTHING_READY", "nothing is ready");
    };
    expect((await type("claim --next", { answer })).code).toBe(10);
    const { code, err } = await type("add x --debug", {
      answer: () => {
        throw new Error("boom");
      },
    });
    expect(code).toBe(1);
    expect(err).toContain(" at ");
  });
});

describe("help and version", () => {
  it("lists every verb", async () => {
    for (const line of ["", "help", "--help", "-h"]) expect((await type(line)).out).toContain("add TITLE");
    expect(JSON.parse((await type("--help --json")).out).data).toContainEqual(expect.objectContaining({ name: "add" }));
  });

  it("shows one verb, with what is its own first", async () => {
    for (const line of ["help add", "add --help", "help dep add", "dep add -h"]) {
      const { out, code } = await type(line);
      expect(code).toBe(0);
      expect(out).toContain("Usage: taskwerk");
      expect(out).toContain("Everywhere:");
    }
    expect(JSON.parse((await type("add --help --json")).out).data.options.length).toBeGreaterThan(20);
  });

  it("fits a terminal of 80 columns", async () => {
    for (const text of (await type("--help")).out.split("\n")) expect(text.length, text).toBeLessThanOrEqual(80);
  });

  it("says its version", async () => {
    expect((await type("--version")).out).toBe("taskwerk 1.2.3\n");
    expect(JSON.parse((await type("--version --json")).out).data).toEqual({ name: "taskwerk", version: "1.2.3" });
  });
});

describe("what a script sees", () => {
  it("has one task a line and no header", async () => {
    expect((await type("list")).out).toBe("TASK-001\ttodo\tmedium\tFix login\n");
    expect((await type("add x")).out).toBe("TASK-001\ttodo\tFix login\n");
    expect((await type("add x -q")).out).toBe("TASK-001\n");
    expect((await type("claim --next --format tsv --fields id,token")).out).toBe("TASK-001\t01JUID.1\n");
    expect((await type("list", { answer: () => [] })).out).toBe("");
  });
});
