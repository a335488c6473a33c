const UNITS = ["KB", "MB", "GB", "TB"] as const;

/** `3.1 GB`, `12 MB`, `0 KB`, as people say it; rounded up, so that nothing looks free that is not. */
export function inBytes(bytes: number): string {
  let count = bytes / 1024;
  let unit = 0;
  while (count >= 1024 && unit < UNITS.length - 1) {
    count /= 1024;
    unit += 1;
  }
  const whole = count >= 10 || unit === 0 ? Math.ceil(count) : Math.ceil(count * 10) / 10;
  return `${whole} ${UNITS[unit]}`;
}
