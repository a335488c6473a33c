import type { Task } from "@taskwerk/contract/task";
import type { Output } from "@taskwerk/terminal/output";
import { dim, type Part } from "@taskwerk/terminal/part";
import { calendarDate, relativeTime } from "@taskwerk/terminal/relative-time";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** A day as a person reads it, `Fri 27 Nov`, with the time where it is not the end of that day: local. */
export function dayText(moment: string, now: Date): string {
  const at = new Date(moment);
  const [hours, minutes] = [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0"));
  const time = ["23:59", "00:00"].includes(`${hours}:${minutes}`) ? "" : ` ${hours}:${minutes}`;
  return `${WEEKDAYS[at.getDay()]} ${calendarDate(at, now)}${time}`;
}

/** The same, and how far away it is where that is less than a week; where nobody looks the moment itself. */
export function timeText(output: Output, moment: string): string {
  if (!output.isTTY) return moment;
  const at = new Date(moment);
  const day = dayText(moment, output.now());
  const distance = relativeTime(at, output.now());
  return distance === calendarDate(at, output.now()) ? day : `${day} (${distance})`;
}

/** When it is due, as what was typed was understood; nothing where it is not. */
export const dueParts = ({ due_at }: Pick<Task, "due_at">, output: Output): readonly Part[] =>
  due_at === null || !output.isTTY ? [] : [dim(`  due ${dayText(due_at, output.now())}`)];

/** Moments that a line of the log tells of, as days: `TASK-003 due_at - -> Fri 27 Nov`. */
export const momentsAsDays = (line: string, now: Date): string =>
  /^\S+ (due_at|defer_until) /.test(line) ? line.replace(MOMENT, (moment) => dayText(moment, now)) : line;

const MOMENT = /(?<= )\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?= |$)/g;
