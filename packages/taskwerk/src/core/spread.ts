import type { Spread } from "@taskwerk/contract/search";

/** The middle and the ninth tenth of lengths in milliseconds; null for none. */
export function spreadOf(lengths: readonly number[]): Spread | null {
  if (lengths.length === 0) return null;
  const sorted = [...lengths].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
  const minutes = (ms: number): number => Math.round(ms / 60_000);
  return { count: sorted.length, median_minutes: minutes(at(0.5)), p90_minutes: minutes(at(0.9)) };
}

/** How many of these moments lie in each of the last `weeks` weeks, the oldest first; a week begins on Monday, local time. */
export function perWeek(
  moments: readonly string[],
  now: Date,
  weeks: number,
): readonly { readonly from: string; readonly done: number }[] {
  const monday = (back: number): Date =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - ((now.getDay() + 6) % 7) - back * 7);
  const times = moments.map((moment) => Date.parse(moment));
  return Array.from({ length: weeks }, (_, at) => {
    const [from, to] = [monday(weeks - 1 - at).getTime(), monday(weeks - 2 - at).getTime()];
    return { from: new Date(from).toISOString(), done: times.filter((time) => time >= from && time < to).length };
  });
}
