/** Times, durations and money in words. Pure: the zone is handed in. */

/** "8h 29m", "4m", "12s"; seconds only below a minute; rounded down. */
export function duration(ms: number): string {
  const s = Math.floor(Math.max(0, ms) / 1000);
  if (s < 60) return `${s}s`;
  const [d, h, m] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (d > 0) return h === 0 ? `${d}d` : `${d}d ${h}h`;
  if (h > 0) return m === 0 ? `${h}h` : `${h}h ${m}m`;
  return `${m}m`;
}

/** "Fri 20 Nov 21:43" in the zone; the time itself when it is no time. */
export function moment(at: string, zone: string): string {
  const p = partsOf(at, zone);
  return p === null ? at : `${p.weekday} ${p.day} ${p.month} ${p.hour}:${p.minute}`;
}

/** Like `moment`; only the hour when `since` is of the same day. */
export function momentAfter(at: string, since: string, zone: string): string {
  const [p, q] = [partsOf(at, zone), partsOf(since, zone)];
  if (p === null || q === null) return at;
  const clock = `${p.hour}:${p.minute}`;
  if (p.year === q.year && p.month === q.month && p.day === q.day) return clock;
  return p.month === q.month && p.year === q.year && Number(p.day) - Number(q.day) === 1
    ? `${p.weekday} ${clock}`
    : moment(at, zone);
}

function partsOf(at: string, zone: string): Readonly<Record<string, string>> | null {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return null;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
}

/** "$1.02", rounded up to cents; "unknown" for null. */
export const money = (usd: number | null): string =>
  usd === null ? "unknown" : `$${(Math.max(0, Math.ceil(usd * 100 - 1e-6)) / 100).toFixed(2)}`;

/** "61.3M", "4.2k", "812", rounded up to one decimal. */
export function amount(n: number): string {
  const up = (by: number): string => (Math.ceil((n * 10) / by) / 10).toFixed(1).replace(/\.0$/, "");
  if (n >= 999_950) return `${up(1_000_000)}M`;
  return n >= 1000 ? `${up(1000)}k` : String(n);
}
