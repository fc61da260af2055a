import { assertEquals, assertStringIncludes } from "@std/assert";
import { shellFunction } from "../../../lib/shell/function.ts";
import { segment } from "../../../lib/shell/segment.ts";
import { openHome } from "../../support/homes.ts";

Deno.test("shell prints the function, with --segment also that for the prompt", async () => {
  await using home = await openHome({ nobody: true, network: false });
  for (const shell of ["bash", "zsh", "fish", "powershell"] as const) {
    const { text } = shellFunction(shell);
    assertEquals(await home.run("shell", shell), 0);
    assertEquals(home.stdout, text);
    assertEquals(await home.run("shell", shell, "--segment"), 0);
    assertEquals(home.stdout, text + segment(shell));
  }
  assertEquals(await home.run("shell", "zsh", "--segment", "--json"), 0);
  assertEquals(JSON.parse(home.stdout).line, 'eval "$(stsmfa shell zsh --segment)"');
});

Deno.test("--segment for a shell without one: exit status 2, and which have it", async () => {
  await using home = await openHome({ nobody: true, network: false });
  for (const shell of ["sh", "nu"]) {
    assertEquals(await home.run("shell", shell, "--segment"), 2);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, `there is no --segment for ${shell}`);
    assertStringIncludes(home.stderr, "bash, zsh, fish, powershell");
  }
});
