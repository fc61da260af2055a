/**
 * What holds for everybody, whatever they used.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { alice } from "../../support/sts_people.ts";
import { key, section, type Stories } from "./story.ts";

export const stories: Stories = {
  "import shows what it would add for every tool at once, and does nothing": async ({ open }) => {
    await using prompter = await open({ credentials: section("a-long-term", key()) });
    const { test } = prompter.home;
    await test.write(".stscreds/credentials", section("b", key()));
    await test.write("aws-creds/c.access_key", alice().accessKeyId);
    await test.write("aws-creds/c.secret_key", alice().secretAccessKey);
    await prompter.home.unchanged(() => prompter.type("stsmfa import --dry-run"));
    assertMatch(prompter.stdout, /^a +aws-mfa +works as it is\n/);
    assertMatch(prompter.stdout, /^b +stscreds +key would be added as \[b-long-term\]$/m);
    assertMatch(prompter.stdout, /^c +aws-sts-helpers +key would be added as \[c-long-term\]$/m);
    assertEquals(await prompter.home.run("import"), 0);
    const names = [
      await prompter.home.section("b-long-term"),
      await prompter.home.section("c-long-term"),
    ];
    assertEquals(names, [key(), key()]);
    assertEquals(await test.read(".stscreds/credentials"), section("b", key()));
    assertEquals(await test.list("aws-creds"), ["c.access_key", "c.secret_key"]);
  },
};
