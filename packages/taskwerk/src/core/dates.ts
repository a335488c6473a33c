import { WerkError } from "@taskwerk/contract/errors";

/** Which end of a day a date without a time means. */
export type DayEdge = "start" | "end";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const LATEST = Date.UTC(9999, 11, 31);

/**
 * A moment as it is typed, as RFC 3339 in UTC: `2027-03-01`, `2027-03-01 14:30`, a full ISO time, `+2d`, `+3h`, `now`, `today`,
 * `yesterday`, `tomorrow 9am`, `fri`, `eom`, `in 3 days`. Local time where no zone is given. Throws INVALID_DATE.
 */
export function parseMoment(text: string, now: Date, edge: DayEdge, field: string): string {
  const word = text.trim().toLowerCase();
  const moment = read(word, now, edge);
  if (moment && moment.getTime() >= 0 && moment.getTime() <= LATEST) return moment.toISOString();
  throw new WerkError(
    "INVALID_DATE",
    `${field.replace(/_(at|until)$/, "")}: "${text}" is no date that is understood.`,
    {
      hint: `${nextHint(word, now)}For instance  2027-03-01, 2027-03-01T14:30, +2d, tomorrow 9am, fri, eom`,
      field,
      given: text,
    },
  );
}

/** The same where only what is to come makes sense: `3d` and `3 days` are ahead there. */
export const parseAhead = (text: string, now: Date, edge: DayEdge, field: string): string =>
  parseMoment(LENGTH.test(text.trim()) ? `in ${text.trim()}` : text, now, edge, field);

const LENGTH = /^\d{1,5} ?(m|h|d|w|minutes?|hours?|days?|weeks?)$/i;

/** "next friday" is this week's to some and next week's to others. */
function nextHint(word: string, now: Date): string {
  const [, day = ""] = /^next (\S+)$/.exec(word) ?? [];
  return dayOf(day, now) === null ? "" : `The coming one is just:  ${day}\n`;
}

function read(text: string, now: Date, edge: DayEdge): Date | null {
  if (text === "now") return now;
  const ahead = /^(?:\+|in )(\d{1,5}) ?(m|h|d|w|minutes?|hours?|days?|weeks?)$/.exec(text);
  if (ahead) return new Date(now.getTime() + Number(ahead[1]) * UNIT_MS[ahead[2]![0] as keyof typeof UNIT_MS]);
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[t ](.+))?$/.exec(text);
  if (iso) return readIso(iso, text, edge);
  const [word = "", ...rest] = text.split(/\s+/);
  const day = dayOf(word, now);
  return day && at(day, rest.join(" "), edge);
}

function readIso([, year, month, day, time]: RegExpExecArray, text: string, edge: DayEdge): Date | null {
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  // Of a year below 100 JavaScript makes one of the last century.
  if (date.getFullYear() !== Number(year)) return null;
  if (date.getMonth() !== Number(month) - 1 || date.getDate() !== Number(day)) return null;
  if (time === undefined) return at(date, "", edge);
  if (/^\d{1,2}:\d{2}$/.test(time)) return at(date, time, edge);
  if (!/^\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(z|[+-]\d{2}:?\d{2})?$/.test(time)) return null;
  const moment = new Date(text.replace(" ", "t").toUpperCase());
  return Number.isNaN(moment.getTime()) ? null : moment;
}

function dayOf(word: string, now: Date): Date | null {
  const day = (plus: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + plus);
  if (word === "today") return day(0);
  if (word === "yesterday") return day(-1);
  if (word === "tomorrow") return day(1);
  if (word === "eow") return day((7 - now.getDay()) % 7);
  if (word === "eom") return new Date(now.getFullYear(), now.getMonth() + 1, 0);
  const weekday = DAYS.findIndex(
    (name) => word === name || (word.length > 3 && `${name}`.startsWith(word.slice(0, 3)) && /day$/.test(word)),
  );
  return weekday < 0 ? null : day((weekday - now.getDay() + 7) % 7 || 7);
}

function at(day: Date, time: string, edge: DayEdge): Date | null {
  const moment = new Date(day);
  if (time === "") {
    if (edge === "end") moment.setHours(23, 59, 59, 999);
    return moment;
  }
  const match = /^(\d{1,2})(?::(\d{2}))?\s*(am|pm)?$/.exec(time);
  if (!match || (match[2] === undefined && match[3] === undefined)) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2] ?? 0)];
  if (minute > 59 || hour > (match[3] ? 12 : 23) || (match[3] && hour === 0)) return null;
  moment.setHours(match[3] ? (hour % 12) + (match[3] === "pm" ? 12 : 0) : hour, minute, 0, 0);
  return moment;
}
