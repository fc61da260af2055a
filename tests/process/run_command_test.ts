import { assertEquals, assertRejects } from "@std/assert";
import { systemContext } from "../../lib/system/context.ts";

const never = new AbortController().signal;
const { runCommand } = systemContext([], never);
const ignore = Deno.build.os === "windows";

function shell(line: string, signal = never) {
  return runCommand({ argv: ["/bin/sh", "-c", line], signal });
}

Deno.test({ name: "runCommand gives what a program prints and how it ends", ignore }, async () => {
  assertEquals(await shell("echo 123456; exit 3"), { exitStatus: 3, stdout: "123456\n" });
});

Deno.test(
  { name: "runCommand does not wait for what a program leaves behind", ignore },
  async () => {
    const before = performance.now();
    assertEquals((await shell("echo 123456; sleep 30 &")).stdout, "123456\n");
    // Half of what it would take otherwise; no bound on speed.
    assertEquals(performance.now() - before < 15_000, true);
  },
);

Deno.test({ name: "runCommand ends a program that prints without end", ignore }, async () => {
  const { exitStatus, stdout } = await shell("exec yes");
  assertEquals(exitStatus, 137);
  assertEquals(stdout.length < 1 << 20, true);
});

Deno.test({ name: "runCommand kills the program when it is told to stop", ignore }, async () => {
  const stop = new AbortController();
  const running = shell("exec sleep 30", stop.signal);
  stop.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
});
