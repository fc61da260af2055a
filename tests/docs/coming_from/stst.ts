/**
 * Stories of people who used stst.
 *
 * @module
 */

import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { ALICE_DEVICE } from "../../support/sts_people.ts";
import { aliceArn, key, oldKey, oldToken, section, type Stories } from "./story.ts";

const config = section("default", { region: "eu-west-1", mfa_serial: ALICE_DEVICE });

/** A session as stst writes it, at the end of the file. */
function session(name: string, expiration: string): string {
  return section(name, {
    ...oldKey,
    aws_security_token: oldToken,
    aws_token_expiration: expiration,
  });
}

const credentials = section("default", key()) + session("temp", "2026-03-04T05:16:07Z");

export const stories: Stories = {
  "the section that stst filled is renewed at once, for SDKs could not read it": async (
    { open, config: lines },
  ) => {
    await using prompter = await open({ credentials, config: config + lines });
    prompter.home.types();
    assertEquals(
      await prompter.type("stsmfa temp"),
      "temp  renewed, expires in 12h, at 17:06\n",
    );
    assertEquals(await prompter.who("temp"), aliceArn);
    const { aws_security_token, aws_token_expiration } = await prompter.home.section("temp");
    assertEquals([aws_security_token, aws_token_expiration], [undefined, "2026-03-04T17:06:07Z"]);
    assertStringIncludes(await prompter.home.credentials(), section("default", key()));
    assertEquals(prompter.home.sts.requests.map(({ action, region }) => [action, region]), [
      ["GetSessionToken", "eu-west-1"],
      ["GetCallerIdentity", "eu-west-1"],
    ]);
    await prompter.home.unchanged(() => prompter.type("stsmfa temp"));
  },

  "other targets, and another duration; a valid session does not stand for another": async (
    { open },
  ) => {
    await using prompter = await open({ credentials, config });
    prompter.home.types();
    await prompter.type("stsmfa default --target-profile temp");
    await prompter.type("stsmfa default --target-profile build");
    assertEquals([await prompter.who("temp"), await prompter.who("build")], [aliceArn, aliceArn]);
    assertEquals(prompter.asked, 1);
  },

  "the duration by a flag, and what is valid renewed": async ({ open, config: lines }) => {
    await using prompter = await open({ credentials, config: config + lines });
    prompter.home.types(2);
    assertEquals(
      await prompter.type("stsmfa temp --duration 3600"),
      "temp  renewed, expires in 1h, at 06:06\n",
    );
    const before = await prompter.home.section("temp");
    prompter.home.test.clock.advance(1);
    assertEquals(await prompter.home.run("temp", "--force"), 0);
    assertNotEquals(await prompter.home.section("temp"), before);
  },

  "files elsewhere": async ({ open, config: lines }) => {
    await using prompter = await open({ credentials: null });
    await prompter.home.test.write("elsewhere/config", config + lines);
    await prompter.home.test.write("elsewhere/credentials", section("default", key()));
    prompter.home.types();
    await prompter.type(
      "stsmfa temp --config ~/elsewhere/config --credentials ~/elsewhere/credentials",
    );
    await prompter.home.test.write(
      ".aws/credentials",
      await prompter.home.test.read("elsewhere/credentials"),
    );
    assertEquals(await prompter.who("temp"), aliceArn);
  },

  "a key in the environment is stored once": async ({ open }) => {
    await using prompter = await open({ credentials: null, config });
    const { aws_access_key_id, aws_secret_access_key } = key();
    prompter.env["AWS_ACCESS_KEY_ID"] = aws_access_key_id;
    prompter.env["AWS_SECRET_ACCESS_KEY"] = aws_secret_access_key;
    prompter.home.answer("eu-west-1");
    prompter.home.types();
    await prompter.type("stsmfa init temp --keys-from env");
    assertStringIncludes(prompter.stderr, "AWS_ACCESS_KEY_ID is set in this shell");
    assertEquals(await prompter.who("temp"), aliceArn);
  },

  "the key makes room, and the default profile is the session": async ({ open }) => {
    await using prompter = await open({ credentials: `# mine\n${credentials}`, config });
    prompter.home.types();
    await prompter.type("stsmfa init --adopt");
    assertEquals(await prompter.who("default"), aliceArn);
    const { aws_access_key_id } = await prompter.home.section("default-long-term");
    assertEquals(aws_access_key_id, key().aws_access_key_id);
    assertStringIncludes(
      await prompter.home.credentials(),
      session("temp", "2026-03-04T05:16:07Z"),
    );
  },
};
