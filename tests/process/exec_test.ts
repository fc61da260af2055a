/**
 * What `exec` runs is as if it were started without us: standard streams, environment, exit status,
 * signals.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ability, always, posix, testWith } from "../support/abilities.ts";
import { session } from "../support/homes.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { parseEnvironment } from "../support/shells.ts";
import { cliCommand, longTermSection, SpawnedHome, until } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const keys = `${longTermSection("default-long-term", alice())}\n`;
const valid = keys + session("default", inAnHour);

/** Returns a program with this text. */
function program(text: string): [string, ...string[]] {
  return [Deno.execPath(), "eval", text];
}

const cat = program("await Deno.stdin.readable.pipeTo(Deno.stdout.writable);");

interface Started {
  readonly child: Deno.ChildProcess;
  readonly stdout: ReadableStreamDefaultReader<Uint8Array>;
}

/** A home with a session, or with keys alone. */
class ExecHome implements AsyncDisposable {
  private constructor(readonly home: SpawnedHome) {}

  static async create(env: Record<string, string> = {}, credentials = valid): Promise<ExecHome> {
    const home = await SpawnedHome.create(env);
    await home.write(".aws/credentials", credentials);
    return new ExecHome(home);
  }

  start([program, ...args]: readonly [string, ...string[]]): Started {
    const child = new Deno.Command(program, {
      args,
      cwd: this.home.home,
      clearEnv: true,
      env: this.home.env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return { child, stdout: child.stdout.getReader() };
  }

  /** Starts `exec` on a script. */
  shell(script: string): Started {
    return this.start(cliCommand("exec", "--", "/bin/sh", "-c", script));
  }

  /** Runs a program to its end. */
  async run(
    argv: readonly [string, ...string[]],
    input: Uint8Array<ArrayBuffer> = new Uint8Array(),
  ): Promise<{ status: Deno.CommandStatus; stdout: Uint8Array<ArrayBuffer>; stderr: string }> {
    const { child, stdout } = this.start(argv);
    stdout.releaseLock();
    const [output] = await Promise.all([child.output(), send(child, input)]);
    const { code, signal, success } = output;
    const stderr = new TextDecoder().decode(output.stderr);
    return { status: { code, signal, success }, stdout: output.stdout, stderr };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.home[Symbol.asyncDispose]();
  }
}

async function send(child: Deno.ChildProcess, input: Uint8Array<ArrayBuffer>): Promise<void> {
  const writer = child.stdin.getWriter();
  await writer.write(input);
  await writer.close();
}

/** Ends a process, and waits for it. */
async function finish({ child, stdout }: Started): Promise<Deno.CommandStatus> {
  await Promise.all([stdout.cancel(), child.stderr.cancel(), child.stdin.close()]);
  return await child.status;
}

/** Reads until the output so far is this. */
async function reads({ stdout }: Started, wanted: string): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < wanted.length) {
    const { done, value } = await stdout.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  assertEquals(text, wanted);
}

function test(name: string, body: () => Promise<void>, needs: Ability = posix): void {
  testWith(needs, name, body);
}

const ends: [how: string, argv: [string, ...string[]], code: number, signal: string | null][] = [
  ["a status", program("Deno.exit(7)"), 7, null],
  ["SIGKILL", ["sh", "-c", "kill -KILL $$"], 137, null],
  // Callers that look closer see the signal: bash then ends its script, a service manager is content.
  ["SIGINT", ["sh", "-c", "kill -INT $$"], 130, "SIGINT"],
  ["SIGTERM", ["sh", "-c", "kill -TERM $$"], 143, "SIGTERM"],
  ["SIGHUP", ["sh", "-c", "kill -HUP $$"], 129, "SIGHUP"],
  ["an interpreter that is missing", ["./odd"], 127, null],
  ["a script without an interpreter", ["./plain"], 3, null],
];
for (const [how, argv, code, signal] of ends) {
  test(`exec ends as its program does: ${how}`, async () => {
    await using home = await ExecHome.create();
    for (const [name, text] of [["odd", "#!/no/such\n"], ["plain", "exit 3\n"]] as const) {
      await home.home.write(name, text, 0o755);
    }
    const { status, stdout, stderr } = await home.run(cliCommand("exec", "--", ...argv));
    assertEquals([status.code, status.signal, stdout.length], [code, signal, 0] as unknown[]);
    if (code === 127) {
      assertStringIncludes(stderr, "cannot find ./odd, or the program that its first line names");
    } else assertEquals(stderr, "");
  }, how === "a status" ? always : posix);
}

test("exec passes signals on when nobody is at a terminal, each once", async () => {
  await using home = await ExecHome.create();
  const signals = ["INT", "TERM", "HUP", "QUIT", "USR1", "USR2"];
  const last = `if [ $m = ${signals.length} ]; then kill $!; exit 9; fi`;
  const traps = signals.map((name) => `trap 'm=$((m+1)); echo ${name}; ${last}' ${name}`);
  const running = home.shell(
    `m=0\n${traps.join("\n")}\nsleep 20 & echo ready\nwhile kill -0 $!; do wait $!; done`,
  );
  await reads(running, "ready\n");
  for (const name of signals) {
    running.child.kill(`SIG${name}` as Deno.Signal);
    await reads(running, `${name}\n`);
  }
  assertEquals((await finish(running)).code, 9);
});

test("exec leaves no debugger behind SIGUSR1, which Deno opens for everyone on this machine", async () => {
  await using home = await ExecHome.create();
  // Deno listens from half a second after its start on.
  const script = `trap 'n=$((n+1))' USR1; trap 'kill $!; exit 9' TERM; n=0
while [ $n -lt 12 ]; do kill -USR1 $PPID; sleep 0.1; done
sleep 20 & echo "passed on"; while kill -0 $!; do wait $!; done`;
  const running = home.shell(script);
  await reads(running, "passed on\n");
  const isOpen = async () => {
    const targets = await fetch("http://127.0.0.1:9229/json/list").catch(() => undefined);
    return (await targets?.text())?.includes(`[pid: ${running.child.pid}]`) ?? false;
  };
  await until(async () => !await isOpen(), "the end of the debugger");
  running.child.kill("SIGTERM");
  assertEquals((await finish(running)).code, 9);
});

test("exec leaves standard input and output alone, byte for byte", async () => {
  await using home = await ExecHome.create();
  const bytes = new Uint8Array(3_000_000).map((_, at) => at * 7919 >> 3);
  const { status, stdout, stderr } = await home.run(cliCommand("exec", "--", ...cat), bytes);
  assertEquals([status.code, stderr], [0, ""]);
  assertEquals(stdout.length, bytes.length);
  assertEquals(stdout.every((byte, at) => byte === bytes[at]), true);
}, always);

test(
  "exec --token-code - takes a line of standard input and leaves the rest to the program",
  async () => {
    await using sts = await startLoopbackSts();
    await using home = await ExecHome.create(sts.env(), keys);
    const input = `${await sts.code()}\nfirst\n\0second`;
    const argv = cliCommand("exec", "--token-code", "-", "--", ...cat);
    const { status, stdout, stderr } = await home.run(argv, new TextEncoder().encode(input));
    assertEquals([status.code, stderr], [0, ""]);
    assertEquals(new TextDecoder().decode(stdout), "first\n\0second");
  },
  always,
);

test("exec lets its program die of a reader that goes away", async () => {
  await using home = await ExecHome.create();
  const running = home.start(cliCommand("exec", "--", "yes"));
  await running.stdout.read();
  const { code } = await finish(running);
  assertEquals(code, 141);
});

test("exec changes nothing in the environment but the session and its marks", async () => {
  const kept = { EMPTY: "", ODD: "two\nlines, $HOME 'and' \"ö\"" };
  const taken = {
    AWS_PROFILE: "other",
    AWS_SECURITY_TOKEN: "other",
    AWS_REGION: "eu-west-1",
    STSMFA_PROFILE: "other",
    STSMFA_SET_REGION: "eu-west-1",
    STSMFA_SET_DEFAULT_REGION: "eu-west-1",
    STSMFA_TOKEN_CODE: "123456",
  };
  await using home = await ExecHome.create({ ...kept, ...taken });
  // The runtime can't even see the variable that is not UTF-8.
  const inShell = ["/bin/sh", "-c", `BYTES=$(printf '\\377x') exec "$@"`, "sh"];
  const printed = async (...argv: string[]) => {
    const line = [...(posix.isHere ? inShell : []), ...argv] as [string, ...string[]];
    const { status, stdout, stderr } = await home.run(line);
    assertEquals([status.code, stderr], [0, ""]);
    return parseEnvironment(new TextDecoder("latin1").decode(stdout));
  };
  const env = posix.isHere ? ["env", "-0"] : program(
    `console.log(Object.entries(Deno.env.toObject()).map((each) => each.join("=") + "\\0").join(""))`,
  );
  const before = await printed(...env);
  if (posix.isHere) assertEquals(before["BYTES"], "\xffx");
  for (const name of Object.keys(taken)) delete before[name];
  assertEquals(await printed(...cliCommand("exec", "default", "--", ...env)), {
    ...before,
    AWS_ACCESS_KEY_ID: "ASIAOLDOLDOLDOLDOLD2",
    AWS_SECRET_ACCESS_KEY: "old+secret/of+the+session+before+this",
    AWS_SESSION_TOKEN: "old/token+of+the+session+before+this==",
    AWS_CREDENTIAL_EXPIRATION: inAnHour.replace(/\.\d+/, ""),
    STSMFA_PROFILE: "default",
    STSMFA_SET_KEY: "ASIAOLDOLDOLDOLDOLD2",
  });
}, always);

for (const when of ["a valid session", "a session that is renewed"]) {
  test(`exec keeps what nohup asked for: ${when}`, async () => {
    await using sts = await startLoopbackSts();
    const isValid = when === "a valid session";
    await using home = await ExecHome.create(sts.env(), isValid ? valid : keys);
    const flags = isValid ? [] : ["--token-code", await sts.code()];
    const script = "kill -HUP $$; kill -HUP $PPID; echo alive; exit 5";
    const { status, stdout, stderr } = await home.run([
      "/bin/sh",
      "-c",
      `trap '' HUP; exec "$@"`,
      "sh",
      ...cliCommand("exec", ...flags, "--", "sh", "-c", script),
    ]);
    assertEquals([status.code, new TextDecoder().decode(stdout), stderr], [5, "alive\n", ""]);
  }, { isHere: Deno.build.os === "linux", reason: "there is no nohup here" });
}
