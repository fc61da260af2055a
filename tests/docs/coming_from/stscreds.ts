/**
 * Stories of people who used stscreds.
 *
 * @module
 */

import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import deno from "../../../deno.json" with { type: "json" };
import { alice, ALICE_DEVICE, type LoopbackUser } from "../../support/sts_people.ts";
import { aliceArn, type Beginning, key, oldKey, oldToken, section, type Stories } from "./story.ts";

/** Files as stscreds leaves them, whose sessions' expiry is in its own one. */
const theirs = `[default]
aws_access_key_id       = ${alice().accessKeyId}
aws_secret_access_key   = ${alice().secretAccessKey}
temp_credentials_expire = 2026-03-04T17:06:07Z

[work]
aws_access_key_id     = ${alice().accessKeyId}
aws_secret_access_key = ${alice().secretAccessKey}

`;
const credentials = `[default]
aws_access_key_id     = ${oldKey.aws_access_key_id}
aws_secret_access_key = ${oldKey.aws_secret_access_key}
aws_session_token     = ${oldToken}

`;

/** A home of stscreds that was taken over. */
async function openImported({ open }: Beginning) {
  const prompter = await open({
    credentials,
    config: "[default]\nregion = eu-central-1\n\n[profile work]\nregion = eu-west-2\n",
  });
  await prompter.home.test.write(".stscreds/credentials", theirs);
  await prompter.type("stsmfa import --from stscreds");
  return prompter;
}

const sessionNames = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

export const stories: Stories = {
  "the keys are copied, and the originals stay": async (beginning) => {
    await using prompter = await beginning.open({ credentials });
    await prompter.home.test.write(".stscreds/credentials", theirs);
    await prompter.home.unchanged(() => prompter.type("stsmfa import --from stscreds --dry-run"));
    assertStringIncludes(prompter.stdout, "key would be added as [work-long-term]");
    await prompter.type("stsmfa import --from stscreds");
    assertEquals(await prompter.home.section("default-long-term"), key());
    assertEquals(await prompter.home.section("work-long-term"), key());
    assertStringIncludes(await prompter.home.credentials(), credentials);
    assertEquals(await prompter.home.test.read(".stscreds/credentials"), theirs);
  },

  "auth: the first run asks, the next only when it is told to": async (beginning) => {
    await using prompter = await openImported(beginning);
    prompter.home.types();
    await prompter.type("stsmfa");
    assertEquals(await prompter.who("default"), aliceArn);
    assertEquals(prompter.home.sts.requests[1]?.region, "eu-central-1");
    await prompter.home.unchanged(() => prompter.type("stsmfa"));
    await prompter.type("stsmfa --profile work");
    assertEquals(await prompter.who("work"), aliceArn);
    assertEquals(prompter.asked, 1);
    prompter.home.test.clock.advance(1);
    prompter.home.types();
    assertEquals(await prompter.home.run("--force"), 0);
    assertEquals(prompter.asked, 2);
  },

  "auth for an hour": async (beginning) => {
    await using prompter = await openImported(beginning);
    prompter.home.types();
    assertStringIncludes(await prompter.type("stsmfa --expires 1h"), "renewed, expires in 1h,");
    assertEquals(await prompter.who("default"), aliceArn);
  },

  "variables for a shell, all at once and each by itself": async (beginning) => {
    await using prompter = await openImported(beginning);
    prompter.home.types();
    await prompter.type('eval "$(stsmfa env)"');
    assertEquals(await prompter.who(), aliceArn);
    for (const name of sessionNames) delete prompter.env[name];
    for (const name of sessionNames) {
      await prompter.type(`export ${name}="$(stsmfa read ${name.toLowerCase()})"`);
    }
    assertEquals(await prompter.who(), aliceArn);
    assertEquals(prompter.asked, 1);
  },

  "one value, renewed when it has expired": async (beginning) => {
    await using prompter = await openImported(beginning);
    prompter.home.types(2);
    const token = await prompter.type("stsmfa read aws_session_token work");
    assertEquals(token, (await prompter.home.section("work"))["aws_session_token"]);
    prompter.home.test.clock.advance(12 * 3600);
    assertNotEquals(await prompter.type("stsmfa read aws_session_token work"), token);
    assertEquals(await prompter.who("work"), aliceArn);
    assertEquals(await prompter.type("stsmfa read region --profile work"), "eu-west-2");
    assertEquals(await prompter.home.run("read", "output"), 3);
  },

  "whoami: the devices with the key alone, the caller with a session": async (beginning) => {
    await using prompter = await openImported(beginning);
    assertStringIncludes(await prompter.type("stsmfa devices"), `${ALICE_DEVICE}  virtual  used`);
    prompter.home.types();
    assertStringIncludes(await prompter.type("stsmfa whoami"), aliceArn);
    assertStringIncludes(await prompter.type("stsmfa --version"), `stsmfa ${deno.version}\n`);
  },

  "init on a new machine, with the keys hidden and one of two devices": async ({ open }) => {
    for (const [line, profile] of [["stsmfa init", "default"], ["stsmfa init work", "work"]]) {
      const serialNumber = "arn:aws:iam::123456789012:mfa/phone";
      const second = { serialNumber, secret: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU" } as const;
      const user: LoopbackUser = alice({ devices: [...alice().devices, second] });
      await using prompter = await open({ credentials: null, sts: { users: [user] } });
      prompter.home.answer(user.accessKeyId, user.secretAccessKey, "eu-west-1", serialNumber);
      prompter.home.types(1, serialNumber);
      await prompter.type(line!);
      assertEquals(await prompter.who(profile), aliceArn);
      const stored = await prompter.home.section(`${profile}-long-term`);
      assertEquals(stored, { ...key(user), mfa_serial: serialNumber });
      assertEquals(prompter.home.sts.count("ListMFADevices"), 1);
      assertEquals(
        await prompter.home.test.read(".aws/config"),
        section(
          profile === "default" ? "default" : `profile ${profile}`,
          { region: "eu-west-1" },
        ).trimEnd() + "\n",
      );
    }
  },
};
