import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertMode } from "../../support/file_mode.ts";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";

const renew = ["--force", "--quiet"];

Deno.test("the first run keeps the file as the person made it, as credentials~ with mode 0600", async () => {
  await using home = await openHome();
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals(await home.test.read(".aws/credentials~"), alicesFile);
  assertMode(0o600, home.test.path(".aws/credentials~"));
});

Deno.test("later runs never replace the backup by a state that only stsmfa made", async () => {
  const credentials = `${longTerm("a-long-term")}\n${longTerm("b-long-term")}`;
  await using home = await openHome({ credentials });
  home.types(3);
  for (const args of [["a"], ["b"], ["a", ...renew], ["--all", ...renew]]) {
    home.test.clock.advance(60);
    assertEquals(await home.run(...args), 0);
    assertEquals(await home.test.read(".aws/credentials~"), credentials);
  }
});

Deno.test("after a person's edit the backup is taken again", async () => {
  await using home = await openHome();
  home.types(2);
  await home.run();
  const edited = `${await home.credentials()}[mine]\nregion = eu-west-1\n`;
  await home.test.write(".aws/credentials", edited);
  home.test.clock.advance(60);
  assertEquals(await home.run(...renew), 0);
  assertEquals(await home.test.read(".aws/credentials~"), edited);
});

Deno.test("a comment, a key and a changed secret each count as an edit", async () => {
  const edits = [
    (text: string) => `# note\n${text}`,
    (text: string) => text.replace("[default]\n", "[default]\nregion = eu-west-1\n"),
    (text: string) => `${text}${longTerm("spare")}`,
    (text: string) => text.replace("# work laptop, keep in sync with 1Password\n", ""),
  ];
  await using home = await openHome();
  home.types(1 + edits.length);
  await home.run();
  for (const edit of edits) {
    const edited = edit(await home.credentials());
    await home.test.write(".aws/credentials", edited);
    home.test.clock.advance(60);
    assertEquals(await home.run(...renew), 0);
    assertEquals(await home.test.read(".aws/credentials~"), edited);
  }
});

Deno.test("a key of a person in the target is in the backup, though its session is not worth one", async () => {
  const credentials = alicesFile + session("default", "2026-03-04T05:06:07Z", "output = json");
  await using home = await openHome({ credentials });
  home.types();
  await home.run();
  assertStringIncludes(await home.test.read(".aws/credentials~"), "output = json");
});

for (const flag of ["--no-backup", "--ignore-backup"]) {
  Deno.test(`${flag} leaves no backup, and touches none that is there`, async () => {
    await using home = await openHome();
    home.types(2);
    assertEquals(await home.run(flag), 0);
    assertEquals(await home.test.list(), ["credentials"]);
    await home.test.write(".aws/credentials~", "kept\n");
    home.test.clock.advance(60);
    assertEquals(await home.run(flag, ...renew), 0);
    assertEquals(await home.test.read(".aws/credentials~"), "kept\n");
  });
}
