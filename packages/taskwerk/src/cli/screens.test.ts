import type { Task } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { type Scene, task, type } from "./typing.ts";

const claim = (by: string, lease_until = "2026-11-20T12:11:00Z") => ({ by, lease_until, fence: 1 });
const PROJECT: readonly Task[] = [
  task({
    id: "TASK-001.2",
    title: "Limit requests per host",
    status: "in-progress",
    priority: "high",
    parent: "TASK-001",
    claim: claim("claude-1"),
    started_at: "2026-11-20T11:56:00Z",
    ready: false,
    category_of_status: "active",
  }),
  task({
    id: "TASK-002.2",
    title: "Report broken anchors",
    status: "review",
    parent: "TASK-002",
    assignee: "you",
    updated_at: "2026-11-20T10:00:00Z",
    ready: false,
    category_of_status: "active",
  }),
  task({ id: "TASK-005", title: "Renew the demo certificate", priority: "critical", due_at: "2026-11-23T13:00:00Z" }),
  task({
    id: "TASK-001.3",
    title: "Retry with backoff on 429 and 5xx",
    priority: "high",
    parent: "TASK-001",
    tags: ["net", "api"],
  }),
  task({
    id: "TASK-002.3",
    title: "Cache results between runs of the program, and forget those that are too old",
    priority: "high",
    depends_on: ["TASK-001.1", "TASK-001.2"],
    ready: false,
  }),
  task({
    id: "TASK-003.2",
    title: "Publish the container image",
    status: "blocked",
    status_reason: "no registry yet, and nobody to ask",
    updated_at: "2026-11-18T11:00:00Z",
    ready: false,
    category_of_status: "waiting",
  }),
  task({
    id: "TASK-004",
    title: "你好 Windows path handling",
    status: "paused",
    priority: "low",
    updated_at: "2026-11-09T12:00:00Z",
    ready: false,
    category_of_status: "waiting",
  }),
];
const answer: Scene["answer"] = (name) => {
  if (name === "task.list" || name === "task.ready") return PROJECT;
  if (name === "store.status") {
    return {
      version: "1",
      api: 1,
      store: "/w/.taskwerk",
      tasks: { todo: 3, "in-progress": 1, review: 1, blocked: 1, paused: 1, done: 2 },
      ready: 2,
      archived: 0,
      deleted: 0,
      cursor: 9,
    };
  }
  return undefined;
};
const screen = async (line: string, scene: Scene = {}) => {
  const { out, err } = await type(line, { tty: true, columns: 80, env: { NO_COLOR: "1" }, answer, ...scene });
  return `\n${out}${err}`;
};

describe("list", () => {
  it("shows on 80 columns what matters most about each task", async () => {
    expect(await screen("list")).toMatchInlineSnapshot(`
      "
      ID          STATUS       PRI   TITLE                            NOTE
      TASK-001.2  in-progress  high  Limit requests per host          claude-1, 4m
      TASK-002.2  review       med   Report broken anchors            for you, 2h
      TASK-005    ready        crit  Renew the demo certificate       due in 3 days
      TASK-001.3  ready        high  Retry with backoff on 429 an...
      TASK-002.3  todo         high  Cache results between runs o...  after 001.2
      TASK-003.2  blocked      med   Publish the container image      no registry y...
      TASK-004    paused       low   你好 Windows path handling       since 9 Nov

      7 open: 2 ready, 1 in progress, 1 in review, 1 blocked, 1 paused.
      2 done hidden (--all).
      "
    `);
  });

  it("keeps to the width of any terminal", async () => {
    for (const columns of [40, 59, 60, 80, 100, 120]) {
      const lines = (await screen("list is:ready", { columns })).split("\n").filter((line) => /^(ID|TASK)/.test(line));
      for (const line of lines) expect(line.replace("你好", "xxxx").length, line).toBeLessThanOrEqual(columns);
    }
  });

  it("has more columns on a wide screen, and no note on a narrow one", async () => {
    expect(await screen("list is:ready", { columns: 120 })).toMatchInlineSnapshot(`
      "
      ID          STATUS       PRI   TITLE                                          ASSIGNEE  TAGS     NOTE
      TASK-001.2  in-progress  high  Limit requests per host                                           claude-1, 4m
      TASK-002.2  review       med   Report broken anchors                          you                for you, 2h
      TASK-005    ready        crit  Renew the demo certificate                                        due in 3 days
      TASK-001.3  ready        high  Retry with backoff on 429 and 5xx                        net,api
      TASK-002.3  todo         high  Cache results between runs of the program,...                     after 001.2
      TASK-003.2  blocked      med   Publish the container image                                       no registry yet, and...
      TASK-004    paused       low   你好 Windows path handling                                        since 9 Nov

      7 tasks: 2 ready, 1 waiting, 1 in progress, 1 in review, 1 blocked, 1 paused.
      "
    `);
    expect(await screen("list is:ready", { columns: 50 })).toMatchInlineSnapshot(`
      "
      ID          STATUS       PRI   TITLE
      TASK-001.2  in-progress  high  Limit requests p...
      TASK-002.2  review       med   Report broken an...
      TASK-005    ready        crit  Renew the demo c...
      TASK-001.3  ready        high  Retry with backo...
      TASK-002.3  todo         high  Cache results be...
      TASK-003.2  blocked      med   Publish the cont...
      TASK-004    paused       low   你好 Windows pat...

      7 tasks: 2 ready, 1 waiting, 1 in progress, 1 in review, 1 blocked, 1 paused.
      "
    `);
  });

  it("draws whole trees, with bars counted over the ends of their branches", async () => {
    const tasks = [
      task({
        id: "TASK-001",
        title: "Crawl",
        ready: false,
        children: ["TASK-001.1", "TASK-001.2"],
        leaves: { closed: 1, total: 3 },
      }),
      task({
        id: "TASK-001.1",
        parent: "TASK-001",
        title: "Parse links 你好",
        status: "done",
        category_of_status: "closed",
        completed_at: "2026-11-18T11:00:00.000Z",
        leaves: null,
      }),
      task({
        id: "TASK-001.2",
        parent: "TASK-001",
        title: "Limit",
        status: "blocked",
        ready: false,
        children: ["TASK-001.2.1"],
        leaves: { closed: 0, total: 2 },
      }),
      task({ id: "TASK-001.2.1", parent: "TASK-001.2", title: "Queue per host", estimate_minutes: 60, leaves: null }),
      task({
        id: "TASK-001.2.2",
        parent: "TASK-001.2",
        title: "A flag",
        ready: false,
        depends_on: ["TASK-001.2.1"],
        estimate_minutes: 60,
        leaves: null,
      }),
      task({
        id: "TASK-002",
        title: "Report",
        ready: false,
        children: ["TASK-002.1"],
        leaves: { closed: 1, total: 1 },
      }),
    ];
    const answer: Scene["answer"] = (name) => (name === "store.status" ? { tasks: { todo: 4 }, ready: 1 } : tasks);
    expect(await screen("list --tree", { answer })).toMatchInlineSnapshot(`
      "
      TASK-001            Crawl             [###.......]  1 of 3
      |- TASK-001.1       Parse links 你好  done          2 days
      \`- TASK-001.2       Limit             [..........]  0 of 2, blocked
         |- TASK-001.2.1  Queue per host    ready
         \`- TASK-001.2.2  A flag            todo          after 001.2.1
      TASK-002            Report            [##########]  1 of 1

      1 of 3 done, 1 ready now. Longest chain left: 001.2.1 > 001.2.2 (about 2h)
      "
    `);
    expect(await screen("list --tree tag:x", { answer, columns: 50 })).toMatchInlineSnapshot(`
      "
      TASK-001            Crawl             1 of 3
      |- TASK-001.1       Parse links 你好  done
      \`- TASK-001.2       Limit             0 of 2
         |- TASK-001.2.1  Queue per host    ready
         \`- TASK-001.2.2  A flag            todo
      TASK-002            Report            1 of 1

      6 tasks: 1 ready, 3 waiting, 1 blocked, 1 done.
      "
    `);
  });

  it("says what an empty store can do, and what an empty answer means", async () => {
    const nothing: Scene["answer"] = (name) => (name === "store.status" ? { tasks: {}, ready: 0 } : []);
    expect(await screen("list", { answer: nothing })).toMatchInlineSnapshot(`
      "
      No tasks yet.   taskwerk add "What is to be done"
      "
    `);
    expect(await screen("list tag:x", { answer: nothing })).toMatchInlineSnapshot(`
      "
      No task matches.
      "
    `);
    expect(await screen("list -s ready", { answer: nothing })).toBe(await screen("ready", { answer: nothing }));
    expect(await screen("ready", { answer: nothing })).toMatchInlineSnapshot(`
      "
      Nothing is ready.
      "
    `);
  });

  it("colours words, never titles", async () => {
    const { out } = await type("list is:ready", {
      tty: true,
      env: { TERM: "xterm" },
      answer: () => [task({ title: "\u001b[31mred", status: "done" })],
    });
    expect(out).toContain("\u001b[32mdone\u001b[0m");
    expect(out).not.toContain("\u001b[31m");
  });
});

describe("show", () => {
  const shown = {
    ...task({
      id: "TASK-001.2",
      title: "Limit requests per host",
      description: "The docs site bans us above 8 parallel requests.\n\nQueue by host name\u001b[2J.",
      status: "in-progress",
      priority: "high",
      parent: "TASK-001",
      claim: claim("claude-1"),
      due_at: "2026-11-25T12:00:00Z",
      estimate_minutes: 240,
      actual_minutes: 70,
      depends_on: ["TASK-001.1"],
      blocks: ["TASK-002.3"],
      files: ["src/fetch/**"],
      tags: ["net", "api"],
      metadata: { ticket: "7" },
      evidence: { commit: "4be1c02", tests: 31 },
      acceptance: [
        { n: 1, text: "At most 4 requests at once to one host", checked: true, evidence: "test fetch/limit.test.ts" },
        { n: 2, text: "The limit can be set with --per-host", checked: false, evidence: null },
      ],
      session: "run-3",
      updated_by: "claude-1",
      rev: 7,
    }),
    notes: [
      {
        id: "n",
        task: "TASK-001.2",
        type: "progress",
        text: "Queue per host in place.\nThe flag is next.",
        at: "2026-11-20T09:51:00Z",
        by: "claude-1",
      },
    ],
  };

  it("is one page about one task, with the titles of those around it", async () => {
    const around = new Map<unknown, object>([
      ["TASK-001", task({ id: "TASK-001", title: "Crawl" })],
      ["TASK-001.1", task({ id: "TASK-001.1", title: "Parse links from Markdown and HTML", status: "done" })],
      ["TASK-002.3", task({ id: "TASK-002.3", title: "Cache results between runs" })],
    ]);
    const answer: Scene["answer"] = (_, input) => around.get((input as { id: string }).id) ?? shown;
    expect(await screen("show 1", { answer })).toMatchInlineSnapshot(`
      "
      TASK-001.2  Limit requests per host
      in-progress, high, in TASK-001 Crawl

        Claim       claude-1, lease ends in 11m
        Due         Wed 25 Nov 12:00 (in 5 days)
        Time        4h estimated, 1h 10m spent
        After       TASK-001.1  Parse links from Markdown and HTML  done
        Unblocks    TASK-002.3  Cache results between runs          ready
        Files       src/fetch/**
        Tags        net, api
        Evidence    commit = 4be1c02
        Evidence    tests = 31
        Meta        ticket = 7

      Acceptance, 1 of 2
        [x] 1  At most 4 requests at once to one host  test fetch/limit.test.ts
        [ ] 2  The limit can be set with --per-host

      Description
        The docs site bans us above 8 parallel requests.

        Queue by host name.

      Notes
        2h ago  claude-1  progress  Queue per host in place.
          The flag is next.

      Changed 4m ago by claude-1 in session run-3 (rev 7). All changes: --history
      "
    `);
  });

  it("breaks what is long between words, and leaves it whole where nobody looks", async () => {
    const long = (what: string): string =>
      `${what} ${"that goes on for much longer than a line has cells ".repeat(2)}end`;
    const [first] = shown.acceptance;
    const longer = {
      ...shown,
      title: long("A title"),
      status: "blocked" as const,
      status_reason: long("Something"),
      claim: null,
      description: `${long("Text")}\n\n- ${long("an item")}\n    indented`,
      acceptance: [{ ...first!, text: long("A criterion") }],
      notes: [{ ...shown.notes[0]!, text: `${long("A note")}\n${long("and more")}` }],
    };
    const page = await screen("show 1", { answer: () => longer });
    expect(page).toMatchInlineSnapshot(`
      "
      TASK-001.2  A title that goes on for much longer than a line has cells that goes
                  on for much longer than a line has cells end
      blocked, high, in TASK-001 A title that goes on for much longer than a line has
               cells that goes on for much longer than a line has cells end

        Reason      Something that goes on for much longer than a line has cells that
                    goes on for much longer than a line has cells end
        Due         Wed 25 Nov 12:00 (in 5 days)
        Time        4h estimated, 1h 10m spent
        After       TASK-001.1  A title that goes on for much longer than...   blocked
        Unblocks    TASK-002.3  A title that goes on for much longer than...   blocked
        Files       src/fetch/**
        Tags        net, api
        Evidence    commit = 4be1c02
        Evidence    tests = 31
        Meta        ticket = 7

      Acceptance, 1 of 1
        [x] 1  A criterion that goes on for much longer than a line has cells that
               goes on for much longer than a line has cells end
               test fetch/limit.test.ts

      Description
        Text that goes on for much longer than a line has cells that goes on for much
        longer than a line has cells end

        - an item that goes on for much longer than a line has cells that goes on for
          much longer than a line has cells end
            indented

      Notes
        2h ago  claude-1  progress  A note that goes on for much longer than a line
          has cells that goes on for much longer than a line has cells end
          and more that goes on for much longer than a line has cells that goes on for
          much longer than a line has cells end

      Changed 4m ago by claude-1 in session run-3 (rev 7). All changes: --history
      "
    `);
    for (const line of page.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    const { out } = await type("show 1", { answer: () => longer });
    expect(out).toContain(`TASK-001.2  ${longer.title}\n`);
    expect(out).toContain(`  Reason      ${longer.status_reason}\n`);
  });

  it("has moments instead of distances where nobody looks", async () => {
    const { out } = await type("show 1", { answer: () => shown });
    expect(out).toContain("2026-11-25T12:00:00Z");
    expect(out).not.toContain("ago");
  });
});

describe("writes", () => {
  it("say what they caused", async () => {
    const done = {
      changed: [task({ id: "TASK-001.2", title: "Limit requests per host", status: "done" })],
      unchanged: [task({ id: "TASK-001.1", title: "Parse links", status: "done" })],
      unblocked: [task({ id: "TASK-002.3", title: "Cache results between runs" })],
    };
    expect(await screen("done 1.2 1.1", { answer: () => done })).toMatchInlineSnapshot(`
      "
      TASK-001.2  done  Limit requests per host
      TASK-001.1  unchanged  done  Parse links
        now ready   TASK-002.3  Cache results between runs
        Take it back: taskwerk undo
      "
    `);
    expect(await screen('add "Fix login"')).toMatchInlineSnapshot(`
      "
      Added TASK-001  Fix login
      "
    `);
    expect(await screen("update 1 -p high")).toMatchInlineSnapshot(`
      "
      TASK-001  updated  ready  Fix login  rev 1
      "
    `);
    expect(
      await screen("dep add 1 2", { answer: () => ({ ...done, changed: [task({ depends_on: ["TASK-002"] })] }) }),
    ).toMatchInlineSnapshot(`
      "
      TASK-001  waits for TASK-002
      TASK-001.1  unchanged  done  Parse links
        now ready   TASK-002.3  Cache results between runs
      "
    `);
    expect(await screen("claim --next --as claude-1")).toMatchInlineSnapshot(`
      "
      TASK-001  claimed  Fix login
        token   01JUID.1
        until   12:15
        Longer:  taskwerk heartbeat TASK-001 --claim 01JUID.1
        Done:    taskwerk done TASK-001 --claim 01JUID.1
      "
    `);
    expect(await screen("note 1 hello")).toMatchInlineSnapshot(`
      "
      TASK-001  noted  hello
      "
    `);
    expect(await screen("import -", { stdin: "[]" })).toMatchInlineSnapshot(`
      "
      1 task imported.
        See them:  taskwerk list
      Waiting for tasks (taskwerk help formats), typed here; Ctrl-D on an empty line ends it.
      "
    `);
  });
});

describe("status and events", () => {
  it("count in words", async () => {
    expect(await screen("status")).toMatchInlineSnapshot(`
      "
      9 tasks, 2 ready now.
             3  todo
             1  in-progress
             1  review
             1  blocked
             1  paused
             2  done
      Store /w/.taskwerk, taskwerk 1, event 9
      "
    `);
    const events = [
      {
        id: "e",
        cursor: 9,
        type: "task.created",
        time: "2026-11-20T11:56:00Z",
        actor: "me",
        session: null,
        op: "o",
        subject: "TASK-001",
        data: {},
      },
    ];
    expect(await screen("events list", { answer: () => events })).toMatchInlineSnapshot(`
      "
      CURSOR  WHEN  TYPE          SUBJECT   ACTOR
           9  4m    task.created  TASK-001  me
      "
    `);
    const page = { returned: 1, total: 7, truncated: true, cursor: "9" };
    expect(await screen("events list", { answer: () => events, page })).toContain("1 of 7 events. The rest: --since 9");
  });
});

describe("a list", () => {
  it.each([
    [1, 3],
    [2, 3],
    [5, 7],
  ])("counts %i of %i closed children as they are", async (closed, total) => {
    const children = Array.from({ length: total }, (_, n) => `TASK-001.${n + 1}`);
    const progress = Math.round((closed * 10_000) / total) / 100;
    const parent = () => [task({ children, progress, ready: false })];
    expect(await screen("list", { answer: (name) => (name === "task.list" ? parent() : answer(name, {})) })).toContain(
      `${closed} of ${total} `,
    );
  });
});

describe("errors and help", () => {
  it("say what, why, and what to type next", async () => {
    expect(await screen("import -", { stdin: '{"title":"a"}\n{"title":}\n{"title":"b",}\n' })).toMatchInlineSnapshot(`
      "
      Waiting for tasks (taskwerk help formats), typed here; Ctrl-D on an empty line ends it.
      error IMPORT_INVALID: stdin: 2 lines are not valid JSON. Nothing was imported.
        line 2    unexpected }
        line 3    unexpected }
        What each format looks like:  taskwerk help formats
      "
    `);
    expect(await screen("help note")).toMatchInlineSnapshot(`
      "
      Usage: taskwerk note [options] [id] [text]

      Write a note on a task.

      Arguments:
        id                       the task; else what the git branch names
        text                     the note (- for stdin, @file for a file)

      Options:
        --type <type>            comment, progress, decision, question or answer

      Everywhere:
        --json                   one JSON document on stdout, success or failure
        --format <format>        table, json, ndjson, tsv, csv or md
        --fields <a,b>           only these fields
        -q, --quiet              ids only, one a line
        --no-color               no colour
        -C <dir>                 as if started there
        --yes                    answer yes to what would be asked
        --no-input               never ask
        --debug                  with the stack of an error
        --store <dir>            the .taskwerk directory itself
        --remote <url>           the store of that server (or TASKWERK_URL; token:
                                 TASKWERK_TOKEN)
        --readonly               refuse what would change something
        --session <name>         the session this belongs to (or TASKWERK_SESSION)
        --actor <name>           who does it (or TASKWERK_ACTOR)
        --idempotency-key <key>  do it once, however often it is sent
        -h, --help               this text
      "
    `);
  });
});
