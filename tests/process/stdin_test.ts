import { assertEquals } from "@std/assert";
import { alicesFile } from "../support/homes.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, SpawnedHome } from "../support/spawned_cli.ts";

Deno.test("--token-code - takes the first line and does not wait for the end", async () => {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", alicesFile);
  const [program, ...args] = cliCommand("--token-code", "-");
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: home.env,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(`${await sts.code()}\nmore`));
  // The pipe stays open until the program has ended.
  assertEquals((await child.status).code, 0);
  await stdin.close().catch(() => {});
});
