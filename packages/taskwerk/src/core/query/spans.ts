import { parseMoment } from "../dates.ts";

/** From a moment to a moment, both RFC 3339. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** Which way a bare length such as `7d` points: a due date lies ahead, a change behind. */
export type Direction = "ahead" | "back";

const LENGTH = /^([+-]?)(\d{1,5})(m|h|d|w)$/;
const MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * What a date means as a stretch of time: a day from its first to its last millisecond, local time; a time of day its
 * minute; `90m`, `4h` that moment; `7d`, `2w` the whole day that lies so far off. Throws INVALID_DATE.
 */
export function spanOf(text: string, now: Date, direction: Direction, field: string): Span {
  const word = text.trim().toLowerCase();
  const length = LENGTH.exec(word);
  if (length) return spanAway(length, now, direction);
  const from = parseMoment(word, now, "start", field);
  const to = parseMoment(word, now, "end", field);
  if (from !== to || !/(?:^|[t ])\d{1,2}(?::\d{2})?(?:[ap]m)?$/.test(word)) return { from, to };
  return { from, to: new Date(Date.parse(to) + 59_999).toISOString() };
}

function spanAway([, sign, count, unit]: RegExpExecArray, now: Date, direction: Direction): Span {
  const back = sign === "-" || (sign === "" && direction === "back");
  const distance = Number(count) * (back ? -1 : 1);
  if (unit === "m" || unit === "h") {
    const moment = new Date(now.getTime() + distance * MS[unit]).toISOString();
    return { from: moment, to: moment };
  }
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + distance * (unit === "w" ? 7 : 1));
  const last = new Date(day);
  last.setHours(23, 59, 59, 999);
  return { from: day.toISOString(), to: last.toISOString() };
}

const WORK_MINUTES = { m: 1, h: 60, d: 8 * 60, w: 5 * 8 * 60 } as const;

/** A length of work in minutes: `45m`, `4h`, `2d` (8 hours a day), `1w` (5 days), `1h30m`; null for none. */
export function workMinutes(text: string): number | null {
  const word = text.trim().toLowerCase();
  if (/^\d{1,9}$/.test(word)) return Number(word);
  if (word.length > 40 || !/^(?:\d{1,6}(?:\.\d{1,3})?[mhdw])+$/.test(word)) return null;
  return Array.from(word.matchAll(/([\d.]+)([mhdw])/g)).reduce(
    (sum, [, count, unit]) => sum + Number(count) * WORK_MINUTES[unit as keyof typeof WORK_MINUTES],
    0,
  );
}
