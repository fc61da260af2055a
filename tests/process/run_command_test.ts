import { assertEquals, assertRejects } from "@std/assert";
import { systemContext } from "../../lib/system/context.ts";
import { until } from "../support/spawned_cli.ts";

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
  const { exitStatus, stdout, isCut } = await shell("exec yes");
  assertEquals([exitStatus, isCut], [137, true]);
  assertEquals(stdout.length < 1 << 20, true);
});

Deno.test(
  { name: "runCommand passes stderr on, and does not wait for who holds it open", ignore },
  async () => {
    let said = "";
    const before = performance.now();
    const { stdout } = await runCommand({
      argv: ["/bin/sh", "-c", "echo touch it >&2; echo 123456; sleep 30 >&2 &"],
      signal: never,
      onStderr: (text) => said += text,
    });
    assertEquals([stdout, said], ["123456\n", "touch it\n"]);
    assertEquals(performance.now() - before < 15_000, true);
  },
);

Deno.test(
  { name: "runCommand passes 64 KiB of stderr on, and lets the program go on", ignore },
  async () => {
    let length = 0;
    const { exitStatus } = await runCommand({
      argv: ["/bin/sh", "-c", "head -c 3000000 /dev/zero >&2"],
      signal: never,
      onStderr: (text) => length += text.length,
    });
    assertEquals([exitStatus, length], [0, 65536]);
  },
);

Deno.test({ name: "runCommand kills the program when it is told to stop", ignore }, async () => {
  const stop = new AbortController();
  const running = shell("exec sleep 30", stop.signal);
  stop.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
});

Deno.test(
  { name: "runCommand ends what the program has started, too, if it runs apart", ignore },
  async () => {
    const path = await Deno.makeTempFile();
    const running = async (): Promise<string> => {
      const number = (await Deno.readTextFile(path)).trim();
      const { stdout } = await new Deno.Command("ps", {
        args: ["-o", "stat=", "-p", number || "0"],
      })
        .output();
      return new TextDecoder().decode(stdout).trim();
    };
    for (const rest of ["sleep 60", "exec sleep 60", "wait", "(sleep 60; true) | cat"]) {
      const stop = new AbortController();
      await Deno.writeTextFile(path, "");
      const ended = runCommand({
        argv: ["/bin/sh", "-c", `sleep 60 & echo $! > ${path}; ${rest}`],
        isApart: true,
        signal: stop.signal,
      });
      await until(async () => await running() !== "", "it has started something");
      stop.abort(new Error("enough"));
      await assertRejects(() => ended, Error, "enough");
      await until(async () => /^Z?$/.test(await running().then((each) => each[0] ?? "")), rest);
    }
    await Deno.remove(path);
  },
);

Deno.test(
  {
    name: "runCommand leaves a program without a terminal, and without what it is not to get",
    ignore,
  },
  async () => {
    const { stdout } = await runCommand({
      argv: ["/bin/sh", "-c", "ps -o sid= -p $$; echo $$"],
      isApart: true,
      signal: never,
    });
    const [session, process] = stdout.split("\n").map((line) => line.trim());
    assertEquals(session, process);
    const argv = ["/bin/sh", "-c", 'echo "<$HOME>"'] as const;
    const without = await runCommand({ argv, unset: ["HOME"], signal: never });
    assertEquals(without.stdout, "<>\n");
    assertEquals((await runCommand({ argv, signal: never })).stdout, `<${Deno.env.get("HOME")}>\n`);
  },
);
