import { widthOf } from "@taskwerk/terminal/width";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "../../model/event.ts";
import { eventsOf, sampleDecision, sampleReceipt } from "../../model/sample-facts.ts";
import { foldEvents } from "../../model/state.ts";
import { buildLook, type Look } from "../../report/look.ts";
import { runFacts, runNow, runTasks } from "../../report/sample-run.ts";
import type { Key } from "../key.ts";
import { textOf } from "../line.ts";
import { drawMonitor } from "./draw.ts";
import { press } from "./press.ts";
import { receiptsAt } from "./receipts.ts";
import { type Effect, type MonitorState, SCREENS, startMonitor, withDiff, withLog, withLook } from "./state.ts";
import { refused, unsent } from "./written.ts";

const EVIL = "\u001b]52;c;aGk=\u0007\u001b[2J\u202Egnp 链接";
const QUESTION = {
  type: "decision.asked" as const,
  decision: sampleDecision("Q1", {
    kind: "question",
    task: "TASK-002",
    attempt: "run-1/TASK-002/1",
    text: `Which colour? ${EVIL}`,
    options: ["red", "blue"],
    recommended: "red",
    tree: null,
    base: null,
    askedAt: "2026-11-20T22:20:00.000Z",
  }),
};
const TASKS = [
  ...runTasks,
  { ...runTasks[1]!, id: "TASK-007", title: `Evil ${EVIL}`, status: "todo" as const, depends_on: ["TASK-006"] },
];
const lookAt = (facts: Parameters<typeof eventsOf>[0]): Look =>
  buildLook(foldEvents(eventsOf(facts)), { ...runNow, tasks: TASKS }, { session: null, forecast: null });
const LOOK = lookAt([...runFacts, QUESTION]);
const SIZE = { columns: 80, rows: 24 };
const start = (look: Look = LOOK, drives = false): MonitorState => startMonitor({ first: look, zone: "UTC", drives });

const keyOf = (word: string): Key => (word.length === 1 ? { name: "text", text: word } : ({ name: word } as Key));
function after(words: readonly string[], from: MonitorState = start(), size = SIZE) {
  const effects: Effect[] = [];
  const state = words.reduce((now, word) => {
    const pressed = press(now, keyOf(word), size);
    if (pressed.effect !== undefined) effects.push(pressed.effect);
    return pressed.state;
  }, from);
  return { state, effects };
}
const shown = (state: MonitorState, size = SIZE): string => drawMonitor(state, size).map(textOf).join("\n");
const DIFF = [
  "diff --git a/a.sql b/a.sql",
  "index 1..2 100644",
  "--- a/a.sql",
  "+++ b/a.sql",
  "@@ -1,3 +1,2 @@ create table",
  " one",
  "--- two",
  "-three",
  "+++ four",
  "@@ -9 +8 @@",
  "-x",
  "+y",
  "\\ No newline at end of file",
  "diff --git a/b b/b",
  "@@ -0,0 +1 @@",
  `+${EVIL}`,
];

describe("a key on the screen over a run", () => {
  it("begins with the cards when one waits, and says on the first line that it does", () => {
    const lines = shown(start()).split("\n");
    expect(lines[0]).toMatch(/^run-1 {2}billing {3}WAITS FOR YOU {3,}2 cards need you$/);
    expect(lines.join("\n")).toContain("Adds db/migrations/0042_invoice_lines.sql");
  });

  it.each<[string, readonly string[], readonly Effect[]]>([
    ["approves what was named, with Enter", ["y", "enter"], [{ kind: "approve", card: "A1" }]],
    ["does not approve with a y too many", ["y", "y", "y"], []],
    ["does not approve what is left with Esc", ["y", "escape", "enter"], []],
    ["rejects with a note", ["r", ..."no, rows", "enter"], [{ kind: "reject", card: "A1", note: "no, rows" }]],
    ["rejects nothing without a note", ["r", " ", "enter"], []],
    ["answers with an option", ["j", "a", "2"], [{ kind: "answer", card: "Q1", text: "blue" }]],
    ["answers in words", ["j", "a", "w", ..."green", "enter"], [{ kind: "answer", card: "Q1", text: "green" }]],
    ["opens a question with Enter", ["j", "enter", "1"], [{ kind: "answer", card: "Q1", text: "red" }]],
    [
      "answers from the tasks what holds the task",
      ["2", "g", "j", "a", "1"],
      [{ kind: "answer", card: "Q1", text: "red" }],
    ],
    ["does not approve a question", ["j", "y", "enter"], []],
    ["gives a hint", ["2", "h", ..."look at x", "enter"], [{ kind: "hint", task: "TASK-003", text: "look at x" }]],
    ["puts a task aside", ["2", "g", "p"], [{ kind: "pause", task: "TASK-001" }]],
    ["stops after the turn", ["s", "t"], [{ kind: "stop", mode: "turn" }]],
    ["stops after the tasks", ["s", "w"], [{ kind: "stop", mode: "after-task" }]],
    ["kills", ["s", "k"], [{ kind: "stop", mode: "now" }]],
    ["leaves", ["q"], [{ kind: "leave" }]],
    ["ends with Ctrl-C also while something is typed", ["r", "x", "ctrl-c"], [{ kind: "interrupt" }]],
  ])("%s", (_, words, wanted) => {
    expect(after(words).effects).toEqual(wanted);
  });

  it("says of a run of its own that it cannot go on alone, and leaves when it has stopped", () => {
    const asked = after(["q"], start(LOOK, true));
    expect(asked.effects).toEqual([]);
    expect(shown(asked.state)).toContain("is driven from this terminal");
    const stopped = after(["s"], asked.state);
    expect(stopped.effects).toEqual([{ kind: "stop", mode: "turn" }]);
    expect(stopped.state.isLeaving).toBe(true);
    expect(after(["q", "escape"], start(LOOK, true)).effects).toEqual([]);
  });

  it("does nothing but leave where nothing can be read", () => {
    const small = { columns: 20, rows: 5 };
    expect(after(["y", "enter", "a", "1", "s", "t"], start(), small).effects).toEqual([]);
    expect(after(["q"], start(), small).effects).toEqual([{ kind: "leave" }]);
    expect(shown(start(), small)).toMatch(/^too small {11}\nq quits/);
  });

  it.each<[readonly string[], string | null]>([
    [["2"], "TASK-003"],
    [["2", "g"], "TASK-001"],
    [["2", "g", "j"], "TASK-002"],
    [["2", "G"], "TASK-005"],
    [["2", "/", ..."failed"], "TASK-004"],
    [["2", "/", ..."failed", "escape"], "TASK-003"],
    [["2", "/", ..."no such word", "enter"], "TASK-003"],
    [["3"], "TASK-003"],
    [["l", ">"], "TASK-006"],
    [["2", "g", "j", "l", "<"], "TASK-001"],
  ])("%j leads to %s", (words, task) => {
    expect(after(words).state.task).toBe(task);
  });

  it("stays at the card where the reader is when others come and go, and goes to the next when his is gone", () => {
    const at = after(["j"]).state;
    expect(at.card).toBe("Q1");
    const closed = {
      type: "decision.closed" as const,
      decision: "A1",
      state: "approved" as const,
      answer: null,
      by: "ada",
    };
    expect(withLook(at, lookAt([...runFacts, QUESTION, closed])).card).toBe("Q1");
    expect(withLook(at, lookAt(runFacts)).card).toBe("A1");
    expect(withLook(at, lookAt([...runFacts, closed])).card).toBeNull();
  });

  describe("when somebody else closes the card meanwhile", () => {
    const closing = (
      decision: string,
      state: "approved" | "answered" | "void" | "rejected",
      answer: string | null = null,
    ) => ({
      type: "decision.closed" as const,
      decision,
      state,
      answer,
      by: "ada",
    });
    const A2 = {
      type: "decision.asked" as const,
      decision: sampleDecision("A2", { task: "TASK-003", attempt: "run-1/TASK-003/1", text: "Adds another" }),
    };
    const approved = lookAt([...runFacts, QUESTION, closing("A1", "approved")]);
    const replaced = lookAt([...runFacts, QUESTION, closing("A1", "void", "it changed"), A2]);
    const foot = (state: MonitorState): string => shown(state).split("\n").at(-1)!;

    it("does not go on to ask for a yes, and says who was first", () => {
      const asked = withLook(after(["y"]).state, approved);
      expect(shown(asked)).toContain("A1 was approved by ada");
      expect(shown(asked)).not.toContain("[Enter] approve it");
      expect(after(["enter"], asked).effects).toEqual([]);
      const options = withLook(
        after(["j", "a"]).state,
        lookAt([...runFacts, QUESTION, closing("Q1", "answered", "blue")]),
      );
      expect(shown(options)).toContain("Q1 was answered by ada: blue");
      expect(after(["1"], options).effects).toEqual([]);
    });

    it.each([
      ["log", ["l"]],
      ["diff", ["d"]],
      ["gates", ["e"]],
    ])("does not offer y and r on the screen %s any more, and says why they do nothing", (_, keys) => {
      const open = after(keys).state;
      expect(foot(open)).toContain("y approve  r reject");
      const closed = withLook(open, approved);
      expect(foot(closed)).not.toMatch(/approve|reject/);
      for (const key of ["y", "r"]) expect(shown(after([key], closed).state)).toContain("A1 was approved by ada");
      expect(after(["y", "enter", "r", "x", "enter"], closed).effects).toEqual([]);
    });

    it("does not say yes to what came in its place while the difference of the old one is looked at", () => {
      const old = withDiff(after(["d"]).state, "A1", { kind: "diff", title: "A1", files: 2, lines: DIFF, rest: null });
      const stale = withLook(old, replaced);
      expect(foot(stale)).not.toMatch(/approve|reject/);
      expect(shown(stale)).toContain("A1 is void; A2 is in its place");
      expect(shown(after(["y"], stale).state)).toContain("A1 is void; A2 is in its place");
      expect(after(["y", "enter"], stale).effects).toEqual([]);
      expect(after(["d", "y", "enter"], stale).effects).toEqual([{ kind: "approve", card: "A2" }]);
    });

    it("does not take for the next card what was meant for the one that is gone", () => {
      const other = {
        ...A2,
        decision: { ...A2.decision, task: "TASK-006", askers: [{ task: "TASK-006", attempt: "x" }] },
      };
      const both = start(lookAt([...runFacts, other]));
      expect(both.card).toBe("A1");
      const moved = withLook(both, lookAt([...runFacts, other, closing("A1", "approved")]));
      expect(moved.card).toBe("A2");
      expect(shown(moved)).toContain("A1 was approved by ada; A2 is next");
      expect(foot(moved)).not.toContain("approve");
      expect(after(["y", "enter"], moved).effects).toEqual([]);
      expect(shown(after(["y"], moved).state)).toContain("A1 was approved by ada; A2 is next");
      expect(after(["y", "y", "enter"], moved).effects).toEqual([{ kind: "approve", card: "A2" }]);
      // Who has closed it knows what comes next.
      const own = withLook(after(["y", "enter"], both).state, lookAt([...runFacts, other, closing("A1", "approved")]));
      expect(after(["y", "enter"], own).effects).toEqual([{ kind: "approve", card: "A2" }]);
    });

    it("does not offer twice what was said and is on its way", () => {
      const sent = after(["l", "y", "enter"]).state;
      expect(foot(sent)).not.toMatch(/approve|reject/);
      expect(shown(after(["y"], sent).state)).toContain("A1: what you said is on its way");
      expect(foot(refused(sent, { kind: "approve", card: "A1" }, "taskwerk is away"))).toContain("y approve");
    });

    it("keeps a note that is being typed, says so, and sends it as a hint when that is wanted", () => {
      const typing = withLook(after(["r", ..."no, rows"]).state, approved);
      expect(shown(typing)).toContain("A1 was approved by ada");
      expect(shown(typing)).toContain("> no, rows");
      const more = after([..." please", "enter"], typing);
      expect(more.effects).toEqual([]);
      expect(shown(more.state)).toContain("Your note is kept: no, rows please");
      // Left alone it stands on every screen, until it is used.
      const left = after(["escape", "2"], more.state).state;
      expect(shown(left)).toContain("u  your note on A1, not sent: no, rows please");
      const used = after(["u", "h"], left);
      expect(shown(used.state)).toContain("Hint for TASK-003");
      const sent = after(["enter"], used.state);
      expect(sent.effects).toEqual([{ kind: "hint", task: "TASK-003", text: "no, rows please" }]);
      expect(shown(sent.state)).not.toContain("not sent");
      expect(unsent(left)).toEqual(["Not sent, your note on A1 (TASK-003): no, rows please"]);
      expect(unsent(sent.state)).toEqual([]);
    });

    it("offers the card that came in its place for it, and throws it away only when told to", () => {
      const typing = withLook(after(["r", ..."no"]).state, replaced);
      const kept = after(["escape"], typing).state;
      expect(shown(kept)).toContain("your note on A1, not sent: no");
      expect(after(["u", "r", "enter"], kept).effects).toEqual([{ kind: "reject", card: "A2", note: "no" }]);
      expect(unsent(after(["u", "x"], kept).state)).toEqual([]);
      expect(unsent(after(["u", "r", "escape"], kept).state)).toHaveLength(1);
    });

    it("keeps an answer in words, too, and what was refused once it was sent", () => {
      const typing = withLook(
        after(["j", "a", "w", ..."green"]).state,
        lookAt([...runFacts, QUESTION, closing("Q1", "answered", "blue")]),
      );
      expect(unsent(typing)).toEqual(["Not sent, your note on Q1 (TASK-002): green"]);
      const sent = after(["r", ..."no", "enter"]);
      const back = refused(sent.state, sent.effects[0]!, "A1 was approved by ada.");
      expect(shown(back)).toContain("A1 was approved by ada. Your note is kept: no");
      expect(after(["h", "enter"], back).effects).toEqual([{ kind: "hint", task: "TASK-003", text: "no" }]);
      const busy = refused(after(["s"], sent.state).state, sent.effects[0]!, "A1 was approved by ada.");
      expect(shown(busy)).toContain("Stop run-1?");
      expect(unsent(busy)).toHaveLength(1);
      const hint = refused(start(), { kind: "hint", task: "TASK-003", text: "look" }, "TASK-003 is done.");
      expect(unsent(hint)).toEqual(["Not sent, your hint (TASK-003): look"]);
    });
  });

  it("says of a key that is none that it does nothing", () => {
    const { state, effects } = after(["w"]);
    expect(effects).toEqual([]);
    expect(shown(state)).toContain("w does nothing here; ? shows the keys");
  });

  it("lists a receipt once that judged the branch and, the tree being the same, what landed", () => {
    const attempt = "run-1/TASK-001/1";
    const judged = (id: string): Fact => ({
      type: "gate.judged",
      attempt,
      session: "run-1",
      receipt: sampleReceipt(id, { phase: "pre" }),
    });
    const facts = [...runFacts, judged("again"), judged("other"), judged("again")];
    const seen = receiptsAt({ look: lookAt(facts), task: "TASK-001" }).map(({ receipt }) => receipt.id);
    expect(seen.filter((id) => id === "again")).toHaveLength(1);
    expect(seen.slice(0, 2)).toEqual(["again", "other"]);
  });

  it("shows everybody who asks, and answers from each of their tasks", () => {
    const shared = {
      ...QUESTION,
      decision: {
        ...QUESTION.decision,
        text: "Which colour?",
        askers: ["TASK-002", "TASK-006", "TASK-005", "TASK-007"].map((task) => ({ task, attempt: `run-1/${task}/1` })),
      },
    };
    const state = start(lookAt([...runFacts, shared]));
    for (const size of [SIZE, { columns: 200, rows: 60 }]) {
      const text = shown(after(["g"], state, size).state, size);
      for (const id of ["TASK-002", "TASK-006", "TASK-005", "TASK-007"]) expect(text).toContain(id);
    }
    const other = after(["2", "/", ..."TASK-006", "enter"], state);
    expect(shown(other.state)).toMatch(/Card +Q1 Which colour\? \(also TASK-002 TASK-005 TASK-007\)/);
    expect(after(["a", "1"], other.state).effects).toEqual([{ kind: "answer", card: "Q1", text: "red" }]);
    expect(after(["1", "/", ..."TASK-006", "enter"], state).state.card).toBe("Q1");
  });

  it("says of a task that was put aside and has a card both, and how it goes on", () => {
    const put = [
      ...runFacts,
      { type: "attempt.ended" as const, attempt: "run-1/TASK-003/1", stage: "interrupted" as const, reason: "aside" },
      { type: "task.paused" as const, task: "TASK-003", reason: "ask Ada", by: "bob" },
    ];
    const text = shown(after(["2"], start(lookAt(put))).state, { columns: 80, rows: 40 });
    expect(text).toMatch(/> TASK-003 .* aside; A1 is open/);
    expect(text).toMatch(/Why +put aside by bob: ask Ada/);
    expect(text).toMatch(/To go on +p, or: conductor continue TASK-003/);
    expect(text).toContain("1 put aside");
  });

  it("cuts titles, and no id, no number and no state, down to forty columns", () => {
    const put = [
      ...runFacts,
      QUESTION,
      { type: "attempt.ended" as const, attempt: "run-1/TASK-003/1", stage: "interrupted" as const, reason: "aside" },
      { type: "task.paused" as const, task: "TASK-003", reason: null, by: "bob" },
    ];
    const at = (words: readonly string[], columns: number): readonly string[] => {
      const size = { columns, rows: 40 };
      return shown(after(words, start(lookAt(put)), size).state, size).split("\n");
    };
    for (const columns of [40, 50, 60, 80, 120]) {
      for (const words of [["1"], ["2"], ["6"]]) {
        const [, , far = "", tabs = ""] = at(words, columns);
        expect(far, `${columns} columns`).toMatch(
          /^1 of 7 landed( {2,3}(\d+ (at work|to go|stuck|put aside|failed or blocked|waits for you)|\$[\d.]+( of \$60\.00)?))* *$/,
        );
        for (const screen of SCREENS) expect(tabs).toContain(`${SCREENS.indexOf(screen) + 1}`);
      }
      const tasks = at(["2", "g"], columns);
      expect(tasks.find((text) => text.includes("TASK-002"))).toMatch(/waits for you: Q1/);
      expect(tasks.find((text) => text.includes("TASK-003"))).toMatch(/aside; A1 is open/);
      for (const text of at(["1"], columns).slice(4, 6))
        expect(text).toMatch(/^[> ] [AQ]1 .* \d+m( {2}frees +\d)? *(\|.*)?$/);
    }
  });

  it("never cuts what to type so that it goes on", () => {
    const gone = { ...runNow, tasks: TASKS, driven: false };
    const cut = buildLook(foldEvents(eventsOf(runFacts)), gone, { session: null, forecast: null });
    const free = runFacts.filter(({ type }) => type !== "decision.asked");
    const dead = buildLook(foldEvents(eventsOf(free)), gone, { session: null, forecast: null });
    for (const look of [cut, dead])
      for (const columns of [40, 60, 80, 200]) {
        const [command] = look.run!.status.next;
        const [, why = ""] = shown(start(look), { columns, rows: 24 }).split("\n");
        if (command !== undefined && command.length <= columns) expect(why).toContain(command);
      }
    expect(dead.run!.status.next).toEqual(["conductor resume"]);
  });

  it("tells of a task that waits what the card asks, and not its number as the reason", () => {
    const waits = {
      type: "attempt.stage" as const,
      attempt: "run-1/TASK-002/1",
      stage: "waiting-answer" as const,
      reason: "Q1",
    };
    const text = shown(after(["2", "g", "j"], start(lookAt([...runFacts, QUESTION, waits]))).state, {
      columns: 80,
      rows: 40,
    });
    expect(text).toMatch(/Card +Q1 Which colour/);
    expect(text).not.toMatch(/Why +Q1/);
    expect(text).toMatch(/Agent +claude, 1 try, cost not known yet/);
  });

  it("does nothing to a task that is not shown: on the costs no task and no card is meant", () => {
    const costs = after(["2", "g", "j", "6"]);
    expect(shown(costs.state).split("\n").at(-1)).not.toMatch(/answer|hint|aside/);
    expect(after(["a", "p", "h", "y", "enter"], after(["6"]).state).effects).toEqual([]);
    expect(after(["6", "2"], after(["2", "g", "j"]).state).state.task).toBe("TASK-002");
  });

  it("offers no key that does nothing: on an empty inbox, where no difference is, once nothing runs", () => {
    const over = lookAt([
      ...runFacts.filter(({ type }) => type !== "decision.asked"),
      { type: "session.ended", session: "run-1", status: "completed", reason: null, metrics: {} },
    ]);
    const last = (words: readonly string[], size = SIZE): string =>
      shown(after(words, start(over), size).state, size)
        .split("\n")
        .at(-1)!
        .trimEnd();
    expect(last(["1"])).toBe("? keys  q quit");
    expect(last(["4"])).not.toContain("hunk");
    expect(last(["2"])).toBe("j k move  Enter log  d diff  e gates  / filter  h hint  p aside  ? keys  q quit");
    expect(last(["2"], { columns: 60, rows: 16 })).toBe("j k move  Enter log  d diff  e gates  h hint  ? keys  q quit");
  });

  it("goes from hunk to hunk and from file to file of a difference, and colours what the counts say", () => {
    const open = withDiff(after(["d"]).state, "A1", { kind: "diff", title: "A1", files: 2, lines: DIFF, rest: null });
    const at = (...words: readonly string[]) => after(words, open, { columns: 80, rows: 10 }).state.scroll;
    expect([at("]"), at("]", "]"), at("]", "]", "["), at("}"), at("}", "}"), at("}", "}", "{")]).toEqual([
      4, 9, 4, 13, 13, 0,
    ]);
    expect(open.diff?.lines.lines.map(({ kind }) => kind)).toEqual([
      ...["file", "head", "head", "head", "hunk", "same", "removed", "removed", "added"],
      ...["hunk", "removed", "added", "head", "file", "hunk", "added"],
    ]);
    expect(after(["/", ..."three", "enter"], open).state.scroll).toBe(7);
  });

  it("follows a log, stays where it was scrolled to while more comes, and follows again", () => {
    const rows = (n: number) =>
      Array.from({ length: n }, (_, at) => ({
        at: "2026-11-20T21:50:00Z",
        who: "agent",
        text: `row ${at}`,
        tone: "plain" as const,
      }));
    const open = withLog(after(["2", "g", "j", "l"]).state, "TASK-002", { rows: rows(100), dropped: 0 });
    expect(shown(open)).toContain("row 99");
    const up = after(["pageup", "k"], open).state;
    expect(shown(up)).not.toContain("row 99");
    const first = /agent row (\d+)/.exec(shown(up))?.[1];
    const more = withLog(up, "TASK-002", { rows: rows(200).slice(20), dropped: 20 });
    expect(/agent row (\d+)/.exec(shown(more))?.[1]).toBe(first);
    expect(shown(after(["G"], more).state)).toContain("row 199");
    expect(shown(after(["g"], more).state)).toContain("agent row 20");
    expect(shown(after(["/", ..."row 77", "enter"], more).state)).toContain("agent row 77");
  });

  it("shows the receipts of a task, and of the newest why it is red", () => {
    const state = after(["2", "/", ..."TASK-004", "enter", "e"]).state;
    const text = shown(state, { columns: 80, rows: 40 });
    expect(text).toContain("31 of 33 passed");
    expect(text).toContain("2 tests failed");
    expect(after(["j"], state).state.receipt).toBe(1);
  });

  it("never breaks, and every screen is exactly as large as the window, with nothing a terminal acts on", () => {
    const keys = fc.constantFrom(
      ..."123456jkgGaydrslenu<>/[]{}.,? wtxNq1".split(""),
      ...["up", "down", "pageup", "pagedown", "home", "end", "enter", "escape", "tab", "backspace", "left", "right"],
    );
    const rows = [
      { at: "2026-11-20T21:50:00Z", who: "agent", text: `${EVIL} ${"long ".repeat(60)}`, tone: "plain" as const },
    ];
    fc.assert(
      fc.property(
        fc.array(keys, { maxLength: 25 }),
        fc.integer({ min: 1, max: 210 }),
        fc.integer({ min: 1, max: 65 }),
        fc.boolean(),
        (words, columns, height, drives) => {
          const size = { columns, rows: height };
          let state = start(LOOK, drives);
          for (const word of words) {
            state = press(state, keyOf(word), size).state;
            if (state.task !== null) state = withLog(state, state.task, { rows, dropped: 3 });
            if (state.about !== null)
              state = withDiff(state, state.about, { kind: "diff", title: EVIL, files: 2, lines: DIFF, rest: null });
          }
          const lines = drawMonitor(state, size);
          expect(lines.length).toBe(height);
          for (const one of lines) {
            expect(widthOf(textOf(one))).toBe(columns);
            expect(textOf(one)).not.toMatch(/[\p{Cc}\u202e]/u);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("shows that nothing has run yet, and takes every key", () => {
    const none = lookAt([]);
    for (const word of ["1", "2", "3", "4", "5", "6", "j", "a", "y", "r", "s", "/"])
      expect(shown(after([word], start(none)).state)).toContain("Nothing has run here yet");
  });
});
