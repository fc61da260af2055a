import { assertEquals } from "@std/assert";
import { posix, testOrSkip } from "../support/abilities.ts";
import { alicesFile } from "../support/homes.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { SpawnedHome } from "../support/spawned_cli.ts";

testOrSkip({
  name:
    "the SDK looks up nothing by itself: the config file it knows of may be unreadable for ever",
  ignore: !posix.isHere,
  reason: posix.reason,
  fn: async () => {
    await using sts = await startLoopbackSts();
    await using home = await SpawnedHome.create(sts.env());
    await home.write(".aws/credentials", alicesFile);
    // Who reads a pipe without a writer waits; the flag keeps stsmfa itself away from it.
    const pipe = home.path("pipe");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const args = ["--config-file", home.path(".aws/config"), "--token-code", await sts.code()];
    const { code, stderr } = await home.run(args, { AWS_CONFIG_FILE: pipe });
    assertEquals([code, stderr], [0, ""]);
  },
});
