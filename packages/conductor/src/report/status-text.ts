/** The status as plain text. Its first line answers whether it runs and whether it needs a person. Pure. */
import { branchOf } from "../model/branch-of.ts";
import type { RunState } from "../model/state.ts";
import type { Card } from "./inbox.ts";
import { counted, cut, hanging, pad, spread } from "./layout.ts";
import type { Status, WorkingTask } from "./status.ts";
import type { TaskReport } from "./task-report.ts";
import type { TextOptions } from "./text.ts";
import { duration, momentAfter, money, short } from "./times.ts";

/** What is said where nothing has ever run. `plans`: those that were made here. */
export function nothingRan(plans: RunState["plans"]): readonly string[] {
  const last = [...plans.values()].at(-1);
  if (last === undefined) return ["Nothing has run here yet.", "", "Next   conductor run PRD.md"];
  return last.status === "imported"
    ? [`Nothing has run here yet; ${last.id} is imported.`, "", "Next   conductor run --auto --budget 5"]
    : [`Nothing has run here yet; ${last.id} is planned, not imported.`, "", `Next   conductor plan import ${last.id}`];
}

/** Lines without colour. Texts must be sanitised already. */
export function statusText(status: Status, layout: TextOptions): readonly string[] {
  const { width } = layout;
  const sections = [
    head(status, layout),
    progress(status, layout),
    section(
      "RUNNING",
      "",
      status.working.map((one) => workingLine(one, width)),
      width,
    ),
    section(
      "WAIT FOR YOU",
      "conductor inbox",
      status.cards.map((one) => cardLine(one, width)),
      width,
    ),
    section(
      "FAILED",
      "",
      status.failed.flatMap((one) => failedLines(one, width)),
      width,
    ),
    section("NOT BEGUN", "", heldLines(status.held, width), width),
    section(
      "LANDED LAST",
      "",
      status.landedLast.map((one) => landedLine(one, status.now, width)),
      width,
    ),
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

/** What the first line says: which run and what it does now, and whether anything needs a person. */
export function headline(
  status: Status,
  layout: Pick<TextOptions, "zone">,
): { readonly run: string; readonly needs: string } {
  const { session, plan, cards } = status;
  // The zone is dear to find out, so that it is asked for where a time is shown and nowhere else.
  const at = (time: string): string => momentAfter(time, session.startedAt, layout.zone);
  const { mood } = status;
  let more = "";
  if (mood === "running" && session.until !== null) more = `, stops at ${at(session.until)}`;
  else if (mood === "stopped" && session.endedAt !== null) more = ` at ${at(session.endedAt)}`;
  else if (mood === "not-running" && status.heardAt !== null) more = `: last heard of at ${at(status.heardAt)}`;
  const needs = cards.length === 0 ? "nothing needs you" : `${counted(cards.length, "card needs", "cards need")} you`;
  const name = plan === null ? session.id : `${session.id}  ${plan.id}`;
  return { run: `${name}   ${moodInWords(status, layout.zone)}${more}`, needs };
}

function head(status: Status, layout: TextOptions): readonly string[] {
  const { session } = status;
  const { width } = layout;
  const { run, needs } = headline(status, layout);
  return [
    ...spread(run, needs, width),
    ...whyAndNext(status, width),
    ...(status.mood === "paused" && status.pausedUntil !== null ? [OVER_ALREADY] : []),
    ...hanging(
      "",
      `${branchOf(session.target)}@${short(session.targetCommit)} > ${branchOf(session.integration)}   nothing pushed   sandbox ${session.sandbox}`,
      width,
    ),
  ];
}

/** The limit may have been raised, or another subscription taken, meanwhile. */
const OVER_ALREADY = "Over already? conductor continue --account";

/** Why it does not go on, and what to type: in one line where that fits. A command is never broken. */
function whyAndNext({ mood, why: reason, next, counts }: Status, width: number): readonly string[] {
  const open = counts.byState.interrupted ?? 0;
  const why =
    mood === "not-running" && open > 0
      ? `${reason}; ${counted(open, "clone")} with work in the middle ${open === 1 ? "is" : "are"} kept`
      : reason;
  if (next.length === 0) return why === null ? [] : hanging("", why, width);
  const said = why === null ? "To go on:" : mood === "waiting" ? `${why}, then:` : `${why}.`;
  const [only = ""] = next;
  if (next.length === 1 && said.length + only.length < width) return [`${said} ${only}`];
  return [...hanging("", said, width), ...next.map((command) => `  ${command}`)];
}

function progress(status: Status, layout: TextOptions): readonly string[] {
  const { width } = layout;
  const { counts, costs, session, requirements, tests, coverage, atTheEnd } = status;
  const of = (word: keyof typeof counts.byState): number => counts.byState[word] ?? 0;
  const bad = of("failed") + of("blocked") + of("no-change");
  const parts = [
    `${counts.landed} landed`,
    ...part(of("working"), session.driven ? "at work" : "interrupted"),
    ...part(of("interrupted"), "interrupted"),
    ...part(of("waiting"), of("waiting") === 1 ? "waits for you" : "wait for you"),
    ...part(of("paused"), "paused"),
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
  return [
    `  ${bar(counts.landed, counts.total)}  ${counts.landed} of ${counts.total} landed`,
    ...hanging("  ", parts.join("   "), width),
    ...spread(`  Spent    ${spent}${end}`, `paid by ${session.paidBy}`, width),
    ...timeLines(status, layout),
    ...(proven.length === 0 ? [] : hanging("  Proven   ", proven.join("   "), width)),
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
  return start + pad(title, Math.max(8, width - start.length - right.length - 2)) + (right === "" ? "" : `  ${right}`);
}

function workingLine({ task, title, agent, tries, stage, sinceMs, gates }: WorkingTask, width: number): string {
  const at = gates === null ? stage : `gates ${gates.passed} of ${gates.of}`;
  return line(task, title, `${cut(agent, 16)}  try ${tries}  ${at.padEnd(12)} ${duration(sinceMs).padStart(6)}`, width);
}

const cardLine = ({ id, task, text, ageMs, frees }: Card, width: number): string =>
  line(`${id}  ${task}`, text, `${duration(ageMs)}   frees ${frees.length}`, width);

function failedLines(
  { id, title, state, reason, tries, attempts, behind, cure }: TaskReport,
  width: number,
): readonly string[] {
  const why = tries === 0 ? state : `${state}, ${counted(tries, "try", "tries")}`;
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

const heldLines = (tasks: readonly TaskReport[], width: number): readonly string[] => [
  ...tasks
    .slice(0, HELD_SHOWN)
    .flatMap(({ id, title, held }) => [line(id, title, "", width), ...hanging("            ", held ?? "", width)]),
  ...(tasks.length > HELD_SHOWN ? [`  and ${tasks.length - HELD_SHOWN} more: conductor status --json`] : []),
];

function landedLine({ id, title, landed, costUsd }: TaskReport, now: string, width: number): string {
  const { commit, receipts, at } = landed!;
  const ago = `${duration(Date.parse(now) - Date.parse(at))} ago`;
  const required = receipts.filter((one) => one.required);
  const passed = required.filter(({ result }) => result === "pass").length;
  return line(
    `${short(commit)}  ${id}`,
    title,
    `${ago}  ${passed} of ${counted(required.length, "gate")}  ${money(costUsd)}`,
    width,
  );
}
