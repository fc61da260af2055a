/**
 * Durations as people write and read them.
 *
 * @module
 */

const secondsPerUnit: Readonly<Record<string, number>> = { d: 86400, h: 3600, m: 60, s: 1 };

/**
 * Parses a duration such as `900`, `12h`, `1h30m`, `90m`, `45s` or `1d` into seconds.
 *
 * @returns `undefined` if the text is not one of these
 */
export function parseDuration(text: string): number | undefined {
  const value = text.trim().toLowerCase();
  if (/^\d{1,9}$/.test(value)) return Number(value);
  if (!/^(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?$/.test(value) || value === "") {
    return undefined;
  }
  let seconds = 0;
  for (const [, count, unit] of value.matchAll(/(\d+)([dhms])/g)) {
    seconds += Number(count) * (secondsPerUnit[unit!] ?? 0);
  }
  return seconds;
}

/**
 * Formats a duration in its two largest units: `12h`, `11h59m`, `4m58s`. From ten minutes on it is
 * rounded to minutes.
 */
export function formatDuration(seconds: number): string {
  const rounded = seconds >= 600 ? Math.round(seconds / 60) * 60 : Math.max(0, Math.floor(seconds));
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded % 3600) / 60);
  const rest = rounded % 60;
  const parts = [
    hours > 0 ? `${hours}h` : "",
    minutes > 0 ? `${minutes}m` : "",
    hours === 0 && rest > 0 ? `${rest}s` : "",
  ];
  return parts.join("") || "0s";
}
