/**
 * Stories of people who used aws-vault, granted, awsume or the AWS CLI's own commands.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { EnvironmentChanges } from "../../../lib/context.ts";
import { FakeSecretTool } from "../../support/fake_stores.ts";
import { grantedItem, vaultItem } from "../../support/keyring_items.ts";
import { LoopbackFederation } from "../../support/loopback_federation.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";
import {
  aliceArn,
  assumed,
  type Beginning,
  key,
  production,
  section,
  staging,
  type Stories,
} from "./story.ts";

/** A role profile that every tool knows. */
const config = section("profile prod", {
  role_arn: production,
  source_profile: "me",
  mfa_serial: ALICE_DEVICE,
  external_id: "ticket:7",
  duration_seconds: "1800",
});

interface Started {
  readonly argv: readonly string[];
  readonly environment: EnvironmentChanges;
}

/** A home with that profile; `started` collects the programs that were run. */
async function openHomeWith(
  { open }: Beginning,
  credentials: string | null,
  nobody = false,
  isTerminal = false,
) {
  const started: Started[] = [];
  const prompter = await open({
    credentials,
    config: config + (nobody ? section("profile me", { mfa_process: "pass otp aws" }) : ""),
    nobody,
    isTerminal,
    sts: { roles: [{ roleArn: production, externalId: "ticket:7" }, { roleArn: staging }] },
    runCommand: async () => ({ exitStatus: 0, stdout: `${await prompter.home.sts.code()}\n` }),
    runAttached: ({ argv, environment }) => {
      started.push({ argv, environment });
      return Promise.resolve(0);
    },
  });
  return { prompter, started, [Symbol.asyncDispose]: () => prompter[Symbol.asyncDispose]() };
}

const mine = section("me", key());

export const stories: Stories = {
  "keys go from one key store's items to others, and a role is had with them": async ({ open }) => {
    const store = new FakeSecretTool();
    store.items.set("profile=me", vaultItem("me"));
    store.items.set("profile=home", grantedItem("home"));
    const more = section("profile home", { region: "eu-west-1" });
    await using prompter = await open({
      credentials: null,
      config: config + section("profile me", { region: "eu-west-1" }) + more,
      sts: { roles: [{ roleArn: production, externalId: "ticket:7" }] },
      runCommand: store.run,
    });
    await prompter.type("stsmfa import --from aws-vault --store keychain");
    await prompter.type("stsmfa import --from granted --store keychain");
    const { aws_secret_access_key } = key();
    assertEquals((await prompter.home.credentials()).includes(aws_secret_access_key!), false);
    prompter.home.types();
    await prompter.type("stsmfa process prod");
    assertEquals(JSON.parse(prompter.stdout).AccessKeyId.slice(0, 4), "ASIA");
    assertEquals(prompter.asked, 1);
  },

  "a key comes out of aws-vault, and a program gets the role": async (beginning) => {
    await using world = await openHomeWith(beginning, null);
    const { prompter, started } = world;
    const { aws_access_key_id, aws_secret_access_key } = key();
    Object.assign(prompter.env, {
      AWS_VAULT: "me",
      AWS_ACCESS_KEY_ID: aws_access_key_id,
      AWS_SECRET_ACCESS_KEY: aws_secret_access_key,
    });
    prompter.home.answer("eu-west-1");
    prompter.home.types();
    await prompter.type("aws-vault exec me --no-session -- stsmfa init me --keys-from env");
    await prompter.type("stsmfa exec prod -- aws s3 ls");
    const [{ argv, environment }] = started as [Started];
    assertEquals(argv, ["aws", "s3", "ls"]);
    assertEquals(await prompter.owner(environment.set), assumed(production));
    await prompter.type("stsmfa exec prod --serve -- npm start");
    const { AWS_ACCESS_KEY_ID, AWS_CONTAINER_CREDENTIALS_FULL_URI } = started[1]!.environment.set;
    assertEquals(AWS_ACCESS_KEY_ID, undefined);
    assertMatch(AWS_CONTAINER_CREDENTIALS_FULL_URI!, /^http:\/\/127\.0\.0\.1:/);
    assertEquals(prompter.asked, 1);
  },

  "a shell of its own with a role": async (beginning) => {
    await using world = await openHomeWith(beginning, mine, false, true);
    const { prompter, started } = world;
    prompter.env["SHELL"] = "bash";
    prompter.seesErrors = true;
    prompter.home.types();
    await prompter.type("stsmfa exec prod");
    const [{ argv, environment }] = started as [Started];
    assertEquals(argv, ["bash"]);
    assertEquals(await prompter.owner(environment.set), assumed(production));
  },

  "role profiles are served as they are, and nothing is written for them": async (beginning) => {
    await using world = await openHomeWith(beginning, mine, true);
    const { prompter } = world;
    await prompter.home.unchanged(() => prompter.type("stsmfa process prod"));
    const { AccessKeyId, Expiration } = JSON.parse(prompter.stdout);
    assertEquals([AccessKeyId.slice(0, 4), Expiration], ["ASIA", "2026-03-04T05:36:07Z"]);
    await prompter.type("stsmfa env prod");
    assertMatch(prompter.stdout, new RegExp(`^export AWS_ACCESS_KEY_ID='${AccessKeyId}';$`, "m"));
    assertEquals(await prompter.home.run("read", "aws_access_key_id", "prod"), 0);
    assertEquals(prompter.home.stdout, AccessKeyId);
    assertEquals(prompter.home.sts.count("AssumeRole"), 1);
  },

  "a shell with a role, another role, none": async (beginning) => {
    await using world = await openHomeWith(beginning, mine);
    const { prompter } = world;
    await prompter.installFunction();
    prompter.home.types();
    await prompter.type("stsmfa use prod");
    assertEquals(await prompter.who(), assumed(production));
    await prompter.type(`stsmfa use me --role-arn ${staging}`);
    assertEquals([await prompter.who(), prompter.asked], [assumed(staging), 1]);
    await prompter.type("stsmfa unset");
    assertEquals(prompter.env["AWS_ACCESS_KEY_ID"], undefined);
    // What is cleared takes a code again.
    await prompter.type("stsmfa clear prod");
    prompter.home.types();
    await prompter.type("stsmfa use prod");
    assertEquals([await prompter.who(), prompter.asked], [assumed(production), 2]);
  },

  "the console, signed in as a role": async (beginning) => {
    await using world = await openHomeWith(beginning, mine);
    const { prompter } = world;
    const { sts, test } = prompter.home;
    await using federation = await LoopbackFederation.start(sts, () => test.clock.now());
    Object.assign(prompter.env, federation.env());
    prompter.home.types();
    await prompter.type("stsmfa console prod");
    assertEquals(federation.signIn(prompter.stdout.trim()).principal.arn, assumed(production));
  },

  "a new key takes the place of the old one, and roles go on with it": async (beginning) => {
    await using world = await openHomeWith(beginning, mine);
    const { prompter } = world;
    prompter.home.answer("yes");
    prompter.home.types();
    await prompter.type("stsmfa keys rotate me");
    const { aws_access_key_id: id } = await prompter.home.section("me");
    assertEquals(prompter.home.sts.keys.of("alice").map(({ accessKeyId }) => accessKeyId), [id]);
    prompter.home.types();
    await prompter.type("stsmfa process prod");
    assertMatch(JSON.parse(prompter.stdout).AccessKeyId, /^ASIA/);
  },

  "a role's or a user's session under another name": async (beginning) => {
    await using world = await openHomeWith(beginning, mine);
    const { prompter } = world;
    await prompter.type("stsmfa prod --mfa-token 123456 --target-profile prod-mfa");
    assertEquals([await prompter.who("prod-mfa"), prompter.asked], [assumed(production), 0]);
    prompter.home.types();
    await prompter.type("stsmfa me --target-profile me-mfa");
    assertEquals([await prompter.who("me-mfa"), await prompter.home.section("me")], [
      aliceArn,
      key(),
    ]);
  },
};
