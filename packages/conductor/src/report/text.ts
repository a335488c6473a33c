/** The report as plain text: first what needs the reader, then what there is, why to believe it, and the price. Pure. */
import { branchOf } from "../model/branch-of.ts";
import { cells, counted, cut, hanging, spread } from "./layout.ts";
import { planningWords } from "./planning-words.ts";
import type { Report } from "./report.ts";
import { amount, duration, moment, momentAfter, money, short } from "./times.ts";

export interface TextOptions {
  /** Cells of a line. */
  readonly width: number;
  /** IANA name of the time zone, e.g. "Europe/Vienna". */
  readonly zone: string;
}

/** Lines without line ends and without colour. Texts in the report must be sanitised already. */
export function reportText(report: Report, { width, zone }: TextOptions): readonly string[] {
  const sections: readonly (readonly string[])[] = [
    head(report, width, zone),
    forYou(report, width),
    takeIt(report, width),
    landed(report, "LANDED", width),
    landed(report, "LANDED BEFORE", width),
    proven(report, width),
    cost(report, width),
    [...last(report)],
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function head(report: Report, width: number, zone: string): readonly string[] {
  const { session, plan, counts } = report;
  const from = moment(session.startedAt, zone);
  const until =
    session.endedAt === null
      ? `, ${stateInWords(report)}`
      : ` to ${momentAfter(session.endedAt, session.startedAt, zone)}`;
  const name = plan === null ? session.id : `${session.id}  ${plan.id}`;
  return [
    ...spread(name, `${from}${until} (${duration(session.durationMs)})`, width),
    ...hanging("", summary(report), width),
    ...(counts.before > 0
      ? [`${counted(counts.before, "task")} ${counts.before === 1 ? "was" : "were"} done before this session.`]
      : []),
    ...hanging("", safety(report), width),
  ];
}

/** What it is doing now; waiting is never called running. */
export function stateInWords({ outcome, session }: Pick<Report, "outcome" | "session">): string {
  switch (outcome) {
    case "complete":
      return "finished";
    case "waiting":
      return "waits for you";
    case "working":
      return session.driven ? "running" : "not running";
    case "incomplete":
      return session.driven ? "nothing left that it can do" : "not running";
  }
}

/** The answer in a sentence or two. */
export function summary({ counts, session, requirements }: Report): string {
  const tasks = `${counts.landed} of ${counted(counts.total, "task")} landed on ${branchOf(session.integration)}.`;
  if (requirements === null || requirements.length === 0) return tasks;
  const proven = requirements.filter(({ state }) => state === "proven").length;
  return `${tasks} ${proven} of ${counted(requirements.length, "requirement is", "requirements are")} proven.`;
}

function safety({ session, git }: Report): string {
  const name = branchOf(session.target);
  const parts = [
    ...(git === null
      ? []
      : [
          git.target === session.targetCommit
            ? `${name} is still ${short(session.targetCommit)}`
            : `${name} is not where it was`,
        ]),
    "nothing was pushed",
    ...(git !== null && git.lost.length === 0 && git.landed.every(({ reachable }) => reachable)
      ? ["nothing was lost"]
      : []),
  ];
  const text = `${parts.join(", ")}.`;
  return git === null ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function forYou({ needs }: Report, width: number): readonly string[] {
  if (needs.length === 0) return ["FOR YOU", "  Nothing."];
  return [
    "FOR YOU",
    ...needs.flatMap((need, i) => {
      const lines = hanging(`${String(i + 1).padStart(3)}  `, need.text, width);
      const cure = need.cure === undefined ? [] : spread("", need.cure, width);
      if (need.command === null) return [...lines, ...cure];
      return [...lines.slice(0, -1), ...spread(lines.at(-1)!, need.command, width), ...cure];
    }),
  ];
}

/** How one gets what has landed, in this session and before, as long as the user's branch has not got it. */
function takeIt({ counts, tasks, groups, session, git }: Report, width: number): readonly string[] {
  if (tasks.every((task) => task.landed === null)) return [];
  if (git !== null && (git.standing === "taken" || (git.target !== null && git.target === git.integration))) return [];
  const branch = branchOf(session.integration);
  const from = counts.landed === 0 ? branchOf(session.target) : short(session.startCommit);
  const see = `git log --oneline ${from}..${branch}`;
  const some = groups.filter(({ landed }) => landed.length > 0);
  return [
    "TAKE IT",
    ...spread(`  see it     ${see}`, some.length === 0 ? "" : counted(some.length, "feature"), width),
    ...some.flatMap(({ id, title, landed, total }, at) => {
      const start = `${at === 0 ? "  by feature " : "             "}${id}  `;
      const note = `${landed.length} of ${total} landed`;
      return spread(start + cut(title, Math.max(4, width - cells(start) - cells(note) - 2)), note, width);
    }),
    ...some
      .filter(({ id, landed }) => landed.every((task) => task.startsWith(`${id}.`)))
      .slice(0, 1)
      .map(({ id }) => `             git log -p --grep 'Task: ${id}[.]' ${from}..${branch}`),
    `  take all   ${takeAll({ session, git })}`,
  ];
}

/** What brings all that has landed onto the user's branch. */
export const takeAll = ({ session, git }: Pick<Report, "session" | "git">): string =>
  `git merge ${git?.standing === "apart" ? "" : "--ff-only "}${branchOf(session.integration)}`;

function landed({ tasks, session }: Report, name: "LANDED" | "LANDED BEFORE", width: number): readonly string[] {
  const rows = tasks.filter(
    (task) => task.landed !== null && (task.landed.session === session.id) === (name === "LANDED"),
  );
  if (rows.length === 0) return [];
  return [
    name,
    ...rows.flatMap((task) => {
      const { commit, receipts } = task.landed!;
      const passed = receipts.filter(({ required, result }) => required && result === "pass").length;
      const required = receipts.filter((one) => one.required).length;
      const note = `${passed} of ${counted(required, "gate")}${task.reds > 0 ? ", after rework" : ""}  ${money(task.costUsd)}`;
      const start = `  ${short(commit)}  ${task.id}  `;
      return spread(start + cut(task.title, Math.max(4, width - cells(start) - cells(note) - 2)), note, width);
    }),
  ];
}

function proven(report: Report, width: number): readonly string[] {
  const row = (name: string, text: string) => hanging(`  ${name.padEnd(15)}`, text, width);
  return ["PROVEN", ...proofs(report).flatMap(([name, text]) => row(name, text))];
}

/** What there is to believe, each with a name. Shared by text and Markdown. */
export function proofs(report: Report): readonly (readonly [name: string, text: string])[] {
  const { requirements, tasks, tests, coverage, gates } = report;
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
  rows.push(["receipts", `${counted(commits.length, "commit")}, ${exact} with receipts for exactly their trees`]);
  if (tests.before !== null || tests.after !== null) {
    const skipped = tests.after === null || tests.after.skipped === 0 ? "" : `, ${tests.after.skipped} skipped`;
    rows.push(["tests", `${tests.before?.total ?? "unknown"} > ${tests.after?.total ?? "unknown"}${skipped}`]);
  }
  if (coverage.before !== null || coverage.after !== null)
    rows.push(["coverage", `${percent(coverage.before?.percent)} > ${percent(coverage.after?.percent)}`]);
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
  return rows;
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

/** One decimal, rounded down. */
const percent = (value: number | undefined): string =>
  value === undefined ? "unknown" : `${(Math.floor(value * 10 + 1e-9) / 10).toFixed(1)}%`;

function cost(report: Report, width: number): readonly string[] {
  return ["COST", ...prices(report).flatMap(([name, text]) => hanging(`  ${name.padEnd(15)}`, text, width))];
}

/** What it cost, each with a name. Shared by text and Markdown. */
export function prices({
  costs,
  planning,
  session,
  people,
  loops,
  salvage,
  gates,
  flow,
}: Report): readonly (readonly [string, string])[] {
  const of = session.budgetUsd === null ? "" : ` of ${money(session.budgetUsd)}`;
  const spent =
    costs.usd !== null
      ? `${money(costs.usd)}${of}${costs.usdPerLanded === null ? "" : `, ${money(costs.usdPerLanded)} per landed task`}`
      : `unknown${of}: ${money(costs.knownUsd)} known, ${counted(costs.unknown, "attempt")} without a price`;
  const cached = costs.cachedPercent === null ? "" : ` (${costs.cachedPercent}% cached)`;
  const silent = costs.attempts.length > 0 && costs.attempts.every(({ usage }) => usage === null);
  const rows: (readonly [string, string])[] = [
    ["money", `${spent}; paid by ${session.paidBy}`],
    ["tokens", silent ? "unknown" : `${amount(costs.inputTokens)} in${cached}, ${amount(costs.outputTokens)} out`],
  ];
  if (planning !== null) rows.splice(1, 0, ["planning", `${planningWords(planning)}; not in the money above`]);
  const { estimate, sinceImport, trend } = flow;
  if (estimate !== null)
    rows.push([
      "estimate",
      `${duration(estimate.saidMinutes * 60_000)} for ${counted(estimate.tasks, "landed task")}; agents took ${duration(estimate.tookMinutes * 60_000)}`,
    ]);
  const lost = [
    ...(people.waitedMs > 0 ? [`${duration(people.waitedMs)} waiting for people`] : []),
    ...(flow.limitedMs > 0 ? [`${duration(flow.limitedMs)} provider limit`] : []),
  ];
  if (lost.length > 0) rows.push(["time lost", lost.join(", ")]);
  if (flow.leadMs !== null)
    rows.push(["lead time", `${duration(flow.leadMs)} from the first try to the landing, the middle one`]);
  if (sinceImport !== null && sinceImport.added + sinceImport.split + sinceImport.dropped > 0)
    rows.push([
      "since import",
      `${sinceImport.planned} planned; ${sinceImport.added} added, ${sinceImport.split} split, ${sinceImport.dropped} dropped`,
    ]);
  if (trend.length > 1)
    rows.push([
      "trend",
      trend
        .map(
          (one) =>
            `${one.session} ${one.landed} landed${one.firstPassPercent === null ? "" : `, ${one.firstPassPercent}% first time`}${one.usdPerLanded === null ? "" : `, ${money(one.usdPerLanded)} each`}`,
        )
        .join("; "),
    ]);
  rows.push([
    "you",
    `${counted(people.handsOn, "intervention")}: ${counted(people.answers, "answer")}, ${counted(people.approved, "approval")}, ${counted(people.rejected, "rejection")}`,
  ]);
  rows.push([
    "agents",
    `${counted(loops.length, "loop")} caught${passedOn(loops)}, ${counted(gates.reworkRounds, "red round")}, ${counted(salvage.length, "tree")} in salvage`,
  ]);
  return rows;
}

function last({ outcome, counts, exit }: Report): readonly string[] {
  switch (outcome) {
    case "complete":
      return [counts.total === 0 ? "exit 0: there was nothing to do" : "exit 0: everything landed"];
    case "waiting":
      return [`exit ${exit}: only people can move it on, ${counted(counts.notLanded, "task")} not landed`];
    case "incomplete":
      return [`exit ${exit}: ${counted(counts.notLanded, "task")} not landed`];
    case "working":
      return [];
  }
}

/** How often another agent has taken a task over. */
function passedOn(loops: Report["loops"]): string {
  const count = loops.filter(({ rung }) => rung === "other-agent").length;
  return count === 0 ? "" : ` (${counted(count, "task")} taken over by another agent)`;
}
