/**
 * The command that `deno install -g` makes of a checkout.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { runOutside } from "../support/outside_checkout.ts";
import { denoDir, type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const installedIn = (home: SpawnedHome) =>
  home.path(Deno.build.os === "windows" ? "deno/bin/stsmfa.cmd" : "deno/bin/stsmfa");

function run(home: SpawnedHome, ...argv: readonly [string, ...string[]]): Promise<Ended> {
  return runOutside(home, { DENO_DIR: denoDir(), DENO_NO_UPDATE_CHECK: "1" }, argv);
}

Deno.test("deno install -g makes a command of a checkout, which does the main job from anywhere", async () => {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", longTermSection("default-long-term", sts.credentials()));
  const installed = await run(
    home,
    ...[Deno.execPath(), "task", "--quiet", "--cwd", root, "install", "--root", home.path("deno")],
  );
  assertEquals(installed.code, 0, installed.stderr);
  const stsmfa = (...args: string[]) => run(home, installedIn(home), ...args);
  const version = await stsmfa("--version");
  assertEquals(version.stdout.split("\n")[0], `stsmfa ${deno.version}`, version.stderr);
  const renewed = await stsmfa("--token-code", await sts.code());
  assertEquals([renewed.code, renewed.stderr], [0, ""]);
  assertMatch(renewed.stdout, /^default {2}renewed, expires in /);
  const block = "[default]\nstsmfa =\n  hooks = dotenv\n  dotenv_file = ~/shop/.env\n";
  await home.write(".aws/config", block);
  await Deno.mkdir(home.path("shop"), { mode: 0o700 });
  const allowed = await stsmfa("hooks", "allow", "dotenv", "--yes");
  assertEquals(allowed.code, 0, allowed.stderr);
  const ran = await stsmfa("hooks", "run", "dotenv");
  assertEquals(ran.code, 0, ran.stderr);
  assertStringIncludes(ran.stdout, "+AWS_SESSION_TOKEN=throw-away");
});

Deno.test("a command that was installed without deno.json says how it is done", async () => {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", longTermSection("default-long-term", sts.credentials()));
  const words = ["install", "-g", "-A", "--quiet", "--root", home.path("deno"), "-n", "stsmfa"];
  const installed = await run(home, Deno.execPath(), ...words, `${root}cli.ts`);
  assertEquals(installed.code, 0, installed.stderr);
  const program = installedIn(home);
  const { code, stderr } = await run(home, program, "--token-code", await sts.code());
  assertEquals([code, stderr], [
    1,
    "stsmfa: error: a part of stsmfa cannot be loaded\n" +
    "stsmfa: hint: install it again; from a checkout: deno task install\n",
  ]);
});
