/** What a run has cost: money, time, and people. Pure. */
import { counted } from "../model/counted.ts";
import { planningWords } from "./planning-words.ts";
import type { Report } from "./report.ts";
import { amount, duration, money } from "./times.ts";
import { tokensOfBudget } from "./token-budget.ts";

/** What it cost, each with a name. */
export function prices({
  costs,
  planning,
  session,
  people,
  loops,
  salvage,
  interrupted,
  tasks,
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
    ["money", `${spent}${onWhatDidNotLand(tasks)}; paid by ${session.paidBy}`],
    [
      "tokens",
      [
        tokensOfBudget(costs, session.budgetTokens),
        silent ? "unknown" : `${amount(costs.inputTokens)} in${cached}, ${amount(costs.outputTokens)} out`,
      ]
        .filter(Boolean)
        .join(": "),
    ],
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
    [
      `${counted(people.handsOn, "intervention")}: ${counted(people.answers, "answer")}`,
      counted(people.approved, "approval"),
      counted(people.rejected, "rejection"),
      ...(people.hints === 0 ? [] : [counted(people.hints, "hint")]),
      ...(people.unblocked === 0 ? [] : [`${counted(people.unblocked, "task")} made free`]),
    ].join(", "),
  ]);
  rows.push([
    "agents",
    [
      `${counted(loops.length, "loop")} caught${passedOn(loops)}`,
      counted(gates.reworkRounds, "red round"),
      ...(interrupted === 0 ? [] : [`${counted(interrupted, "attempt")} cut off`]),
      `${counted(salvage.length, "tree")} in salvage`,
    ].join(", "),
  ]);
  return rows;
}

/** The task that cost most of those that have not landed. */
function onWhatDidNotLand(tasks: Report["tasks"]): string {
  const dear = tasks
    .filter(({ landed, costUsd }) => landed === null && costUsd !== null && costUsd > 0)
    .toSorted((a, b) => (b.costUsd ?? 0) - (a.costUsd ?? 0))[0];
  return dear === undefined ? "" : `, ${money(dear.costUsd)} on ${dear.id}, which has not landed`;
}

/** How often another agent has taken a task over. */
function passedOn(loops: Report["loops"]): string {
  const count = loops.filter(({ rung }) => rung === "other-agent").length;
  return count === 0 ? "" : ` (${counted(count, "task")} taken over by another agent)`;
}
