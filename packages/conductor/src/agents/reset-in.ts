/** Until when a limit lasts, as Claude Code says it in words. Pure. */

const MINUTE = 60_000;
const DAY = 24 * 60;
/** So many minutes ago it may have been over by a clock that goes otherwise. */
const JUST_OVER = 2;

/**
 * RFC 3339. `usage limit reached|1735689600`: seconds since 1970. `resets 3am (Europe/Berlin)`, `resets at 15:30 (UTC)`: the next such
 * time there; where no place is named, its own clock is the one of this machine. Null where no time is said, a day is named, or that
 * time was a moment ago: it is not tomorrow's that is meant.
 */
export function resetIn(words: string, now: Date): string | null {
  const seconds = /limit[^|\n]*\|(\d{10})\b/i.exec(words)?.[1];
  if (seconds !== undefined) return new Date(Number(seconds) * 1000).toISOString();
  const [, hour, minute = "00", half = "", zone] =
    /\bresets?(?: at)? (\d{1,2})(?::(\d\d))?\s?(am|pm)?\b(?:\s*\(([\w+/-]+)\))?/i.exec(words) ?? [];
  if (hour === undefined || (half === "" && !/\bresets?(?: at)? \d{1,2}:\d\d/i.test(words))) return null;
  const wanted = (half === "" ? Number(hour) : (Number(hour) % 12) + (/pm/i.test(half) ? 12 : 0)) * 60 + Number(minute);
  const clock = clockIn(zone);
  if (clock === null) return null;
  const next = (Math.floor(now.getTime() / MINUTE) + 1) * MINUTE;
  // Minute by minute, so that a clock that is put forward or back on the way is right, too.
  for (let i = -JUST_OVER; i <= DAY + 120; i += 1) {
    const at = new Date(next + i * MINUTE);
    const [h = "", m = ""] = clock.format(at).split(":");
    if (Number(h) * 60 + Number(m) === wanted) return i < 0 ? null : at.toISOString();
  }
  return null;
}

/** Null for a place that nobody knows. */
function clockIn(timeZone: string | undefined): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  } catch {
    return null;
  }
}
