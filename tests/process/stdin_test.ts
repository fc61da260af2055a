import { assertEquals } from "@std/assert";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, SpawnedHome } from "../support/spawned_cli.ts";

Deno.test("--token-code - takes the first line and does not wait for the end", async () => {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  const { accessKeyId, secretAccessKey } = sts.credentials();
  await home.write(
    ".aws/credentials",
    `[default-long-term]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
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
