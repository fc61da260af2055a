import { assertEquals, assertThrows } from "@std/assert";
import { releaseTime } from "../../.github/release/release_time.ts";

const env = (value?: string) => ({ get: () => value });

Deno.test("everything in a release is of one time, which SOURCE_DATE_EPOCH can say", () => {
  assertEquals(releaseTime(env()).toISOString(), "1980-01-01T00:00:00.000Z");
  assertEquals(releaseTime(env("")).toISOString(), "1980-01-01T00:00:00.000Z");
  assertEquals(releaseTime(env("1796000000")).toISOString(), "2026-11-30T00:53:20.000Z");
});

for (const value of ["0", "-1", "1e9", "2026-11-30", " 1796000000", "99999999999"]) {
  Deno.test(`SOURCE_DATE_EPOCH=${value} is no time of a release`, () => {
    assertThrows(() => releaseTime(env(value)), Error, "SOURCE_DATE_EPOCH is no time since 1980");
  });
}
