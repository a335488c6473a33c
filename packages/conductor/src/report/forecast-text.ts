/** A forecast in words. Pure. */
import { counted } from "../model/counted.ts";
import type { Forecast } from "./forecast.ts";
import { duration, momentAfter, money } from "./times.ts";

/** One sentence for each line. `now`: RFC 3339. `until`, `budgetUsd`: what it is held against. */
export function forecastText(
  {
    tasks,
    from,
    landedBefore,
    agentsMs,
    gatesMs,
    totalMs,
    endsAt,
    endsEarly,
    endsLate,
    usd,
    usdRange,
    late,
    dear,
  }: Forecast,
  {
    now,
    zone,
    until,
    budgetUsd,
  }: {
    readonly now: string;
    readonly zone: string;
    readonly until: string | null;
    readonly budgetUsd: number | null;
  },
): readonly string[] {
  if (tasks === 0) return ["nothing is there to be done yet"];
  const at = (moment: string): string => momentAfter(moment, now, zone);
  const cost = usd === null ? "cost unknown" : `for ${usdText(usd, usdRange)}`;
  const all = counted(tasks, "task");
  const basis = {
    history: `from ${counted(landedBefore, "task")} landed here`,
    estimates: "no history yet: rough, by the plan's estimates",
    nothing: "no history yet, and no estimates",
  }[from];
  const time =
    totalMs === null || agentsMs === null || endsAt === null
      ? "time unknown"
      : `agents ${duration(agentsMs)}, gates ${duration(gatesMs)}, side by side ${duration(totalMs)}: done ${
          endsEarly === null || endsLate === null || at(endsEarly) === at(endsLate)
            ? `about ${at(endsAt)}`
            : `between ${at(endsEarly)} and ${at(endsLate)}`
        }`;
  return [
    `${all}: ${time}, ${cost} (${basis})`,
    ...(late ? [`not all of it by ${momentAfter(until!, now, zone)}`] : []),
    ...(dear ? [`${money(budgetUsd)} may be used up before the last of it`] : []),
  ];
}

/** `about $6.00`, or `$4.50-9.00` where that is a range. */
function usdText(usd: number, range: Forecast["usdRange"]): string {
  if (range === null || money(range.least) === money(range.most)) return `about ${money(usd)}`;
  return `${money(range.least)}-${money(range.most).slice(1)}`;
}
