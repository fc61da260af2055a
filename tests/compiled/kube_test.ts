import { assertEquals, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { compiledProgram, needsCompiled } from "../support/compiled.ts";
import { openKubeHome } from "../support/kube_home.ts";
import { ALICE_DEVICE } from "../support/sts_people.ts";
import { systemVariables } from "../support/system_variables.ts";

testOrSkip({
  name: `the compiled program has the kube hook, and gives tokens${needsCompiled.name}`,
  ignore: needsCompiled.ignore,
  fn: async () => {
    await using kube = await openKubeHome();
    const { home } = kube;
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(compiledProgram(), {
        args,
        clearEnv: true,
        env: { ...systemVariables(), ...home.test.env },
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const code = await home.sts.code();
    await run("prod", "--token-code", code, "--mfa-serial", ALICE_DEVICE);
    assertStringIncludes(await kube.read(), "\n      - kube-token\n");
    const { kind } = JSON.parse(await run("kube-token", "--cluster", "shop", "prod"));
    assertEquals(kind, "ExecCredential");
  },
});
