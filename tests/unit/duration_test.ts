import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  expiryWords,
  formatDuration,
  formatEnd,
  formatLocalTime,
  parseDuration,
} from "../../lib/duration.ts";

const durations: Record<string, number | undefined> = {
  "900": 900,
  "0": 0,
  "12h": 43200,
  "12H": 43200,
  "1h30m": 5400,
  "1h 30m": 5400,
  "1h  30m": undefined,
  "90m": 5400,
  "45s": 45,
  "1d": 86400,
  "1d12h": 129600,
  " 15m ": 900,
  "": undefined,
  "  ": undefined,
  "h": undefined,
  "12 h": undefined,
  "1.5h": undefined,
  "-5m": undefined,
  "30m1h": undefined,
  "1h1h": undefined,
  "12hours": undefined,
  "1e3": undefined,
  "0x10": undefined,
  "12h\n1h": undefined,
  "9999999999": undefined,
};
for (const [text, seconds] of Object.entries(durations)) {
  Deno.test(`parseDuration() takes ${JSON.stringify(text)} for ${seconds}`, () => {
    assertEquals(parseDuration(text), seconds);
  });
}

const formatted: [seconds: number, text: string][] = [
  [-1, "0s"],
  [0, "0s"],
  [59, "59s"],
  [60, "1m"],
  [298, "4m 58s"],
  [599, "9m 59s"],
  [600, "10m"],
  [629, "10m"],
  [630, "11m"],
  [3599, "1h"],
  [3600, "1h"],
  [5400, "1h 30m"],
  [43199, "12h"],
  [43140, "11h 59m"],
  [129600, "36h"],
];
for (const [seconds, text] of formatted) {
  Deno.test(`formatDuration() writes ${seconds} as ${text}`, () => {
    assertEquals(formatDuration(seconds), text);
  });
}

Deno.test("parseDuration() reads what formatDuration() writes, to the second or the minute", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 200_000 }), (seconds) => {
    const read = parseDuration(formatDuration(seconds))!;
    if (seconds < 600) assertEquals(read, seconds);
    else assertEquals(read, Math.round(seconds / 60) * 60);
  }));
});

/** A person's clock. */
function clockAt(now: string, minutesAhead = 0) {
  return { now: () => new Date(now), minutesAhead: () => minutesAhead };
}

const times: [time: string, now: string, minutesAhead: number, text: string][] = [
  ["2026-03-04T23:04:59Z", "2026-03-04T11:00:00Z", 0, "23:04"],
  ["2026-03-05T00:00:00Z", "2026-03-04T23:59:59Z", 0, "Thu 00:00"],
  ["2026-03-03T23:59:00Z", "2026-03-04T00:00:00Z", 0, "Tue 23:59"],
  ["2026-03-10T09:12:00Z", "2026-03-04T11:00:00Z", 0, "Tue 09:12"],
  ["2026-03-11T09:12:00Z", "2026-03-04T11:00:00Z", 0, "2026-03-11 09:12"],
  ["2026-02-26T09:12:00Z", "2026-03-04T11:00:00Z", 0, "Thu 09:12"],
  ["2026-02-25T09:12:00Z", "2026-03-04T11:00:00Z", 0, "2026-02-25 09:12"],
  ["2026-03-04T23:04:00Z", "2026-03-04T22:00:00Z", 60, "Thu 00:04"],
  ["2026-03-04T23:04:00Z", "2026-03-04T20:00:00Z", -210, "19:34"],
];
for (const [time, now, minutesAhead, text] of times) {
  Deno.test(`formatLocalTime() shows ${time} at ${now}, ${minutesAhead} minutes ahead, as ${text}`, () => {
    assertEquals(formatLocalTime(new Date(time), clockAt(now, minutesAhead)), text);
  });
}

Deno.test("formatEnd() says in how long and at what time", () => {
  const clock = clockAt("2026-03-04T11:05:00Z");
  assertEquals(formatEnd(new Date("2026-03-04T23:04:00Z"), clock), "in 11h 59m, at 23:04");
  assertEquals(formatEnd(new Date("2026-03-05T01:05:00Z"), clock), "in 14h, Thu 01:05");
  assertEquals(
    expiryWords(new Date("2026-03-04T23:04:00Z"), clock),
    "expires in 11h 59m, at 23:04",
  );
  assertEquals(expiryWords(undefined, clock), "no known end");
});
