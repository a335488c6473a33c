const MINUTE = 60_000;

/**
 * How long it is from one moment to a later one, as a person says it: `14m`, `2h 5m`, `3 days`; less than a minute is `under
 * a minute`. The moment itself belongs into an error's details.
 */
export function timeLeft(from: string | Date, to: string): string {
  const minutes = Math.floor((Date.parse(to) - new Date(from).getTime()) / MINUTE);
  if (minutes < 1) return "under a minute";
  if (minutes < 60) return `${minutes}m`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) return rest === 0 ? `${hours}h` : `${hours}h ${rest}m`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 day" : `${days} days`;
}
