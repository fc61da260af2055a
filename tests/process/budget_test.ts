/**
 * What a run takes that can be counted. How long it takes differs from machine to machine
 * (BENCHMARKS.md); these do not.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { needsCompiled } from "../support/compiled.ts";
import { alicesFile } from "../support/homes.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, SpawnedHome } from "../support/spawned_cli.ts";
import { ALICE_DEVICE } from "../support/sts_people.ts";
import { needsStrace, openedIn, tracedOpening } from "../support/strace.ts";

const strace = needsStrace();

/** Runs the program and returns the paths that it opens. */
async function opened(home: SpawnedHome, args: readonly string[]): Promise<string[]> {
  const [program, ...words] = tracedOpening(cliCommand(...args), home.path("strace.log"));
  const { code, stderr } = await new Deno.Command(program!, {
    args: words,
    cwd: home.home,
    clearEnv: true,
    env: home.env,
    stdin: "null",
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return openedIn(await home.read("strace.log"));
}

/** A home with a session that is valid for hours, and what is asked for then. */
async function withSession(
  use: (home: SpawnedHome, requests: () => number) => Promise<void>,
): Promise<void> {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", alicesFile);
  const args = ["--token-code", await sts.code(), "--mfa-serial", ALICE_DEVICE];
  const { code, stderr } = await home.run(args);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(sts.count(), 1, "requests of a refresh that knows its device");
  await use(home, () => sts.count() - 1);
}

/** Where things are kept, AWS's files, and the mark of the written session's key. */
const files = [
  ...["", "/sessions", "/sources/KEY"].map((each) => `.local/state/stsmfa${each}`),
  ".aws",
  ".aws/credentials",
];

for (const args of [[], ["process"], ["env"]]) {
  Deno.test({
    ...strace,
    name: `${["stsmfa", ...args].join(" ")} that finds its session valid opens ${files.length} ` +
      `files and folders, and asks nobody${strace.name}`,
    fn: () =>
      withSession(async (home, requests) => {
        const ours = (await opened(home, args)).filter((path) => path.startsWith(`${home.home}/`))
          .map((path) => path.slice(home.home.length + 1).replace(/ASIA\w+$/, "KEY"))
          // The runtime's own question.
          .filter((path) => path !== ".npmrc");
        assertEquals(ours.toSorted(), files.toSorted());
        assertEquals(requests(), 0);
      }),
  });
}

Deno.test({
  name: `the compiled program reads itself twice when its session is valid${
    strace.name || needsCompiled.name
  }`,
  ignore: strace.ignore || needsCompiled.ignore,
  fn: () =>
    withSession(async (home) => {
      const paths = await opened(home, []);
      assertEquals(paths.filter((path) => path === "/proc/self/exe").length, 2, paths.join(" "));
    }),
});
