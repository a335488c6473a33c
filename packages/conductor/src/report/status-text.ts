/** The status as plain text. Its first line answers whether it runs and whether it needs a person. Pure. */
import { branchOf } from "../model/branch-of.ts";
import { counted } from "../model/counted.ts";
import { FIRST_RUN } from "../model/first-run.ts";
import { short } from "../model/short.ts";
import type { RunState } from "../model/state.ts";
import { heldInWords } from "./claimed.ts";
import type { Card } from "./inbox.ts";
import { asideInWords, cardLine } from "./inbox-text.ts";
import { cells, cut, hanging, inParts, pad, spread, wrap } from "./layout.ts";
import type { AsideTask, Status, WorkingTask } from "./status.ts";
import type { TaskReport } from "./task-report.ts";
import type { TextOptions } from "./text.ts";
import { duration, momentAfter, money } from "./times.ts";
import { tokensOfBudget } from "./token-budget.ts";

/** What is said where nothing has ever run. `plans`: those that were made here; `toDo`: how many tasks there are beside them. */
export function nothingRan(plans: RunState["plans"], toDo: number): readonly string[] {
  const last = [...plans.values()].at(-1);
  if (last === undefined)
    return toDo === 0
      ? ["Nothing has run here yet.", "", "Next   conductor run PRD.md"]
      : [`Nothing has run here yet; ${counted(toDo, "task")} to do.`, "", `Next   ${FIRST_RUN}`];
  return last.status === "imported"
    ? [`Nothing has run here yet; ${last.id} is imported.`, "", `Next   ${FIRST_RUN}`]
    : [`Nothing has run here yet; ${last.id} is planned, not imported.`, "", `Next   conductor plan import ${last.id}`];
}

/** Lines without colour. */
export function statusText(status: Status, layout: TextOptions): readonly string[] {
  const { width } = layout;
  const sections = [
    head(status, layout),
    progress(status, layout),
    section("RUNNING", "", workingLines(status.working, width), width),
    section("WAIT FOR YOU", "conductor inbox", cardLines(status.cards, width), width),
    section(
      "PUT ASIDE",
      "",
      status.aside.flatMap((one) => asideLines(one, width)),
      width,
    ),
    section(
      "FAILED",
      "",
      status.failed.flatMap((one) => failedLines(one, width)),
      width,
    ),
    section("NOT BEGUN", "", heldLines(status, layout), width),
    section("LANDED LAST", "", landedLines(status.landedLast, status.now, width), width),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i < 1 ? lines : ["", ...lines]));
}

/** The first line's middle: what it does now. */
export function moodInWords(
  { mood, session, counts, pausedUntil, now }: Pick<Status, "mood" | "session" | "counts" | "pausedUntil" | "now">,
  zone: string,
): string {
  switch (mood) {
    case "running":
      return `running ${duration(session.durationMs)}`;
    case "idle":
      return "between two tasks";
    case "waiting":
      return "WAITS FOR YOU";
    case "paused":
      return pausedUntil === null
        ? "PAUSED"
        : `PAUSED by the provider until ${momentAfter(pausedUntil, now, zone)} (in ${duration(Date.parse(pausedUntil) - Date.parse(now))})`;
    case "stopped":
      return "STOPPED";
    case "not-running":
      return "NOT RUNNING";
    case "finished":
      return counts.notLanded === 0 ? "finished" : `finished, ${counted(counts.notLanded, "task")} not landed`;
  }
}

/** What the first line says: which run and what it does now, with why where that has room, and whether anything needs a person. */
export function headline(
  status: Status,
  { zone, width }: TextOptions,
): { readonly run: string; readonly needs: string; readonly isNeeded: boolean; readonly why: string | null } {
  const { session, plan, mood } = status;
  // The zone is dear to find out, so that it is asked for where a time is shown and nowhere else.
  const at = (time: string): string => momentAfter(time, session.startedAt, zone);
  let more = "";
  if (mood === "running" && session.until !== null) more = `, stops at ${at(session.until)}`;
  else if (mood === "stopped" && session.endedAt !== null) more = ` at ${at(session.endedAt)}`;
  else if (mood === "not-running" && status.heardAt !== null) more = `: last heard of at ${at(status.heardAt)}`;
  const { needs, isNeeded } = needsInWords(status);
  const name = plan === null ? session.id : `${session.id}  ${plan.id}`;
  const run = `${name}   ${moodInWords(status, zone)}${more}`;
  const why = whyInWords(status);
  if (mood !== "stopped" || why === null) return { run, needs, isNeeded, why };
  // What stands behind the first clause is the newest of it, and has a line of its own.
  const [first = "", ...rest] = why.split("; ");
  const whole = `${run}: ${first}`;
  return cells(whole) + cells(needs) + 2 > width
    ? { run, needs, isNeeded, why }
    : { run: whole, needs, isNeeded, why: rest.length === 0 ? null : rest.join("; ") };
}

/** Cards first; then what failed, which asks nothing and yet does not go on by itself; then a run that nobody drives. */
function needsInWords({ cards, failed, aside, mood, next, counts }: Status): {
  readonly needs: string;
  readonly isNeeded: boolean;
} {
  const needed = (needs: string) => ({ needs, isNeeded: true });
  if (cards.length > 0) return needed(`${counted(cards.length, "card needs", "cards need")} you`);
  if (failed.length > 0) {
    const word = failed.every(({ state }) => state === "failed")
      ? "failed"
      : failed.every(({ state }) => state === "blocked")
        ? "blocked"
        : "stuck";
    return needed(`${counted(failed.length, `${word} task needs`, `${word} tasks need`)} you`);
  }
  const isDown = mood === "stopped" || mood === "not-running";
  if (isDown && counts.notLanded > 0 && next.length > 0) return needed("it goes on when you say so");
  if (mood === "finished" && aside.length > 0)
    return needed(`${counted(aside.length, "task is", "tasks are")} put aside`);
  return { needs: "nothing needs you", isNeeded: false };
}

function whyInWords({ mood, why, counts }: Status): string | null {
  const open = counts.byState.interrupted ?? 0;
  return mood === "not-running" && open > 0
    ? `${why}; ${counted(open, "clone")} with work in the middle ${open === 1 ? "is" : "are"} kept`
    : why;
}

function head(status: Status, layout: TextOptions): readonly string[] {
  const { session } = status;
  const { width } = layout;
  const { run, needs, why } = headline(status, layout);
  const runLines = wrap(run, width);
  return [
    ...runLines.slice(0, -1),
    ...spread(runLines.at(-1) ?? "", needs, width),
    ...whyAndNext(status, why, width),
    ...(status.mood === "paused" && status.pausedUntil !== null ? [OVER_ALREADY] : []),
    ...inParts(
      "",
      [
        `${branchOf(session.target)}@${short(session.targetCommit)} > ${branchOf(session.integration)}`,
        "nothing pushed",
        `sandbox ${session.sandbox}`,
      ],
      width,
    ),
  ];
}

/** The limit may have been raised, or another subscription taken, meanwhile. */
const OVER_ALREADY = "Over already? conductor continue --account";

/** Why it does not go on, and what to type: in one line where that fits. A command is never broken. */
function whyAndNext({ mood, next }: Status, why: string | null, width: number): readonly string[] {
  if (next.length === 0) return why === null ? [] : hanging("", why, width);
  const then = next.some((command) => command.startsWith("conductor unblock ")) ? "Fix what failed, then:" : null;
  const said = why === null ? (then ?? "To go on:") : mood === "waiting" ? `${why}, then:` : `${why}.`;
  const whole = why === null || then === null || mood === "waiting" ? said : `${said} ${then}`;
  const [only = ""] = next;
  if (next.length === 1 && cells(whole) + cells(only) < width) return [`${cut(whole, width)} ${only}`];
  return [...hanging("", whole, width), ...next.map((command) => `  ${command}`)];
}

function progress(status: Status, layout: TextOptions): readonly string[] {
  const { width } = layout;
  const { counts, costs, session, requirements, tests, coverage, atTheEnd } = status;
  const of = (word: keyof typeof counts.byState): number => counts.byState[word] ?? 0;
  const bad = of("failed") + of("blocked") + of("no-change");
  const aside = status.aside.filter(({ settled }) => settled).length;
  const parts = [
    `${counts.landed} landed`,
    ...part(of("working"), session.driven ? "at work" : "interrupted"),
    ...part(of("interrupted"), "interrupted"),
    ...part(of("waiting"), of("waiting") === 1 ? "waits for you" : "wait for you"),
    ...part(aside, "put aside"),
    ...part(of("paused") - aside, "paused"),
    ...part(bad, "failed or blocked"),
    ...part(of("skipped"), "skipped"),
    ...part(status.behind, bad === 1 ? "behind it" : "behind them"),
    ...part(of("to-go") - status.behind, "to go"),
    ...part(counts.before, "done before"),
  ];
  const proven = [
    ...(requirements === null ? [] : [`${requirements.proven} of ${counted(requirements.total, "requirement")}`]),
    ...(tests.after === null
      ? []
      : [
          `tests ${tests.after.total}${tests.before === null ? "" : ` (${signed(tests.after.total - tests.before.total, 0)})`}`,
        ]),
    ...(coverage.after === null
      ? []
      : [
          `coverage ${(Math.floor(coverage.after.percent * 10 + 1e-9) / 10).toFixed(1)}%${coverage.before === null ? "" : ` (${signed(Math.floor((coverage.after.percent - coverage.before.percent) * 10 + 1e-9) / 10, 1)})`}`,
        ]),
  ];
  const budget = session.budgetUsd === null ? "" : ` of ${money(session.budgetUsd)}`;
  const end = atTheEnd?.usd ? `, ${dollars(atTheEnd.usd)} at the end` : "";
  const spent =
    costs.usd === null ? `unknown${budget} (${money(costs.knownUsd)} known)` : `${money(costs.usd)}${budget}`;
  const tokens = tokensOfBudget(costs, session.budgetTokens);
  return [
    `  ${bar(counts.landed, counts.total)}  ${counts.landed} of ${counts.total} landed`,
    ...inParts("  ", parts, width),
    ...spread(`  Spent    ${spent}${end}`, `paid by ${session.paidBy}`, width),
    ...(tokens === "" ? [] : [`  Tokens   ${tokens}`]),
    ...timeLines(status, layout),
    ...(proven.length === 0 ? [] : inParts("  Proven   ", proven, width)),
  ];
}

/** When it ends, against the time that it was given. */
function timeLines({ atTheEnd, session, now }: Status, layout: TextOptions): readonly string[] {
  const endsAt = atTheEnd?.endsAt ?? null;
  if (endsAt === null) return [];
  const at = (when: string): string => momentAfter(when, now, layout.zone);
  const held =
    session.until === null
      ? ""
      : atTheEnd?.late
        ? `: not all of it by ${at(session.until)}`
        : `, before ${at(session.until)}`;
  return hanging("  Time     ", `ends about ${at(endsAt)}${held}`, layout.width);
}

/** `$48-57`; below ten dollars with cents. */
function dollars({ least, most }: { readonly least: number; readonly most: number }): string {
  const text = (usd: number): string => (least < 10 ? money(usd).slice(1) : String(Math.ceil(usd)));
  return text(least) === text(most) ? `about $${text(least)}` : `$${text(least)}-${text(most)}`;
}

const signed = (n: number, digits: number): string => `${n < 0 ? "-" : "+"}${Math.abs(n).toFixed(digits)}`;

const part = (n: number, words: string): readonly string[] => (n === 0 ? [] : [`${n} ${words}`]);

/** Twenty cells; full only when everything is. */
export function bar(done: number, total: number): string {
  const full = total === 0 ? 0 : Math.floor((done * 20) / total);
  return `[${"#".repeat(full)}${".".repeat(20 - full)}]`;
}

const section = (name: string, right: string, lines: readonly string[], width: number): readonly string[] =>
  lines.length === 0 ? [] : [...spread(name, right, width), ...lines];

function line(id: string, title: string, right: string, width: number): string {
  const start = `  ${id}  `;
  const room = Math.max(8, width - cells(start) - cells(right) - 2);
  return right === "" ? start + cut(title, room) : `${start}${pad(title, room)}  ${right}`;
}

/** What stands on the right of several lines, in columns: to the right side of its own, but for those named. */
function inColumns(
  rows: readonly (readonly string[])[],
  between: string,
  toLeft: readonly number[] = [],
): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => cells(row[at] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const room = " ".repeat(Math.max(0, (widths[at] ?? 0) - cells(cell)));
        return toLeft.includes(at) ? cell + room : room + cell;
      })
      .join(between),
  );
}

function workingLines(working: readonly WorkingTask[], width: number): readonly string[] {
  const rights = inColumns(
    working.map(({ agent, tries, stage, sinceMs, gates }) => [
      cut(agent, 16),
      `try ${tries}`,
      (gates === null ? stage : `gates ${gates.passed} of ${gates.of}`).padEnd(12),
      duration(sinceMs).padStart(6),
    ]),
    "  ",
    [0, 2],
  );
  const ids = Math.max(0, ...working.map(({ task }) => cells(task)));
  return working.map(({ task, title }, at) => line(pad(task, ids), title, rights[at] ?? "", width));
}

/** Everybody who asks stands on the line where there is room for it, and the others below. */
function cardLines(cards: readonly Card[], width: number): readonly string[] {
  const fits = ({ tasks }: Card): number => {
    const most = Math.max(width / 3, cells(tasks[0] ?? ""));
    return tasks.filter((_, at) => cells(tasks.slice(0, at + 1).join(" ")) <= most).length;
  };
  const rows = cards.map((card) => ({
    card,
    asks: card.tasks.slice(0, fits(card)),
    more: card.tasks.slice(fits(card)),
  }));
  const [ids, asked, ages] = [
    Math.max(0, ...cards.map(({ id }) => id.length)),
    Math.max(0, ...rows.map(({ asks }) => cells(asks.join(" ")))),
    Math.max(0, ...cards.map(({ ageMs }) => duration(ageMs).length)),
  ];
  const below = " ".repeat(ids + 4);
  return rows.flatMap(({ card, asks, more }) => [
    line(
      `${card.id.padEnd(ids)}  ${pad(asks.join(" "), asked)}`,
      cardLine(card),
      `${duration(card.ageMs).padStart(ages)}   frees ${card.frees.length}`,
      width,
    ),
    ...(more.length === 0 ? [] : hanging(`${below}also `, more.join(" "), width)),
    ...card.aside.flatMap((one) => hanging(below, asideInWords(one), width)),
  ]);
}

/** An answer frees nothing of it: both that it was put aside and that a card is open are said. */
function asideLines({ task, title, why, settled, cards }: AsideTask, width: number): readonly string[] {
  const open = cards.length === 0 ? "" : `; ${cards.join(", ")} ${cards.length === 1 ? "is" : "are"} open, too`;
  return [
    line(task, title, "", width),
    ...hanging("            ", `${why}${settled ? "" : ", when its turn has ended"}${open}`, width),
    `            conductor continue ${task}`,
  ];
}

function failedLines(
  { id, title, state, reason, tries, attempts, behind, cure }: TaskReport,
  width: number,
): readonly string[] {
  const word =
    ({ "no-change": "nothing was changed", "to-go": "parked" } as Partial<Record<typeof state, string>>)[state] ??
    state;
  const why = tries === 0 ? word : `${word}, ${counted(tries, "try", "tries")}`;
  const commands = [...(attempts === 0 ? [] : [`conductor why ${id}`]), ...(cure === null ? [] : [cure])];
  return [
    line(id, title, why, width),
    ...(reason === null ? [] : hanging("            ", reason, width)),
    ...(behind.length === 0
      ? []
      : hanging("            ", `${behind.join(" ")} ${behind.length === 1 ? "waits" : "wait"} behind it`, width)),
    ...(commands.length === 0 ? [] : [`            ${commands.join("     ")}`]),
  ];
}

const HELD_SHOWN = 5;

const heldLines = ({ held: tasks, now }: Status, layout: TextOptions): readonly string[] => [
  ...tasks
    .slice(0, HELD_SHOWN)
    .flatMap((task) => [
      line(task.id, task.title, "", layout.width),
      ...hanging("            ", heldInWords(task, now, layout) ?? "", layout.width),
    ]),
  ...(tasks.length > HELD_SHOWN ? [`  and ${tasks.length - HELD_SHOWN} more: conductor status --json`] : []),
];

/** Below so many cells only the column that is the proof stays beside a title. */
const NARROW = 60;

function landedLines(tasks: readonly TaskReport[], now: string, width: number): readonly string[] {
  const rights = inColumns(
    tasks.map(({ landed, costUsd }) => {
      const required = landed!.receipts.filter((one) => one.required);
      const passed = required.filter(({ result }) => result === "pass").length;
      const gates = `${passed} of ${counted(required.length, "gate")}`;
      return width < NARROW
        ? [gates]
        : [`${duration(Date.parse(now) - Date.parse(landed!.at))} ago`, gates, money(costUsd)];
    }),
    "  ",
  );
  const ids = Math.max(0, ...tasks.map(({ id }) => cells(id)));
  return tasks.map(({ id, title, landed }, at) =>
    line(`${short(landed!.commit)}  ${pad(id, ids)}`, title, rights[at] ?? "", width),
  );
}
