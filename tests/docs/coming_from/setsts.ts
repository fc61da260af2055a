/**
 * Stories of people who used setsts.
 *
 * @module
 */

import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { alice } from "../../support/loopback_sts.ts";
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
    await using person = await open({ credentials, nobody: true });
    await person.type(command);
    const { aws_security_token, region } = await person.home.section("temporary");
    assertEquals([aws_security_token, region], [undefined, "eu-west-1"]);
    assertEquals(await person.who("temporary"), aliceArn);
    assertEquals(await person.home.section("alice"), key());
  },

  "what is valid stays and no code is spent, until --force": async ({ open }) => {
    await using person = await open({ credentials, nobody: true });
    await person.type(command);
    const before = await person.home.section("temporary");
    await person.home.unchanged(() => person.type(command));
    person.home.test.clock.advance(1);
    await person.type(`${command} --force`);
    assertNotEquals(await person.home.section("temporary"), before);
    assertEquals(await person.who("temporary"), aliceArn);
    assertEquals(person.home.sts.count("GetSessionToken"), 2);
    assertEquals(await person.home.test.read(".aws/credentials~"), credentials);
  },

  "a hardware device, for an hour": async ({ open }) => {
    const devices = [{ ...alice().devices[0]!, serialNumber: "GAHT12345678" }];
    const user = alice({ devices });
    await using person = await open({ credentials, nobody: true, sts: { users: [user] } });
    await person.type(`${command} --serial-number GAHT12345678 --duration-seconds 3600`);
    assertEquals(
      person.stdout,
      "alice  renewed, expires in 1h (2026-03-04T06:06:07Z), in [temporary]\n",
    );
    assertEquals(await person.who("temporary"), aliceArn);
  },

  "another file, no backup, not a word": async ({ open }) => {
    await using person = await open({ credentials: null, nobody: true });
    const { home } = person;
    await home.test.write("elsewhere/credentials", credentials);
    await person.type(
      `${command} --aws-credential-file ~/elsewhere/credentials --ignore-backup --quiet`,
    );
    assertEquals([person.stdout, person.stderr], ["", ""]);
    assertEquals((await home.test.list("elsewhere")).filter((name) => name.includes("~")), []);
    person.env["AWS_SHARED_CREDENTIALS_FILE"] = home.test.path("elsewhere/credentials");
    assertEquals(await home.run("temporary", "--dry-run"), 3);
    assertEquals(await home.run("read", "aws_access_key_id", "temporary"), 0);
    assertEquals(home.stdout.slice(0, 4), "ASIA");
  },

  "a rehearsal asks, sends and writes nothing": async ({ open }) => {
    await using person = await open({ credentials, nobody: true });
    await person.home.unchanged(() => person.type(`${command} --dryrun`));
    assertStringIncludes(person.stdout, "would be renewed");
    assertEquals(person.home.sts.count(), 0);
  },

  "the config file remembers the flags; the device of a user with a path is found": async (
    { open, config },
  ) => {
    const user = alice({ path: "/eng/" });
    await using person = await open({ credentials, config, sts: { users: [user] } });
    person.home.types();
    await person.type("stsmfa temporary");
    assertEquals(await person.who("temporary"), "arn:aws:iam::123456789012:user/eng/alice");
  },

  "a target that is the source is refused, and made possible": async ({ open }) => {
    await using person = await open({ credentials });
    const same = ["--profile", "alice", "--target-profile", "alice"];
    assertEquals(await person.home.unchanged(() => person.home.run(...same)), 3);
    assertStringIncludes(person.home.stderr, "stsmfa init alice --adopt");
    person.home.answer("eu-west-1");
    person.home.types();
    await person.type("stsmfa init alice --adopt");
    assertEquals(await person.home.run(...same), 0);
    assertEquals(await person.who("alice"), aliceArn);
  },

  "a code that AWS refuses": async ({ open }) => {
    await using person = await open({ credentials, nobody: true });
    const wrong = (await person.home.sts.code()) === "000000" ? "111111" : "000000";
    const words = ["--profile", "alice", "--target-profile", "temporary", "--token-code", wrong];
    assertEquals(await person.home.unchanged(() => person.home.run(...words)), 4);
  },
};
