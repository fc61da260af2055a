/**
 * Headers that SDKs read differently: who says so, and who, being run at every call, does not.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { alicesFile, openHome, session } from "../../support/homes.ts";

const valid = session("default", "2026-03-04T11:06:07Z");
const odd = "[ default ]\nregion = x\n[profile  default]\nregion = eu-west-1\n";

for (const args of [["default"], ["--all"], ["status"], ["status", "default"], ["default", "-n"]]) {
  Deno.test(`stsmfa ${args.join(" ")} says which headers SDKs read differently, with the line`, async () => {
    await using home = await openHome({ credentials: alicesFile + valid, config: odd });
    assertEquals(await home.unchanged(() => home.run(...args)), 0, home.stderr);
    assertStringIncludes(home.stderr, `${home.test.path(".aws/config")}: line 3: `);
  });
}

for (
  const args of [
    ["process", "default"],
    ["read", "region", "default"],
    ["completions", "profiles"],
    ["kube-token", "default", "--cluster", "c"],
  ]
) {
  Deno.test(`stsmfa ${args.join(" ")} does not: SDKs and shells run it all the time`, async () => {
    await using home = await openHome({ credentials: alicesFile + valid, config: odd });
    assertEquals(await home.run(...args), 0, home.stderr);
    assertEquals(home.stderr, "");
  });
}
