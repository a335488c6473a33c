/** Why what a report says is to be believed. Pure. */
import { counted } from "../model/counted.ts";
import { someOf } from "../model/some-of.ts";
import type { Report } from "./report.ts";

/** What there is to believe, each with a name. */
export function proofs(report: Report): readonly (readonly [name: string, text: string])[] {
  const { requirements, tasks, tests, coverage, gates, git } = report;
  const rows: (readonly [string, string])[] = [];
  if (requirements !== null) {
    const count = (state: string): number => requirements.filter((one) => one.state === state).length;
    rows.push([
      "requirements",
      `${count("proven")} proven, ${count("built")} built but unproven, ${count("not-built")} not built, of ${requirements.length}`,
    ]);
  }
  const commits = tasks.flatMap((task) => (task.landed === null ? [] : [task.landed]));
  const exact = commits.filter(({ receipts, unfounded }) => receipts.length > 0 && unfounded.length === 0).length;
  rows.push([
    "receipts",
    `${counted(commits.length, "landed commit")}, ${exact} with receipts for exactly their trees`,
  ]);
  rows.push(...testRows(tests));
  const tried = tasks.flatMap(({ landed, newTests }) => (landed === null || newTests === null ? [] : [newTests]));
  if (tried.length > 0) rows.push(["new tests", newTestsInWords(tried)]);
  if (coverage.before !== null || coverage.after !== null)
    rows.push([
      "coverage",
      `${percent(coverage.before?.percent)} > ${percent(coverage.after?.percent)}${changedInWords(coverage)}`,
    ]);
  const notRun = gates.notRun === 0 ? "" : `, ${gates.notRun} not run`;
  rows.push(["gates", `${counted(gates.runs, "run")}, ${gates.red} red${notRun}`]);
  const settled = conflictsInWords(tasks);
  if (settled !== "") rows.push(["conflicts", settled]);
  if (gates.firstPassPercent !== null) {
    rows.push([
      "first time",
      `green ${gates.firstTimeGreen} of ${gates.firstTimeGreen + gates.afterRework} (${gates.firstPassPercent}%), after rework ${gates.afterRework}`,
    ]);
  }
  if (git?.made !== undefined)
    rows.push([
      "nothing lost",
      `${counted(git.made.all, "tree")} made, ${git.made.kept} reachable: conductor audit work`,
    ]);
  return rows;
}

/** The counts at both ends and what was lost between them, as far as it is known; then what that is, by name. */
function testRows({
  before,
  after,
  removed,
  skipped,
  weakened,
}: Report["tests"]): readonly (readonly [string, string])[] {
  const parts = [
    `${before?.total ?? "unknown"} > ${after?.total ?? "unknown"}`,
    ...(removed === null ? [] : [`${noneOr(removed.length)} removed`]),
    ...(after === null ? [] : [skippedInWords(after.skipped, skipped)]),
    ...(weakened === null
      ? []
      : [weakened.length === 0 ? "none weakened" : `${counted(weakened.length, "weakening")}`]),
  ];
  const named = { removed, "newly skipped": skipped, weakened };
  return [
    ...(before === null && after === null ? [] : [["tests", parts.join(", ")] as const]),
    ...Object.entries(named).flatMap(([name, some]) =>
      some === null || some.length === 0 ? [] : [[name, someOf(some, MOST_NAMED)] as const],
    ),
  ];
}

/** So many are named. */
const MOST_NAMED = 5;

const noneOr = (count: number): string => (count === 0 ? "none" : String(count));

/** `2 skipped (1 of them ran before)`. What is named is not counted away: where gates counted fewer, the names count. */
function skippedInWords(bySum: number, names: readonly string[] | null): string {
  const skipped = Math.max(bySum, names?.length ?? 0);
  const before = skipped === 0 || names === null ? "" : ` (${noneOr(names.length)} of them ran before)`;
  return `${noneOr(skipped)} skipped${before}`;
}

/** `131 of 133 in 27 tasks fail on the old code, 2 do not`. */
function newTestsInWords(tried: readonly NonNullable<Report["tasks"][number]["newTests"]>[]): string {
  const of = tried.reduce((sum, one) => sum + one.of, 0);
  const idle = tried.reduce((sum, one) => sum + one.idle, 0);
  const rest = idle === 0 ? "" : `, ${idle} ${idle === 1 ? "does" : "do"} not`;
  return `${of - idle} of ${of} in ${counted(tried.length, "task")} fail on the old code${rest}`;
}

/** `2 met: 1 settled by new lockfiles, 1 given back to an agent`; nothing where there was none. */
function conflictsInWords(tasks: Report["tasks"]): string {
  const met = tasks.flatMap(({ conflicts }) => conflicts).filter(({ outcome }) => outcome !== "passed");
  const words = {
    lockfiles: "by new lockfiles",
    recorded: "as before",
    agent: "by an agent",
    person: "left to a person",
  };
  const parts = (Object.keys(words) as (keyof typeof words)[]).flatMap((rung) => {
    const count = met.filter((one) => one.rung === rung).length;
    return count === 0 ? [] : [`${count} ${words[rung]}`];
  });
  return parts.length === 0 ? "" : `${met.length} met: ${parts.join(", ")}`;
}

/** `, changed lines 91.0% (182 of 200)`; nothing where no gate measured them. */
function changedInWords({ changedLines }: Report["coverage"]): string {
  if (changedLines === null) return "";
  const { total, covered } = changedLines;
  return `, changed lines ${percent((covered * 100) / total)} (${covered} of ${total})`;
}

/** One decimal, rounded down. */
const percent = (value: number | undefined): string =>
  value === undefined ? "unknown" : `${(Math.floor(value * 10 + 1e-9) / 10).toFixed(1)}%`;
