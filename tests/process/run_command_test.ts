import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemContext } from "../../lib/system/context.ts";
import { isRunning } from "../../lib/system/running.ts";
import { posix, testWith } from "../support/abilities.ts";
import { until } from "../support/spawned_cli.ts";

const never = new AbortController().signal;
const { runCommand } = systemContext([], never);

/** Returns a program with this text. */
function program(text: string): [string, ...string[]] {
  return [Deno.execPath(), "eval", `${sleep}${text}`];
}

/** For programs that start one which stays for half a minute, on some of their streams. */
const sleep = `const sleep = (streams) => new Deno.Command(Deno.execPath(), {
  args: ["eval", "setTimeout(() => {}, 30_000)"],
  stdin: "null", stdout: "null", stderr: "null", ...streams,
}).spawn();\n`;

function run(text: string, signal = never) {
  return runCommand({ argv: program(text), signal });
}

Deno.test("runCommand gives what a program prints and how it ends", async () => {
  const ended = await run(`console.log("123456"); Deno.exit(3);`);
  assertEquals(ended, { exitStatus: 3, stdout: "123456\n" });
});

Deno.test("runCommand does not wait for what a program leaves behind", async () => {
  const before = performance.now();
  const left = `sleep({ stdout: "inherit" }).unref(); console.log("123456"); Deno.exit();`;
  assertEquals((await run(left)).stdout, "123456\n");
  // Half of what it would take otherwise; no bound on speed.
  assert(performance.now() - before < 15_000);
});

Deno.test("runCommand ends a program that prints without end", async () => {
  const { exitStatus, stdout, isCut } = await run(`for (;;) console.log("y".repeat(999));`);
  assertEquals([exitStatus === 0, isCut], [false, true]);
  assert(stdout.length < 1 << 20);
});

Deno.test("runCommand passes stderr on, and does not wait for who holds it open", async () => {
  let said = "";
  const before = performance.now();
  const text = `console.error("touch it"); console.log("123456");
sleep({ stderr: "inherit" }).unref(); Deno.exit();`;
  const { stdout } = await runCommand({
    argv: program(text),
    signal: never,
    onStderr: (text) => said += text,
  });
  assertEquals([stdout, said], ["123456\n", "touch it\n"]);
  assert(performance.now() - before < 15_000);
});

Deno.test("runCommand passes 64 KiB of stderr on, and lets the program go on", async () => {
  let length = 0;
  const text = `const part = new Uint8Array(3_000_000).fill(120);
for (let at = 0; at < part.length;) at += Deno.stderr.writeSync(part.subarray(at));`;
  const { exitStatus } = await runCommand({
    argv: program(text),
    signal: never,
    onStderr: (text) => length += text.length,
  });
  assertEquals([exitStatus, length], [0, 65536]);
});

Deno.test("runCommand kills the program when it is told to stop", async () => {
  const stop = new AbortController();
  const running = run("setTimeout(() => {}, 30_000);", stop.signal);
  stop.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
});

/** Programs that start another one and write its number to a file, and then do something else. */
const parents: Record<string, (path: string) => [string, ...string[]]> = {
  "stays": (path) =>
    program(`Deno.writeTextFileSync(${JSON.stringify(path)}, String(sleep({}).pid));`),
  "waits for it": (path) =>
    program(`const child = sleep({});
Deno.writeTextFileSync(${JSON.stringify(path)}, String(child.pid)); await child.status;`),
  ...(posix.isHere && Object.fromEntries(
    ["sleep 60", "exec sleep 60", "wait", "(sleep 60; true) | cat"].map((rest) => [
      rest,
      (path): [string, ...string[]] => [
        "/bin/sh",
        "-c",
        `sleep 60 & echo $! > ${path}; ${rest}`,
      ],
    ]),
  )),
};

Deno.test("runCommand ends what the program has started, too, if it runs apart", async () => {
  const path = await Deno.makeTempFile();
  for (const [rest, argv] of Object.entries(parents)) {
    const stop = new AbortController();
    await Deno.writeTextFile(path, "");
    const ended = runCommand({ argv: argv(path), isApart: true, signal: stop.signal });
    const started = async () => Number((await Deno.readTextFile(path)).trim());
    await until(async () => isRunning(await started()), "it has started something");
    stop.abort(new Error("enough"));
    await assertRejects(() => ended, Error, "enough");
    await until(async () => !isRunning(await started()), rest);
  }
  await Deno.remove(path);
});

testWith(posix, "runCommand leaves a program that runs apart without a terminal", async () => {
  const { stdout } = await runCommand({
    argv: ["/bin/sh", "-c", "ps -o sid= -p $$; echo $$"],
    isApart: true,
    signal: never,
  });
  const [session, process] = stdout.split("\n").map((line) => line.trim());
  assertEquals(session, process);
});

Deno.test("runCommand keeps from a program what it is not to get", async () => {
  const argv = program(`console.log(Deno.env.get("STSMFA_TEST_GIVEN") ?? "not given");`);
  Deno.env.set("STSMFA_TEST_GIVEN", "given");
  try {
    const unset = await runCommand({ argv, unset: ["STSMFA_TEST_GIVEN"], signal: never });
    assertEquals(unset.stdout, "not given\n");
    assertEquals((await runCommand({ argv, signal: never })).stdout, "given\n");
  } finally {
    Deno.env.delete("STSMFA_TEST_GIVEN");
  }
});
