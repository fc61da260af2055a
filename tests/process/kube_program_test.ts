/**
 * What the kube hook writes as the plugin's command line starts this program, from any folder, with
 * nothing in PATH.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { readYaml } from "../../lib/text/yaml_document.ts";
import { SHOP } from "../support/kube_home.ts";
import { loopbackAuthority, LoopbackEks } from "../support/loopback_eks.ts";
import { accessKeyOf } from "../support/loopback_kube.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const isSource = Deno.env.get("STSMFA_BINARY") === undefined;
const runtime = Deno.execPath();

const [program, ...words] = cliCommand();
/** Ways to start it, in its own folder. */
const ways: Record<string, readonly string[]> = isSource
  ? {
    "the full path": [program, ...words],
    "a path in the folder": [runtime, "run", "-A", "--cached-only", "-c", "deno.json", "cli.ts"],
    "no word run": [runtime, "-A", "--cached-only", "./mod.ts"],
  }
  : { "the program": [program] };

for (const [way, [command, ...args]] of Object.entries(ways)) {
  Deno.test(`kubectl's plugin starts when stsmfa was started by ${way}`, async () => {
    await using sts = await startLoopbackSts();
    const clusters = {
      [SHOP]: { endpoint: "https://shop", certificateAuthority: loopbackAuthority() },
    };
    await using eks = new LoopbackEks({ sts, clusters });
    await using home = await SpawnedHome.create({ ...sts.env(), ...eks.env() });
    await home.write(".aws/credentials", longTermSection("me-long-term", alice()));
    await home.write(
      ".aws/config",
      "[profile me]\nregion = eu-west-1\nstsmfa =\n  hooks = kube\n  kube_cluster = shop\n",
    );
    const run = async (program: string, args: readonly string[], cwd: string, path?: string) => {
      const env = { ...home.env, ...(path !== undefined && { PATH: path }) };
      const { code, stdout, stderr } = await new Deno.Command(program, {
        args: [...args],
        cwd,
        clearEnv: true,
        env,
        stdin: "null",
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    await run(command!, [...args, "me", "--token-code", await sts.code()], root);
    // deno-lint-ignore no-explicit-any -- the shape is known
    const { users } = readYaml(await home.read(".kube/config")) as any;
    const { exec } = users[0].user;
    assertMatch(exec.command, /^\//);
    const { status } = JSON.parse(await run(exec.command, exec.args, "/", "/nowhere"));
    assertMatch(await home.read(), new RegExp(`\\[me\\]\n.*${accessKeyOf(status.token)}`));
  });
}
