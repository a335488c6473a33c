import { WerkError } from "@taskwerk/contract/errors";

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
const WORKDAY_MINUTES = 480;

/** `90s`, `15m`, `1h30m`, `2d` in whole seconds. Throws VALIDATION_FAILED naming the flag. */
export function secondsOf(text: string, flag: string): number {
  return Math.round(partsOf(text, flag).reduce((sum, { count, unit }) => sum + count * SECONDS[unit], 0));
}

/** A length of work in minutes: `45m`, `4h`, `1h30m`, and `2d` with 8 hours a day. */
export function workMinutesOf(text: string, flag: string): number {
  const minutes = partsOf(text, flag).reduce((sum, { count, unit }) => {
    if (unit === "d") return sum + count * WORKDAY_MINUTES;
    return sum + (unit === "w" ? count * 5 * WORKDAY_MINUTES : (count * SECONDS[unit]) / 60);
  }, 0);
  return Math.round(minutes);
}

interface TimePart {
  readonly count: number;
  readonly unit: keyof typeof SECONDS;
}

function partsOf(text: string, flag: string): readonly TimePart[] {
  const given = text.trim().toLowerCase();
  if (!/^(\d{1,6}(\.\d{1,3})?[smhdw]\s*)+$/.test(given)) {
    throw new WerkError("VALIDATION_FAILED", `${flag}: "${text}" is not a length of time.`, {
      hint: "For example:  90s, 15m, 4h, 1h30m, 2d",
      field: flag.replace(/^-+/, ""),
      given: text,
    });
  }
  return Array.from(given.matchAll(/([\d.]+)([smhdw])/g), ([, count, unit]) => ({
    count: Number(count),
    unit: unit as TimePart["unit"],
  }));
}
