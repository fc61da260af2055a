/**
 * The console's page between real processes.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { proc, testOrSkip } from "../support/abilities.ts";
import { LoopbackFederation } from "../support/loopback_federation.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { longTermSection, SpawnedHome, until } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";

/** A browser that reads its page to a file and goes on. */
const browser = `#!/bin/sh
page=\${1#file://}
cat "$page" > "$HOME/seen.tmp"
cat /proc/*/cmdline > "$HOME/processes" 2>/dev/null
env > "$HOME/variables"
mv "$HOME/seen.tmp" "$HOME/seen"
exec sleep 60 > /dev/null
`;

async function open(sts: LoopbackSts, federation: LoopbackFederation): Promise<SpawnedHome> {
  const home = await SpawnedHome.create({ ...sts.env(), ...federation.env() });
  await home.write(".aws/credentials", longTermSection("me", alice()));
  await home.write(".aws/config", "[profile me]\nregion = eu-west-1\n");
  await home.write("browser", browser);
  await Deno.chmod(home.path("browser"), 0o700);
  return home;
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Ends the browsers, which outlive us; returns how many there were. */
function endBrowsers(home: SpawnedHome): number {
  let count = 0;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const isOurs = Deno.readTextFileSync(`/proc/${name}/environ`).includes(`HOME=${home.home}\0`);
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      // It may not have become `sleep` yet.
      const isBrowser = words.startsWith("sleep\x00") || words.includes(`${home.home}/browser\0`);
      if (!isOurs || !isBrowser) continue;
      Deno.kill(Number(name), "SIGKILL");
      count++;
    } catch { /* it is another's, or gone */ }
  }
  return count;
}

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  testOrSkip({
    name:
      `${signal} while the browser starts: exit ${status}, no page is left, the browser goes on`,
    ignore: !proc.isHere,
    reason: proc.reason,
    fn: async () => {
      await using sts = await startLoopbackSts();
      await using federation = await LoopbackFederation.start(sts, () => new Date());
      await using home = await open(sts, federation);
      const args = ["console", "me", "--browser", home.path("browser")];
      const { child, ended } = home.start(args);
      await until(() => isThere(home.path("seen")), "the browser");
      assertEquals(home.list(".local/state/stsmfa/console").length, 1);
      child.kill(signal);
      const { code, stdout } = await ended;
      const browsers = endBrowsers(home);
      assertEquals([code, stdout, browsers], [status, "", 1]);
      assertEquals(home.list(".local/state/stsmfa/console"), []);
    },
  });
}

testOrSkip({
  name: "the browser's page signs in, and no list of processes and no variable has what is in it",
  ignore: !proc.isHere,
  reason: proc.reason,
  fn: async () => {
    await using sts = await startLoopbackSts();
    await using federation = await LoopbackFederation.start(sts, () => new Date());
    await using home = await open(sts, federation);
    const args = ["console", "me", "--browser", home.path("browser"), "--json"];
    try {
      const { code, stdout, stderr } = await home.run(args);
      assertEquals(code, 0, stderr);
      assertEquals(JSON.parse(stdout).opened, true);
      const page = await home.read("seen");
      const url = JSON.parse(/location\.replace\((".*?")\)/.exec(page)![1]!);
      assertEquals(federation.signIn(url).principal.kind, "federated user");
      const token = new URL(url).searchParams.get("SigninToken")!;
      const processes = await home.read("processes");
      assert(processes.includes(".local/state/stsmfa/console/"));
      for (const seen of [processes, await home.read("variables"), stdout, stderr]) {
        assert(!seen.includes(token) && !seen.includes("SigninToken="));
      }
      assertEquals(home.list(".local/state/stsmfa/console"), []);
    } finally {
      endBrowsers(home);
    }
  },
});
