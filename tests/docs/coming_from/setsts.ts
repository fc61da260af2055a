/**
 * Stories of people who used setsts.
 *
 * @module
 */

import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { alice } from "../../support/sts_people.ts";
import { aliceArn, key, oldKey, oldToken, section, type Stories } from "./story.ts";

/** A target as setsts leaves it: no expiry, and an older tool's token beside its own. */
const target = section("temporary", {
  region: "eu-west-1",
  ...oldKey,
  aws_session_token: oldToken,
  aws_security_token: "a/token+that+was+stale+long+before==",
});
const credentials = section("alice", key()) + target;
const command = "stsmfa --profile alice --target-profile temporary --token-code 123456";

export const stories: Stories = {
  "the code as a flag; the stale token goes, the region stays": async ({ open }) => {
    await using prompter = await open({ credentials, nobody: true });
    await prompter.type(command);
    const { aws_security_token, region } = await prompter.home.section("temporary");
    assertEquals([aws_security_token, region], [undefined, "eu-west-1"]);
    assertEquals(await prompter.who("temporary"), aliceArn);
    assertEquals(await prompter.home.section("alice"), key());
  },

  "what is valid stays and no code is spent, until --force": async ({ open }) => {
    await using prompter = await open({ credentials, nobody: true });
    await prompter.type(command);
    const before = await prompter.home.section("temporary");
    await prompter.home.unchanged(() => prompter.type(command));
    prompter.home.test.clock.advance(1);
    await prompter.type(`${command} --force`);
    assertNotEquals(await prompter.home.section("temporary"), before);
    assertEquals(await prompter.who("temporary"), aliceArn);
    assertEquals(prompter.home.sts.count("GetSessionToken"), 2);
    assertEquals(await prompter.home.test.read(".aws/credentials~"), credentials);
  },

  "a hardware device, for an hour": async ({ open }) => {
    const devices = [{ ...alice().devices[0]!, serialNumber: "GAHT12345678" }];
    const user = alice({ devices });
    await using prompter = await open({ credentials, nobody: true, sts: { users: [user] } });
    await prompter.type(`${command} --serial-number GAHT12345678 --duration-seconds 3600`);
    assertEquals(
      prompter.stdout,
      "alice  renewed, expires in 1h, at 06:06, in [temporary]\n",
    );
    assertEquals(await prompter.who("temporary"), aliceArn);
  },

  "another file, no backup, not a word": async ({ open }) => {
    await using prompter = await open({ credentials: null, nobody: true });
    const { home } = prompter;
    await home.test.write("elsewhere/credentials", credentials);
    await prompter.type(
      `${command} --aws-credential-file ~/elsewhere/credentials --ignore-backup --quiet`,
    );
    assertEquals([prompter.stdout, prompter.stderr], ["", ""]);
    assertEquals((await home.test.list("elsewhere")).filter((name) => name.includes("~")), []);
    prompter.env["AWS_SHARED_CREDENTIALS_FILE"] = home.test.path("elsewhere/credentials");
    assertEquals(await home.run("temporary", "--dry-run"), 3);
    assertEquals(await home.run("read", "aws_access_key_id", "temporary"), 0);
    assertEquals(home.stdout.slice(0, 4), "ASIA");
  },

  "a rehearsal asks, sends and writes nothing": async ({ open }) => {
    await using prompter = await open({ credentials, nobody: true });
    await prompter.home.unchanged(() => prompter.type(`${command} --dryrun`));
    assertStringIncludes(prompter.stdout, "would be renewed");
    assertEquals(prompter.home.sts.count(), 0);
  },

  "the config file remembers the flags; the device of a user with a path is found": async (
    { open, config },
  ) => {
    const user = alice({ path: "/eng/" });
    await using prompter = await open({ credentials, config, sts: { users: [user] } });
    prompter.home.types();
    await prompter.type("stsmfa temporary");
    assertEquals(await prompter.who("temporary"), "arn:aws:iam::123456789012:user/eng/alice");
  },

  "a target that is the source is refused, and made possible": async ({ open }) => {
    await using prompter = await open({ credentials });
    const same = ["--profile", "alice", "--target-profile", "alice"];
    assertEquals(await prompter.home.unchanged(() => prompter.home.run(...same)), 3);
    assertStringIncludes(prompter.home.stderr, "stsmfa init alice --adopt");
    prompter.home.answer("eu-west-1");
    prompter.home.types();
    await prompter.type("stsmfa init alice --adopt");
    assertEquals(await prompter.home.run(...same), 0);
    assertEquals(await prompter.who("alice"), aliceArn);
  },

  "a code that AWS refuses": async ({ open }) => {
    await using prompter = await open({ credentials, nobody: true });
    const wrong = (await prompter.home.sts.code()) === "000000" ? "111111" : "000000";
    const words = ["--profile", "alice", "--target-profile", "temporary", "--token-code", wrong];
    assertEquals(await prompter.home.unchanged(() => prompter.home.run(...words)), 4);
  },
};
