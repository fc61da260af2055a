import { assertEquals, assertMatch } from "@std/assert";
import { isRunning, processRealm } from "../../../lib/system/running.ts";

Deno.test("a process is there until it has ended, and no number is one that is none", async () => {
  assertEquals(isRunning(Deno.pid), true);
  for (const none of [0, -1, NaN, 1.5, 2 ** 31 - 1]) assertEquals(isRunning(none), false);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "await Deno.stdin.read(new Uint8Array(1))"],
    stdin: "piped",
    stdout: "null",
  }).spawn();
  assertEquals(isRunning(child.pid), true);
  await child.stdin.close();
  await child.status;
  assertEquals(isRunning(child.pid), false);
});

Deno.test("the word for our processes stays the same, and can be a part of a file's name", () => {
  assertMatch(processRealm(), /^[\w-]*\w[\w-]*$/);
  assertEquals(processRealm(), processRealm());
});
