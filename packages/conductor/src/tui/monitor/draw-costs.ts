/** What the run has cost, what is left, what it will come to, and which tasks were dear. Pure. */
import { forecastText } from "../../report/forecast-text.ts";
import { planningWords } from "../../report/planning-words.ts";
import { amount, money } from "../../report/times.ts";
import { tokensOfBudget } from "../../report/token-budget.ts";
import { column, EMPTY, type Line, line, piece, type Tone, wrapped } from "../line.ts";
import { type MonitorState, shownTasks } from "./state.ts";

export function drawCosts(state: MonitorState, width: number): readonly Line[] {
  const { run } = state.look;
  if (run === null) return [line("Nothing has been spent.", "quiet")];
  const { session, costs, planning } = run.report;
  const said = (label: string, text: string, tone: Tone = "plain"): readonly Line[] =>
    wrapped([piece(label.padEnd(10), "quiet")], text, width, tone);
  const left = session.budgetUsd === null ? null : Math.max(0, session.budgetUsd - costs.knownUsd);
  const spent = costs.usd === null ? `unknown; ${money(costs.knownUsd)} of it is known` : money(costs.usd);
  const cached = costs.cachedPercent === null ? "" : ` (${costs.cachedPercent}% cached)`;
  return [
    ...said("Spent", spent),
    ...said(
      "Left",
      session.budgetUsd === null
        ? "no limit in money"
        : `${leftOf(left!, costs.usd === null)} of ${money(session.budgetUsd)}`,
      left !== null && session.budgetUsd !== null && left < session.budgetUsd * 0.2 ? "yours" : "plain",
    ),
    ...said(
      "Per task",
      costs.usdPerLanded === null ? "unknown yet" : `${money(costs.usdPerLanded)} for each that landed`,
    ),
    ...said(
      "Tokens",
      [
        tokensOfBudget(costs, session.budgetTokens),
        `${amount(costs.inputTokens)} in${cached}, ${amount(costs.outputTokens)} out`,
      ]
        .filter(Boolean)
        .join(": "),
    ),
    ...(planning === null ? [] : said("Planning", `${planningWords(planning)}; not in what is spent`)),
    ...said("Paid by", session.paidBy),
    ...forecastLines(state, width),
    EMPTY,
    ...perTask(state, width),
  ];
}

/** Rounded down: what is left is never said to be more than it is. */
const leftOf = (usd: number, atMost: boolean): string =>
  `${atMost ? "at most " : ""}$${(Math.floor(usd * 100 + 1e-6) / 100).toFixed(2)}`;

function forecastLines({ look, zone }: MonitorState, width: number): readonly Line[] {
  const { forecast, report } = look.run!;
  const lead = [piece("Forecast  ", "quiet")];
  if (forecast === null) return wrapped(lead, "unknown: taskwerk could not be asked", width, "quiet");
  if (forecast.tasks === 0) return wrapped(lead, "nothing is left that could be done now", width);
  const { until, budgetUsd } = report.session;
  return forecastText(forecast, { now: look.now, zone, until, budgetUsd }).flatMap((text, at) =>
    wrapped(at === 0 ? lead : [piece(" ".repeat(10))], text, width, at === 0 ? "plain" : "yours"),
  );
}

/** The dearest first; those that nobody worked on are left out. */
function perTask(state: MonitorState, width: number): readonly Line[] {
  const { attempts } = state.look.run!.report.costs;
  const tokens = new Map<string, { input: number; output: number; usd: number | null; known: boolean }>();
  for (const { task, usage } of attempts) {
    const sum = tokens.get(task) ?? { input: 0, output: 0, usd: 0, known: true };
    const usd = usage?.usd ?? null;
    tokens.set(task, {
      input: sum.input + (usage === null ? 0 : usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens),
      output: sum.output + (usage?.outputTokens ?? 0),
      usd: (sum.usd ?? 0) + (usd ?? 0),
      known: sum.known && usd !== null,
    });
  }
  const rows = shownTasks(state)
    .flatMap((task) => {
      const sum = tokens.get(task.id);
      return sum === undefined ? [] : [{ task, sum }];
    })
    .toSorted((a, b) => (b.sum.usd ?? 0) - (a.sum.usd ?? 0));
  if (rows.length === 0) return [line("No agent has worked yet.", "quiet")];
  const room = Math.max(8, width - 12 - 8 - 9 - 9 - 10);
  const cells = (id: string, title: string, tries: string, input: string, output: string, usd: string): string =>
    `${column(id, 11)} ${column(title, room)} ${tries.padStart(6)} ${input.padStart(8)} ${output.padStart(8)} ${usd.padStart(9)}`;
  return [
    line(cells("TASK", "TITLE", "TRIES", "IN", "OUT", "COST"), "quiet"),
    ...rows.map(({ task: { id, title, tries }, sum }) =>
      line(
        cells(id, title, String(tries), amount(sum.input), amount(sum.output), sum.known ? money(sum.usd) : "unknown"),
      ),
    ),
  ];
}
