import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertMode } from "../../support/file_mode.ts";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

const renew = ["--force", "--quiet"];
const { accessKeyId, secretAccessKey } = alice();
const keyLines = `${accessKeyId}\n${secretAccessKey}\n`;

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

Deno.test("a file that was emptied does not replace the backup of what was in it", async () => {
  for (const emptied of ["", "\n\r\n"]) {
    await using home = await openHome({ nobody: true, stdin: keyLines });
    await home.test.write(".aws/credentials", emptied);
    await home.test.write(".aws/credentials~", alicesFile);
    const init = ["init", "--keys-from", "stdin", "--no-session", "--quiet"];
    assertEquals(await home.run(...init), 0, home.stderr);
    assertStringIncludes(await home.credentials(), "[default-long-term]");
    assertEquals(await home.test.read(".aws/credentials~"), alicesFile);
  }
});

Deno.test("a file that another program is just writing is not taken for one that is empty", async () => {
  const whole = new TextEncoder().encode(alicesFile);
  for (const length of [0, 40, whole.length - 1]) {
    let cut = 0;
    await using home = await openHome({
      files: (files) => ({
        ...files,
        read: async (path, known) => {
          const bytes = await files.read(path, known);
          return path.endsWith("/credentials") && cut-- > 0 ? bytes!.slice(0, length) : bytes;
        },
      }),
    });
    home.answer(async () => {
      // Nothing reads the file between the question and the edit.
      cut = 4;
      return await home.sts.code();
    });
    assertEquals(await home.run("--no-backup"), 0, home.stderr);
    const after = await home.credentials();
    assertEquals(after.slice(0, alicesFile.length), alicesFile);
    assertStringIncludes(after, "\n[default]\n");
  }
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
