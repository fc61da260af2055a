/**
 * Durations and times as people write and read them.
 *
 * @module
 */

import type { Clock } from "./context.ts";

const secondsPerUnit: Readonly<Record<string, number>> = { d: 86400, h: 3600, m: 60, s: 1 };

/**
 * Parses a duration such as `900`, `12h`, `1h30m`, `1h 30m`, `90m`, `45s` or `1d` into seconds.
 *
 * @returns `undefined` if the text is not one of these
 */
export function parseDuration(text: string): number | undefined {
  const value = text.trim().toLowerCase().replaceAll(/([dhms]) (?=\d)/g, "$1");
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
 * Formats a duration in its two largest units: `12h`, `11h 59m`, `4m 58s`. From ten minutes on it is
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
  return parts.filter((part) => part !== "").join(" ") || "0s";
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const dayMilliseconds = 86_400_000;

/**
 * Formats a time as the person's clock and calendar show it: `23:04` today, `Sun 09:12` within six
 * days, else `2026-12-24 09:12`.
 */
export function formatLocalTime(time: Date, clock: Pick<Clock, "now" | "minutesAhead">): string {
  const there = atPersons(time, clock);
  const now = atPersons(clock.now(), clock);
  const distance = Math.abs(dayOf(there) - dayOf(now));
  const text = there.toISOString();
  const minutes = text.slice(11, 16);
  if (distance === 0) return minutes;
  return `${distance < 7 ? days[there.getUTCDay()] : text.slice(0, 10)} ${minutes}`;
}

/** Formats when a session ends: `in 11h 59m, at 23:04`, or `in 14h, Sun 09:12`. */
export function formatEnd(time: Date, clock: Pick<Clock, "now" | "minutesAhead">): string {
  const seconds = Math.floor((time.getTime() - clock.now().getTime()) / 1000);
  const at = formatLocalTime(time, clock);
  return `in ${formatDuration(seconds)}, ${/^\d\d:/.test(at) ? `at ${at}` : at}`;
}

/** Says how long a session lasts, the same way everywhere: `expires in 11h 59m, at 23:04`. */
export function expiryWords(
  time: Date | undefined,
  clock: Pick<Clock, "now" | "minutesAhead">,
): string {
  return time === undefined ? "no known end" : `expires ${formatEnd(time, clock)}`;
}

/** Returns a date whose UTC is the time on the person's clock. */
function atPersons(time: Date, clock: Pick<Clock, "minutesAhead">): Date {
  return new Date(time.getTime() + clock.minutesAhead(time) * 60_000);
}

function dayOf(date: Date): number {
  return Math.floor(date.getTime() / dayMilliseconds);
}
