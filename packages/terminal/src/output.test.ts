import type { Page } from "@taskwerk/contract/envelope";
import { type ErrorCode, WerkError } from "@taskwerk/contract/errors";
import { describe, expect, it } from "vitest";
import { makeOutput, type OutputOptions } from "./output.ts";
import { green } from "./part.ts";
import { printError } from "./print-error.ts";
import { printSuccess, type View } from "./print-success.ts";

interface Captured {
  out: string;
  err: string;
}

function capture(options: Partial<OutputOptions> = {}) {
  const seen: Captured = { out: "", err: "" };
  const output = makeOutput({
    stdout: {
      write: (text) => {
        seen.out += text;
      },
    },
    stderr: {
      write: (text) => {
        seen.err += text;
      },
    },
    isTTY: false,
    env: {},
    now: () => new Date("2026-11-20T12:00:00Z"),
    ...options,
  });
  return { seen, output };
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly claim: { readonly by: string } | null;
  readonly [key: string]: unknown;
}
const VIEW: View<readonly Row[]> = {
  fields: ["id", "title"],
  known: ["id", "title", "claim"],
  screen: (output, { data }) => {
    for (const { title } of data) output.line("* ", green(title));
  },
};
const SUCCESS = {
  ok: true as const,
  v: 1 as const,
  kind: "task.list",
  data: [
    { id: "TASK-001", title: "a\tb\x1b[2J", claim: { by: "me" } },
    { id: "TASK-002", title: "c", claim: null },
  ] as readonly Row[],
  warnings: [],
  meta: {},
};

describe("printSuccess", () => {
  it("keeps a warning to the width of a terminal, and what is to be copied whole below it", () => {
    const warnings = [
      "TASK-002, TASK-003 and 3 more still wait for TASK-001, and behind them TASK-010, TASK-011. To let what depends on it go on:  taskwerk cancel TASK-001 --satisfy",
      "TASK-002 depends on what is still open: TASK-001.",
      "a title that \x1b[2Jclears",
    ];
    const shown = capture({ isTTY: true, errorsToTTY: true, columns: 60, env: { NO_COLOR: "1" } });
    printSuccess(shown.output, { ...SUCCESS, warnings }, VIEW);
    expect(shown.seen.err).toBe(
      [
        "warning: TASK-002, TASK-003 and 3 more still wait for",
        "  TASK-001, and behind them TASK-010, TASK-011.",
        "  To let what depends on it go on:",
        "    taskwerk cancel TASK-001 --satisfy",
        "warning: TASK-002 depends on what is still open: TASK-001.",
        "warning: a title that clears",
        "",
      ].join("\n"),
    );
    const piped = capture();
    printSuccess(piped.output, { ...SUCCESS, warnings }, VIEW);
    expect(piped.seen.err.split("\n")[0]).toBe(`warning: ${warnings[0]}`);
  });

  it("is one JSON document under --json, with nothing a terminal acts on", () => {
    const { seen, output } = capture({ format: "json" });
    printSuccess(output, SUCCESS, VIEW);
    expect(JSON.parse(seen.out)).toEqual(SUCCESS);
    expect(seen.out).not.toMatch(/[\x1b\t]/);
    expect(seen.out.split("\n")).toHaveLength(2);
  });

  it("is tab-separated rows without a header where nobody looks", () => {
    const { seen, output } = capture();
    printSuccess(output, SUCCESS, VIEW);
    expect(seen.out).toBe("TASK-001\ta b\nTASK-002\tc\n");
  });

  it("says on stderr that a page was cut", () => {
    const { seen, output } = capture();
    printSuccess(output, { ...SUCCESS, page: { returned: 2, total: 9, truncated: true, cursor: "x" } }, VIEW);
    expect(seen.err).toBe("2 of 9 shown; --limit 0 for all.\n");
  });

  it("says it in the view's words, and to a person beside everything that is not the view's own screen", () => {
    const cut = { ...SUCCESS, page: { returned: 2, total: 9, truncated: true, cursor: "x" } };
    const view = { ...VIEW, rest: ({ cursor }: Page) => `go on after ${cursor}` };
    for (const options of [{}, { isTTY: true, fields: ["id"] }, { isTTY: true, quiet: true }]) {
      const { seen, output } = capture(options);
      printSuccess(output, cut, view);
      expect(seen.err).toBe("2 of 9 shown; go on after x.\n");
    }
    const { seen, output } = capture({ isTTY: true });
    printSuccess(output, cut, view);
    expect(seen.err).toBe("");
  });

  it("is ids only under -q", () => {
    const { seen, output } = capture({ quiet: true });
    printSuccess(output, SUCCESS, VIEW);
    expect(seen.out).toBe("TASK-001\nTASK-002\n");
  });

  it("takes fields, also inside other fields, in every format", () => {
    const fields = ["claim.by", "id"];
    const tsv = capture({ fields });
    printSuccess(tsv.output, SUCCESS, VIEW);
    expect(tsv.seen.out).toBe("me\tTASK-001\n\tTASK-002\n");
    const json = capture({ fields, format: "json" });
    printSuccess(json.output, SUCCESS, VIEW);
    expect(JSON.parse(json.seen.out).data[0]).toEqual({ "claim.by": "me", id: "TASK-001" });
    const lines = capture({ fields, format: "ndjson" });
    printSuccess(lines.output, SUCCESS, VIEW);
    expect(lines.seen.out.split("\n")[1]).toBe('{"claim.by":null,"id":"TASK-002"}');
    const write = capture({ fields: ["id"], format: "json" });
    printSuccess(write.output, { ...SUCCESS, data: { changed: SUCCESS.data, unchanged: [], unblocked: [] } }, {
      ...VIEW,
      screen: () => undefined,
    } as never);
    expect(JSON.parse(write.seen.out).data).toEqual({
      changed: [{ id: "TASK-001" }, { id: "TASK-002" }],
      unchanged: [],
      unblocked: [],
    });
  });

  it("shows a person the screen, titles sanitised and colour only our own", () => {
    const { seen, output } = capture({ isTTY: true, columns: 80, env: { TERM: "xterm" } });
    printSuccess(output, SUCCESS, VIEW);
    expect(seen.out).toBe("* \x1b[32ma b\x1b[0m\n* \x1b[32mc\x1b[0m\n");
  });

  it.each([
    [{ NO_COLOR: "1", TERM: "xterm" }, undefined, false],
    [{ TERM: "dumb" }, undefined, false],
    [{ TERM: "xterm" }, false, false],
    [{ FORCE_COLOR: "0", TERM: "xterm" }, undefined, false],
    [{ FORCE_COLOR: "1", TERM: "dumb" }, undefined, true],
  ])("honours %j (--color %s)", (env, color, coloured) => {
    const { seen, output } = capture({ isTTY: true, env, color });
    output.line(green("x"));
    expect(seen.out.includes("\x1b")).toBe(coloured);
  });
});

describe("printError", () => {
  const error = new WerkError("TASK_NOT_FOUND", "no task TASK-99", {
    hint: "All tasks:  taskwerk list --all\nAnd more",
    candidates: ["TASK-009"],
    given: "TASK-99\x1b[2J",
  });

  it("says what, then what to type, on stderr, and nothing on stdout", () => {
    const { seen, output } = capture();
    expect(printError(output, error)).toBe(3);
    expect(seen).toEqual({
      out: "",
      err: "error TASK_NOT_FOUND: no task TASK-99\n  Did you mean:  TASK-009\n  All tasks:  taskwerk list --all\n  And more\n",
    });
  });

  it("counts a code of a newer program as unexpected", () => {
    const { seen, output } = capture({ format: "json" });
    expect(printError(output, new WerkError("TOO_NEW_FOR_US" as ErrorCode, "who knows"))).toBe(1);
    expect(JSON.parse(seen.out).error).toMatchObject({ code: "TOO_NEW_FOR_US", retryable: false });
  });

  it("is one JSON document on stdout under --json", () => {
    const { seen, output } = capture({ format: "json" });
    printError(output, error);
    expect(seen.err).toBe("");
    expect(JSON.parse(seen.out)).toMatchObject({ ok: false, v: 1, kind: "error", error: { code: "TASK_NOT_FOUND" } });
  });

  it("lists the rows that are wrong, aligned, and counts the rest", () => {
    const { seen, output } = capture();
    const problems = Array.from({ length: 22 }, (_, n) => ({
      where: `line ${n + 1}`,
      field: "title",
      message: "empty",
    }));
    printError(output, new WerkError("IMPORT_INVALID", "22 rows are wrong.", { details: { problems } }));
    expect(seen.err.split("\n").slice(0, 2)).toEqual([
      "error IMPORT_INVALID: 22 rows are wrong.",
      "  line 1   title  empty",
    ]);
    expect(seen.err).toContain("and 2 more");
  });

  it("breaks lines between words on a terminal, what is to be copied never, and nothing where stderr is none", () => {
    const long = new WerkError(
      "CONFIG_INVALID",
      'orchestration.agents.command.argv: "./agent.sh" is a path from here, and no clone has it.',
      {
        hint: "With its whole path:  conductor config set orchestration.agents.command.argv /home/ada/agent.sh",
        details: {
          problems: [{ where: "line 1", field: "title", message: "one two three four five six seven eight" }],
        },
      },
    );
    const { seen, output } = capture({ isTTY: true, columns: 40, env: { NO_COLOR: "1" } });
    printError(output, long);
    expect(seen.err).toBe(
      [
        "error CONFIG_INVALID:",
        "  orchestration.agents.command.argv:",
        '  "./agent.sh" is a path from here, and',
        "  no clone has it.",
        "  line 1  title  one two three four five",
        "                 six seven eight",
        "  With its whole path:",
        "    conductor config set orchestration.agents.command.argv /home/ada/agent.sh",
        "",
      ].join("\n"),
    );
    const piped = capture({ isTTY: true, errorsToTTY: false, columns: 40 });
    printError(piped.output, long);
    expect(piped.seen.err.split("\n")).toHaveLength(4);
  });

  it("gives the stack of a defect only with debug", () => {
    const plain = capture();
    expect(printError(plain.output, new Error("boom"))).toBe(1);
    expect(plain.seen.err).not.toContain(" at ");
    const debug = capture();
    printError(debug.output, new Error("boom"), true);
    expect(debug.seen.err).toContain(" at ");
  });
});
