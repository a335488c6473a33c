/** The first lines: whether the run needs a person, how far it is, and which screens there are. Pure. */
import { fit, widthOf } from "@taskwerk/terminal/width";
import type { Mood } from "../../report/status.ts";
import { headline } from "../../report/status-text.ts";
import { money } from "../../report/times.ts";
import { tokensOfBudget } from "../../report/token-budget.ts";
import type { Size } from "../frame.ts";
import { type Line, line, type Piece, piece, type Tone, textOf, toWidth } from "../line.ts";
import { cardsOf, type MonitorState, SCREENS, type ScreenName } from "./state.ts";

const TONES: Readonly<Record<Mood, Tone>> = {
  running: "good",
  idle: "busy",
  waiting: "yours",
  paused: "yours",
  stopped: "bad",
  "not-running": "bad",
  finished: "good",
};

/** Three lines, four where there is room and something to be said of why it does not run. */
export function headOf(state: MonitorState, { columns, rows }: Size): readonly Line[] {
  const { look } = state;
  if (look.run === null)
    return [
      line("Nothing has run here yet", "bold"),
      line("This screen shows the next run as it begins.", "quiet"),
      tabsOf(state, columns),
    ];
  const { status } = look.run;
  const { run, needs, isNeeded, why: reason } = headline(status, { zone: state.zone, width: columns });
  const room = columns - widthOf(needs) - 2;
  const first: Line = [
    ...toWidth([piece(run, TONES[status.mood])], Math.max(10, room)),
    piece("  "),
    piece(needs, isNeeded ? "yours" : "quiet"),
  ];
  const why = status.mood === "running" ? null : whyLine(state, reason, columns);
  const far = progressOf(state, columns);
  const second = why === null ? [far] : rows >= 30 ? [why, far] : [why];
  return [first, ...second, tabsOf(state, columns)];
}

/** Why it does not simply run, and what to type so that it goes on, which is never cut; null where there is nothing to be said. */
function whyLine({ look }: MonitorState, why: string | null, columns: number): Line | null {
  const { next, mood } = look.run!.status;
  if (why === null && next.length === 0) return null;
  const tone = mood === "not-running" || mood === "stopped" ? "bad" : "yours";
  if (next.length === 0) return [piece(why ?? "", tone)];
  const all = next.join("   ");
  const typed = widthOf(all) + 3 + Math.min(widthOf(why ?? ""), 20) <= columns ? all : next[0]!;
  const said = why ?? "To go on:";
  const room = columns - widthOf(typed) - 3;
  return room < 4 ? [piece(typed)] : [piece(fit(said, room), why === null ? "plain" : tone), piece(`   ${typed}`)];
}

/** How far it is: in whole parts, in shorter words where that helps; the last parts go where nothing does. */
function progressOf({ look }: MonitorState, columns: number): Line {
  const { counts, costs, session, failed, working, aside } = look.run!.status;
  const put = aside.filter(({ settled }) => settled).length;
  const of = (word: keyof typeof counts.byState): number => counts.byState[word] ?? 0;
  const budget = session.budgetUsd === null ? "" : ` of ${money(session.budgetUsd)}`;
  const known = costs.usd === null ? `${money(costs.knownUsd)} known` : money(costs.usd);
  const tokens = tokensOfBudget(costs, session.budgetTokens);
  const part = (n: number, text: string, tone: Tone): readonly Piece[] =>
    n === 0 ? [] : [piece(`${n} ${text}`, tone)];
  const parts = (isShort: boolean): Line => [
    piece(`${counts.landed} of ${counts.total} landed`, counts.notLanded === 0 ? "good" : "plain"),
    ...part(working.length, "at work", "busy"),
    ...part(of("interrupted"), "interrupted", "bad"),
    ...part(of("waiting"), of("waiting") === 1 ? "waits for you" : "wait for you", "yours"),
    ...part(put, "put aside", "yours"),
    ...part(of("paused") - put, "paused", "yours"),
    ...part(failed.length, isShort ? "stuck" : "failed or blocked", "bad"),
    ...part(of("to-go"), "to go", "plain"),
    piece(isShort ? money(costs.knownUsd) : `${known}${budget}`, "quiet"),
    ...(isShort || tokens === "" ? [] : [piece(`${tokens} tokens`, "quiet")]),
  ];
  const joined = (some: Line, gap: string): Line => some.flatMap((one, at) => (at === 0 ? [one] : [piece(gap), one]));
  const fits = (some: Line): boolean => widthOf(textOf(some)) <= columns;
  const whole = joined(parts(false), "   ");
  if (fits(whole)) return whole;
  const some = [...parts(true)];
  while (some.length > 1 && !fits(joined(some, "  "))) some.pop();
  return joined(some, "  ");
}

const TABS: Readonly<Record<ScreenName, string>> = {
  inbox: "inbox",
  tasks: "tasks",
  log: "log",
  diff: "diff",
  gates: "gates",
  costs: "costs",
};

/** Where all names have no room, those of the screens that are not open are their numbers. */
function tabsOf(state: MonitorState, width: number): Line {
  const cards = cardsOf(state).length;
  const tabs = (isShort: boolean): Line =>
    SCREENS.map((screen, at) => {
      const count = screen === "inbox" && cards > 0 ? ` ${cards}` : "";
      const isOpen = screen === state.screen && state.mode.kind !== "help";
      const name = isShort && !isOpen && count === "" ? `${at + 1}` : `${at + 1} ${TABS[screen]}${count}`;
      return piece(isOpen ? `[${name}]` : ` ${name} `, isOpen ? "bold" : count === "" ? "quiet" : "yours");
    });
  const filter = state.filter.trim() === "" ? [] : [piece(` only "${state.filter.trim()}" `, "yours")];
  const whole = [...tabs(false), ...filter];
  const said = widthOf(textOf(whole)) <= width ? whole : [...tabs(true), ...filter];
  return [...said, piece(` ${"-".repeat(width)}`.slice(0, Math.max(0, width - widthOf(textOf(said)))), "quiet")];
}
