/**
 * A process that is killed, at moments spread over its life and at each step of its writing.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { posix } from "../support/abilities.ts";
import { assertMode } from "../support/file_mode.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { longTermSection, type Running, SpawnedHome } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";
import { homeVariables } from "../support/system_variables.ts";
import { TestContext } from "../support/test_context.ts";
import { isThorough, sampled, seed } from "../support/thorough.ts";

// Large enough that writing it takes a moment.
const before = `# before\n${longTermSection("default-long-term", alice())}` +
  Array.from({ length: 2_000 }, (_, n) => `# a long comment, line ${n}\n`).join("");

/** What one killed run left behind. */
interface Left {
  /** Whether the kill came before the run's own end. */
  readonly killed: boolean;
  readonly isNew: boolean;
  /** Temporary files beside the credentials file. */
  readonly temporary: readonly string[];
}

/** Starts a run, has it killed, and checks the file and that the next run works. */
async function killed(
  kill: (run: Running, home: SpawnedHome) => Promise<void>,
  next?: (home: SpawnedHome) => Promise<void>,
): Promise<Left> {
  await using sts = await startLoopbackSts({ delayMs: 50 });
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", before);
  const run = home.start(["--token-code", await sts.code()]);
  await kill(run, home);
  const { code } = await run.ended;

  const after = await home.read();
  const isNew = isWhole(after);
  assert(isNew || after === before, "the file is neither the old one nor the new one");
  if (code === 0) assert(isNew);
  const temporary = home.list().filter((name) => name.startsWith(".stsmfa-"));
  assertMode(0o600, ...temporary.map((name) => home.path(`.aws/${name}`)));

  // In this process, for it is quicker; the locks are the system's.
  await using test = await TestContext.create({
    network: true,
    env: { ...sts.env(), ...homeVariables(home.home) },
    answers: [() => sts.code()],
  });
  const status = await test.run();
  assertEquals(status, 0, test.output);
  assert(isWhole(await home.read()));
  await next?.(home);
  return { killed: code === (posix.isHere ? 137 : 1), isNew, temporary };
}

function isWhole(text: string): boolean {
  const document = IniDocument.parse(text);
  return text.startsWith(before) && text.endsWith("\n") && document.problems.length === 0 &&
    document.get("default", "x_security_token_expires") !== undefined;
}

function sigkill({ child }: Running): void {
  try {
    child.kill("SIGKILL");
  } catch { /* it has ended */ }
}

/** Two at a time. */
async function inPairs<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const queue = [...tasks];
  const results: T[] = [];
  const work = async () => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      results.push(await task());
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

Deno.test("kill -9 at any moment of a run: the file is the old one or the new one, and the next run works", async () => {
  const started = performance.now();
  await killed(async ({ ended }) => void await ended);
  const length = performance.now() - started;
  const count = isThorough ? 16 : 7;
  const moments = Array.from({ length: count }, (_, n) => length * (n + seed % 16 / 16) / count);

  const left = await inPairs(moments.map((moment) => () =>
    killed(async (run) => {
      // Not to wait for something, but to choose the moment.
      await new Promise((resolve) => setTimeout(resolve, moment));
      sigkill(run);
    })
  ));

  assert(left.some((each) => each.killed));
});

/** Kills at the n-th change in the directory of the credentials file. */
function atChange(nth: number): (run: Running, home: SpawnedHome) => Promise<void> {
  return async (run, home) => {
    using watcher = Deno.watchFs(home.path(".aws"), { recursive: false });
    void run.ended.finally(() => {
      try {
        watcher.close();
      } catch { /* the loop below was quicker */ }
    });
    let changes = 0;
    for await (const event of watcher) {
      if (event.kind === "access") continue;
      if (++changes < nth) continue;
      sigkill(run);
      return;
    }
  };
}

Deno.test("kill -9 at each step of writing: the file is the old one or the new one, and the next run works", async () => {
  const steps = sampled(12, 6);
  const left = await inPairs(steps.map((step) => () => killed(atChange(step))));
  assert(left.some((each) => each.killed));
});

Deno.test({
  name: "the temporary file of a killed run is gone after the next run",
  fn: async () => {
    await using sts = await startLoopbackSts();
    await using test = await TestContext.create({ network: true, env: sts.env() });
    await test.write(".aws/credentials", before);
    await test.write(`.aws/.stsmfa-${crypto.randomUUID()}.tmp`, before.slice(0, 4096));
    const yesterday = new Date(Date.now() - 86_400_000);
    for (const name of await test.list()) {
      await Deno.utime(test.path(`.aws/${name}`), yesterday, yesterday);
    }
    assertEquals(await test.run("--token-code", await sts.code()), 0);
    assertEquals(await test.list(), ["credentials", "credentials~"]);
  },
});

Deno.test("a torn MFA session that a killed run left counts as none", async () => {
  await using sts = await startLoopbackSts();
  await using test = await TestContext.create({ network: true, env: sts.env() });
  await test.write(".aws/credentials", before);
  const state = ".local/state/stsmfa/sessions";
  assertEquals(await test.run("--token-code", await sts.code()), 0);
  const cache = `${state}/${(await test.list(state))[0]}`;
  const whole = await test.read(cache);
  for (const length of [0, 1, whole.length >> 1, whole.length - 1]) {
    await test.write(".aws/credentials", before);
    await test.write(cache, whole.slice(0, length));
    assertEquals(await test.run("--token-code", await sts.code()), 0, test.output);
    assertEquals((await test.read(cache)).slice(0, 12), whole.slice(0, 12));
  }
});
