import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { notifyBeforeEnd } from "../../../lib/shell/notice.ts";
import { noticeCommand, noticeProgram } from "../../../lib/shell/notice_program.ts";
import { endTurn } from "../../../lib/shell/notice_turn.ts";
import { noticeOf, watchSession } from "../../../lib/shell/notice_watch.ts";
import { TestContext, type TestContextOptions } from "../../support/test_context.ts";

const now = new Date("2026-03-04T05:00:00Z");
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

interface World extends AsyncDisposable {
  readonly test: TestContext;
  readonly context: Context;
  /** What was started, and what was shown by it. */
  readonly started: { words: readonly string[]; env: Readonly<Record<string, string>> }[];
  readonly shown: (readonly string[])[];
  readonly warnings: string[];
  start(seconds: number | undefined, profile?: string): Promise<void>;
}

async function open(
  programs: readonly string[] = ["notify-send"],
  options: TestContextOptions = {},
): Promise<World> {
  const started: World["started"] = [];
  const shown: World["shown"] = [];
  const warnings: string[] = [];
  const test = await TestContext.create({
    now,
    isRunning: (process) => Promise.resolve(process === 17),
    startNotifier: (order) => {
      started.push(order);
      return Promise.resolve();
    },
    runCommand: ({ argv }) => {
      shown.push(argv);
      return Promise.resolve({ exitStatus: 0, stdout: "" });
    },
    os: "unix",
    ...options,
  });
  Object.assign(test.env, { PATH: `${test.home}/bin`, DISPLAY: ":7", ...options.env });
  for (const program of programs) await test.write(`bin/${program}`, "", 0o755);
  const context = test.context([]);
  const talk = { warn: (message: string) => void warnings.push(message) };
  return {
    test,
    context,
    started,
    shown,
    warnings,
    start: (seconds, profile = "prod") =>
      notifyBeforeEnd(context, {
        profile,
        expiration: seconds === undefined ? undefined : inSeconds(seconds),
        process: 17,
        where: "shell",
      }, talk as never),
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

Deno.test("a notifier gets a name, an end and a process, the way to the desktop, and nothing else", async () => {
  await using world = await open(["notify-send"], {
    env: { AWS_SECRET_ACCESS_KEY: "secret", STSMFA_TOKEN_CODE: "123456", GITHUB_TOKEN: "x" },
  });
  await world.start(3600);
  assertEquals([world.started.length, world.warnings], [1, []]);
  const { words, env } = world.started[0]!;
  assertEquals(words.slice(0, 4), ["notify-send", "shell", "17", "2026-03-04T06:00:00Z"]);
  assertEquals(words.at(-1), "prod");
  const { test } = world;
  assertEquals(env, {
    HOME: test.home,
    USER: "alice",
    PATH: `${test.home}/bin`,
    DISPLAY: ":7",
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  });
});

Deno.test("it waits until ten minutes are left, says so once, and leaves nothing", async () => {
  await using world = await open();
  await world.start(700);
  await watchSession(world.context, world.started[0]!.words);
  assertEquals(world.shown.length, 1);
  assertEquals(world.test.clock.now(), inSeconds(100.5));
  assertStringIncludes(world.shown[0]!.at(-1)!, "It expires in 10 minutes, at ");
  assertEquals(Math.max(...world.test.clock.sleeps), 1500);
  assertEquals([...Deno.readDirSync(`${world.test.home}/.local/state/stsmfa/notices`)], []);
});

Deno.test("it says at once where less is left, or nothing at all", async () => {
  for (
    const [seconds, text] of [[420, "It expires in 7 minutes"], [-5, "It expired at"]] as const
  ) {
    await using world = await open();
    await world.start(seconds);
    await watchSession(world.context, world.started[0]!.words);
    assertEquals(world.test.clock.sleeps, []);
    assertStringIncludes(world.shown[0]!.at(-1)!, text);
  }
});

Deno.test("it ends without a word when the shell has ended, has another session, or has none", async () => {
  const ends: Record<string, (world: World, looks: number) => unknown> = {
    another: async (world) => {
      if (world.started.length === 1) await world.start(7200, "dev");
    },
    none: ({ test }) =>
      Deno.remove(`${test.home}/.local/state/stsmfa/notices/here.17`).catch(() => {}),
  };
  for (const [what, end] of Object.entries(ends)) {
    await using world = await open();
    await world.start(3600);
    const { clock } = world.context;
    const sleep = async (milliseconds: number, signal: AbortSignal) => {
      await end(world, 0);
      await clock.sleep(milliseconds, signal);
    };
    const context = {
      ...world.context,
      signal: world.context.signal,
      clock: { ...clock, now: () => now, sleep },
    };
    await watchSession(context, world.started[0]!.words);
    assertEquals(world.shown, [], what);
    const left = [...Deno.readDirSync(`${world.test.home}/.local/state/stsmfa/notices`)];
    assertEquals(left.length, what === "another" ? 1 : 0);
  }
  let looks = 0;
  await using world = await open(["notify-send"], {
    isRunning: () => Promise.resolve(++looks < 4),
  });
  await world.start(3600);
  await watchSession(world.context, world.started[0]!.words);
  assertEquals(world.shown, []);
  assertEquals([...Deno.readDirSync(`${world.test.home}/.local/state/stsmfa/notices`)], []);
});

Deno.test("a program that hangs is ended once the shell is gone, has another session, or has none", async () => {
  const ends: Record<string, (world: World) => unknown> = {
    gone: () => {},
    another: (world) => world.start(7200, "dev"),
    none: ({ test }) => Deno.remove(`${test.home}/.local/state/stsmfa/notices/here.17`),
  };
  for (const [what, end] of Object.entries(ends)) {
    let isGone = false;
    let aborted = 0;
    await using world = await open(["notify-send"], {
      isRunning: () => Promise.resolve(!isGone),
      runCommand: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => {
            aborted++;
            reject(signal.reason);
          })
        ),
    });
    await world.start(420);
    const watching = watchSession(world.context, world.started[0]!.words);
    const { deadlines } = world.test.clock;
    const nextLook = async () => {
      const look = () => deadlines.find(({ milliseconds }) => milliseconds === 1500);
      while (look() === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
      return look()!;
    };
    const first = await nextLook();
    first.pass();
    while (await nextLook() === first) await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals(aborted, 0, what);
    isGone = what === "gone";
    await end(world);
    (await nextLook()).pass();
    await watching;
    assertEquals([aborted, deadlines], [1, []], what);
  }
});

Deno.test("what killed notifiers have left is removed by the next one", async () => {
  await using world = await open();
  const folder = `${world.test.home}/.local/state/stsmfa/notices`;
  await world.start(3600);
  const write = (name: string, end: string) => Deno.writeTextFile(`${folder}/${name}`, `x ${end}`);
  await write("here.99", "2026-03-04T09:00:00Z");
  await write("there.98", "2026-03-04T04:59:59Z");
  await write("there.99", "2026-03-04T09:00:00Z");
  await world.start(3600);
  assertEquals(list(folder), ["here.17", "there.99"]);
});

Deno.test("a machine or container with the same home has a turn of its own for the same number", async () => {
  await using world = await open();
  await world.start(3600);
  const there = { ...world.context, processRealm: () => Promise.resolve("there") };
  const session = { profile: "dev", expiration: inSeconds(3600), process: 17, where: "shell" };
  await notifyBeforeEnd(there, session as never, { warn: () => {} } as never);
  const folder = `${world.test.home}/.local/state/stsmfa/notices`;
  assertEquals(list(folder), ["here.17", "there.17"]);
  await endTurn(there, 17);
  assertEquals(list(folder), ["here.17"]);
});

function list(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

const none = "no notice before prod ends: there is no desktop with notify-send, osascript or " +
  "PowerShell here";

Deno.test("without a desktop or a program for it, one line says so, and nothing is started", async () => {
  await using bare = await open([]);
  await bare.start(3600);
  await using headless = await open(["notify-send"]);
  delete headless.test.env["DISPLAY"];
  await headless.start(3600);
  assertEquals([bare.warnings, headless.warnings], [[none], [none]]);
  await using endless = await open();
  await endless.start(undefined);
  assertStringIncludes(endless.warnings[0]!, "no known end");
  assertEquals([bare, headless, endless].flatMap(({ started }) => started), []);
});

Deno.test("a notifier that cannot be started costs one line", async () => {
  await using world = await open(["notify-send"], {
    startNotifier: () => Promise.reject(new Error("no room")),
  });
  await world.start(3600);
  assertEquals(world.warnings, ["no notice before prod ends: no room"]);
});

Deno.test("the program is chosen by what is here", async () => {
  const cases: [string[], string | undefined][] = [
    [["osascript", "notify-send"], "osascript"],
    [["notify-send", "powershell.exe"], "notify-send"],
    [["powershell.exe"], "powershell"],
    [[], undefined],
  ];
  for (const [programs, expected] of cases) {
    await using world = await open(programs);
    assertEquals(await noticeProgram(world.context), expected);
  }
});

const hostile = "-x$(touch evaluated)'\"`&<b>\\n%\u202e\x1b[31m";

Deno.test("no program is told more of a name than its text", () => {
  const { title, body } = noticeOf(hostile, inSeconds(420), now, true);
  const [, ...words] = noticeCommand("notify-send", { title, body });
  const shown = "AWS session of -x$(touch evaluated)'\"`&<b>\\n%\\u{202e}\\u{1b}[31m";
  assertEquals(words.slice(-3), ["--", shown, body]);
  // Desktops read markup in a body, and notify-send escapes.
  assert(!/[<&\\]/.test(body));
  const mac = noticeCommand("osascript", { title, body });
  assertEquals(mac.slice(-2), [shown, body]);
  for (const word of mac.slice(1, -2)) assert(!word.includes("touch"));
  const encoded = noticeCommand("powershell", { title, body }).at(-1)!;
  const bytes = Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
  const script = new TextDecoder("utf-16le").decode(bytes);
  assertStringIncludes(script, `CreateTextNode('${shown.replaceAll("'", "''")}')`);
});
