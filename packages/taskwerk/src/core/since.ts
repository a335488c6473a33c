import { parseMoment } from "./dates.ts";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** The moment that `2h`, `3d` (ago) or a date as it is typed means, RFC 3339 in UTC. Throws INVALID_DATE. */
export function parseSince(text: string, now: Date): string {
  const ago = /^-?(\d{1,5})\s*([mhdw])$/i.exec(text.trim());
  if (!ago) return parseMoment(text, now, "start", "since");
  const unit = UNIT_MS[ago[2]!.toLowerCase() as keyof typeof UNIT_MS];
  return new Date(Math.max(0, now.getTime() - Number(ago[1]) * unit)).toISOString();
}
