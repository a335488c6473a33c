const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 480, w: 2400 };

/** Minutes of `90`, `4h`, `1.5 days`, `4 hours`; a day has 8 hours. `unit` is that of a bare number. Null for anything else. */
export function minutesIn(text: string, unit: "m" | "h"): number | null {
  const found = /^(\d{1,9}(?:\.\d{1,4})?)\s*(m|min|mins|minutes?|h|hours?|hrs?|d|days?|w|weeks?)?$/i.exec(text.trim());
  if (!found) return null;
  return Math.round(Number(found[1]) * MINUTES[(found[2] ?? unit)[0]!.toLowerCase()]!);
}
