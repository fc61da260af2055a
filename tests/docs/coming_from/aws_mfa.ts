/**
 * Stories of people who used aws-mfa.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";
import {
  aliceArn,
  assumed,
  key,
  oldKey,
  oldToken,
  production,
  section,
  staging,
  type Stories,
} from "./story.ts";

/** A session as aws-mfa writes it; its date is UTC and does not say so. */
function session(name: string, expiration: string, roleArn?: string): string {
  return section(name, {
    assumed_role: roleArn === undefined ? "False" : "True",
    ...(roleArn !== undefined && { assumed_role_arn: roleArn }),
    ...oldKey,
    aws_session_token: oldToken,
    aws_security_token: oldToken,
    expiration,
  });
}

const longTerm = (name: string, more = {}) => section(name, { ...key(), ...more });
const sts = { roles: [{ roleArn: production }, { roleArn: staging }] };

export const stories: Stories = {
  "a session of aws-mfa is used until it ends, and renewed in its place": async ({ open }) => {
    const credentials = longTerm("default-long-term", { aws_mfa_device: ALICE_DEVICE }) +
      session("default", "2026-03-04 05:16:07");
    await using prompter = await open({ credentials });
    const { home } = prompter;
    await home.unchanged(() => prompter.type("stsmfa"));
    assertEquals(prompter.stdout, "default  valid, expires in 10m, at 05:16\n");
    home.test.clock.advance(360);
    // As late as aws-mfa did it.
    assertEquals(await home.run("--min-left", "0"), 0);
    assertEquals(home.stdout, "default  valid, expires in 4m, at 05:16\n");
    assertEquals(home.sts.count(), 0);
    home.types();
    await prompter.type("stsmfa");
    assertEquals(await prompter.who("default"), aliceArn);
    const { aws_security_token, assumed_role, expiration } = await home.section("default");
    assertEquals(
      [aws_security_token, assumed_role, expiration],
      [undefined, "False", "2026-03-04T17:12:07Z"],
    );
    assertEquals(home.sts.count("ListMFADevices"), 0);
    assertEquals(
      await home.run("--force", "--legacy-token", "--token-code", await home.sts.code()),
      0,
    );
    const legacy = await home.section("default");
    assertEquals(legacy["aws_security_token"], legacy["aws_session_token"]);
  },

  "device and duration by flags and by variables": async ({ open }) => {
    for (
      const line of [
        `stsmfa --duration 1800 --device ${ALICE_DEVICE}`,
        `MFA_DEVICE=${ALICE_DEVICE} MFA_STS_DURATION=1800 stsmfa`,
      ]
    ) {
      await using prompter = await open({ credentials: longTerm("default-long-term") });
      prompter.home.types();
      assertEquals(
        await prompter.type(line),
        "default  renewed, expires in 30m, at 05:36\n",
      );
      assertEquals(prompter.home.sts.requests.map(({ action }) => action), ["GetSessionToken"]);
      assertEquals(prompter.home.sts.requests[0]!.params["SerialNumber"], ALICE_DEVICE);
      assertEquals(await prompter.who("default"), aliceArn);
    }
  },

  "a profile by flag and by variable": async ({ open }) => {
    for (const line of ["stsmfa --profile development", "AWS_PROFILE=development stsmfa"]) {
      await using prompter = await open({ credentials: longTerm("development-long-term") });
      prompter.home.types();
      await prompter.type(line);
      assertEquals(await prompter.who("development"), aliceArn);
      assertEquals(await prompter.home.section("default"), {});
    }
  },

  "suffixes by stsmfa's variables": async ({ open }) => {
    await using prompter = await open({ credentials: longTerm("work-mine") });
    prompter.home.types();
    prompter.env["STSMFA_LONG_TERM_SUFFIX"] = "mine";
    prompter.env["STSMFA_SHORT_TERM_SUFFIX"] = "now";
    assertEquals(await prompter.home.run("work"), 0);
    assertEquals(await prompter.who("work-now"), aliceArn);
  },

  "a code as an argument, and a new session for a valid one": async ({ open }) => {
    await using prompter = await open({ credentials: longTerm("default-long-term") });
    await prompter.type("stsmfa --token 123456");
    assertEquals(await prompter.who("default"), aliceArn);
    const { aws_access_key_id: before } = await prompter.home.section("default");
    prompter.home.test.clock.advance(1);
    prompter.home.types();
    await prompter.type("stsmfa --force");
    const { aws_access_key_id: after } = await prompter.home.section("default");
    assert(after !== before);
    assertEquals(await prompter.who("default"), aliceArn);
  },

  "a first key is taken in, with a first session": async ({ open }) => {
    await using prompter = await open({ credentials: null });
    const { accessKeyId, secretAccessKey } = alice();
    prompter.home.answer(accessKeyId, secretAccessKey, "eu-west-1");
    prompter.home.types();
    await prompter.type("stsmfa init development");
    const stored = await prompter.home.section("development-long-term");
    assertEquals(stored, { ...key(), mfa_serial: ALICE_DEVICE });
    assertEquals(await prompter.who("development"), aliceArn);
  },

  "a role is assumed, kept, changed and left again": async ({ open }) => {
    await using prompter = await open({ credentials: longTerm("default-long-term"), sts });
    prompter.home.types();
    const toRole = `stsmfa --assume-role ${production} --role-session-name alice-a`;
    await prompter.type(toRole);
    assertEquals(await prompter.who("default"), assumed(production, "alice-a"));
    assertEquals(
      await prompter.type(toRole),
      "default  valid, expires in 1h, at 06:06\n",
    );
    prompter.env["MFA_ASSUME_ROLE"] = staging;
    await prompter.type("stsmfa");
    assertEquals(await prompter.who("default"), assumed(staging));
    delete prompter.env["MFA_ASSUME_ROLE"];
    await prompter.type("stsmfa");
    assertEquals(await prompter.who("default"), aliceArn);
    assertEquals(prompter.asked, 1);
  },

  "a role of a profile, and one that stands beside the key": async ({ open }) => {
    const credentials = longTerm("development-long-term") +
      longTerm("default-long-term", { assume_role: staging });
    await using prompter = await open({ credentials, sts });
    prompter.home.types();
    await prompter.type(`stsmfa development --assume-role ${production}`);
    assertEquals(await prompter.who("development"), assumed(production));
    await prompter.type("stsmfa --role-session-name alice-a");
    assertEquals(await prompter.who("default"), assumed(staging, "alice-a"));
    assertEquals(prompter.asked, 1);
  },

  "several accounts at once, on one code": async ({ open }) => {
    const credentials = longTerm("myorganization", { aws_mfa_device: ALICE_DEVICE }) +
      longTerm("myorganization-long-term");
    await using prompter = await open({ credentials, sts });
    prompter.home.types();
    const words = (roleArn: string, name: string) =>
      `stsmfa --profile myorganization --assume-role ${roleArn} --short-term-suffix ${name} --long-term-suffix none --role-session-name ${name}`;
    await prompter.type(words(production, "production"));
    await prompter.type(words(staging, "staging"));
    await prompter.type("stsmfa --profile myorganization --short-term-suffix development");
    assertEquals(
      [
        await prompter.who("myorganization-production"),
        await prompter.who("myorganization-staging"),
        await prompter.who("myorganization-development"),
      ],
      [assumed(production, "production"), assumed(staging, "staging"), aliceArn],
    );
    assertEquals(prompter.asked, 1);
    assertEquals((await prompter.home.section("myorganization"))["aws_mfa_device"], ALICE_DEVICE);
  },

  "import tells keys and roles from what aws-mfa has written": async ({ open }) => {
    const credentials = longTerm("myorganization", { aws_mfa_device: ALICE_DEVICE }) +
      session("myorganization-production", "2026-03-04 04:06:07", production) +
      session("myorganization-staging", "2026-03-04 04:06:07", staging) +
      longTerm("home-long-term");
    await using prompter = await open({ credentials, sts });
    const { home } = prompter;
    await home.unchanged(() => home.run("import", "--from", "aws-mfa", "--dry-run"));
    assertEquals(await home.credentials(), credentials);
    await prompter.type("stsmfa import --from aws-mfa");
    assertMatch(prompter.stdout, /^home +aws-mfa +works as it is$/m);
    assertEquals(await home.credentials(), credentials);
    home.types();
    await prompter.type("stsmfa myorganization-production myorganization-staging");
    assertEquals(await prompter.who("myorganization-production"), assumed(production));
    assertEquals(await prompter.who("myorganization-staging"), assumed(staging));
    await prompter.type("stsmfa --all");
    assertEquals(await prompter.who("home"), aliceArn);
    assertEquals(prompter.asked, 1);
    assertStringIncludes(await home.credentials(), longTerm("home-long-term"));
  },
};
