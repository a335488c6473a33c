const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/**
 * A moment as a person says it: `4m`, `2h`, `3 days` ago, `in 4m`, `in 3 days` ahead; a week away and more is a date in
 * local time, with the year when it is another one. Days ahead are counted by the local calendar: on Sunday, what is due on
 * Wednesday is in 3 days, at whatever hour. What is no date is `unknown`.
 */
export function relativeTime(moment: string | Date, now: Date): string {
  const at = typeof moment === "string" ? new Date(moment) : moment;
  const distance = at.getTime() - now.getTime();
  if (Number.isNaN(distance)) return "unknown";
  const length = Math.abs(distance);
  if (length >= 7 * DAY) return calendarDate(at, now);
  if (length < MINUTE) return "now";
  if (distance < 0) return spanOf(length);
  return `in ${length < DAY ? spanOf(length) : daysText(calendarDays(now, at))}`;
}

const midnight = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
const calendarDays = (from: Date, to: Date): number => (midnight(to) - midnight(from)) / DAY;

function spanOf(length: number): string {
  if (length < HOUR) return `${Math.floor(length / MINUTE)}m`;
  if (length < DAY) return `${Math.floor(length / HOUR)}h`;
  return daysText(Math.floor(length / DAY));
}

const daysText = (days: number): string => (days === 1 ? "1 day" : `${days} days`);

/** `9 Nov`, or `9 Nov 2025` when that is not this year; local time. */
export function calendarDate(at: Date, now: Date): string {
  const date = `${at.getDate()} ${MONTHS[at.getMonth()]}`;
  return at.getFullYear() === now.getFullYear() ? date : `${date} ${at.getFullYear()}`;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** A day as a person reads it, `Fri 27 Nov`, with the time where it is not the end of that day: local. */
export function dayText(moment: string, now: Date): string {
  const at = new Date(moment);
  const [hours, minutes] = [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0"));
  const time = ["23:59", "00:00"].includes(`${hours}:${minutes}`) ? "" : ` ${hours}:${minutes}`;
  return `${WEEKDAYS[at.getDay()]} ${calendarDate(at, now)}${time}`;
}

/** `1h 10m`, `45m`, `2d 3h`: a length of work in minutes, a day having 24 hours. */
export function minutesText(minutes: number): string {
  const whole = Math.floor(minutes);
  if (whole < 60) return `${whole}m`;
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)}h` : `${Math.floor(whole / 60)}h ${rest}m`;
}
