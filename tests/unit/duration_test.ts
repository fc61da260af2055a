import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../lib/duration.ts";

const durations: Record<string, number | undefined> = {
  "900": 900,
  "0": 0,
  "12h": 43200,
  "12H": 43200,
  "1h30m": 5400,
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
  [298, "4m58s"],
  [599, "9m59s"],
  [600, "10m"],
  [629, "10m"],
  [630, "11m"],
  [3599, "1h"],
  [3600, "1h"],
  [5400, "1h30m"],
  [43199, "12h"],
  [43140, "11h59m"],
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
