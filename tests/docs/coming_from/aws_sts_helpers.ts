/**
 * Stories of people who used aws-sts-helpers: ec2switch, ec2now, ec2mfa and the two generators.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import type { HomeOptions } from "../../support/homes.ts";
import { alice, ALICE_DEVICE, type LoopbackUser } from "../../support/sts_people.ts";
import { aliceArn, assumed, type Beginning, key, section, type Stories } from "./story.ts";

const al: LoopbackUser = {
  accountId: "987654321012",
  userName: "al",
  accessKeyId: "AKIAALALALALALALALA2",
  secretAccessKey: "al+secret/access+key/of+forty+letters+xy",
  devices: [{ serialNumber: "arn:aws:iam::987654321012:mfa/al", secret: "KRSXG5CTMVRXEZLU" }],
};
const alArn = "arn:aws:iam::987654321012:user/al";
const escalation = "arn:aws:iam::123456789012:role/escalation";

const accounts = JSON.stringify({
  personal: "arn:aws:iam::987654321012:",
  work: "arn:aws:iam::123456789012:",
});
const usualAccountsFile = "/etc/default/aws-sts-helpers/accounts.json";

/** A machine where the accounts' file is in its usual place. */
const withAccounts = (files: Files): Files => ({
  ...files,
  read: (path) =>
    path === usualAccountsFile
      ? Promise.resolve(new TextEncoder().encode(accounts))
      : files.read(path),
});

/** A home of aws-sts-helpers, with a session cached for work. */
async function openTheirs({ open }: Beginning, options: HomeOptions = {}) {
  const prompter = await open({
    credentials: null,
    sts: { users: [alice(), al], roles: [{ roleArn: escalation }] },
    ...options,
  });
  const files = {
    "work.access_key": alice().accessKeyId,
    "work.secret_key": alice().secretAccessKey,
    "personal.access_key": al.accessKeyId,
    "personal.secret_key": al.secretAccessKey,
    "personal.user": "al",
    ".cache.work.access_key": "ASIAOLDOLDOLDOLDOLD2",
    ".cache.work.secret_key": "old+secret/of+the+session+before+this",
    ".cache.work.session_token": "old/token+of+the+session+before+this==",
    ".cache.work.expiration": "240",
  };
  for (const [name, text] of Object.entries(files)) {
    await prompter.home.test.write(`aws-creds/${name}`, `${text}\n`);
  }
  return prompter;
}

/** The same, taken over, at a shell that has the function. */
async function openImported(beginning: Beginning) {
  const prompter = await openTheirs(beginning, { files: withAccounts });
  await prompter.type("stsmfa import --from aws-sts-helpers");
  await prompter.type('eval "$(stsmfa shell bash)"');
  return prompter;
}

export const stories: Stories = {
  "keys and devices are taken over, and the originals stay": async (beginning) => {
    for (const ending of ["", " --accounts-file ~/accounts.json"]) {
      const files = ending === "" ? { files: withAccounts } : {};
      await using prompter = await openTheirs(beginning, files);
      await prompter.home.test.write("accounts.json", accounts);
      await prompter.type(`stsmfa import --from aws-sts-helpers${ending}`);
      assertEquals(await prompter.home.section("work-long-term"), {
        ...key(),
        mfa_serial: ALICE_DEVICE,
      });
      assertEquals(await prompter.home.section("personal-long-term"), {
        ...key(al),
        mfa_serial: al.devices[0]!.serialNumber,
      });
      assertEquals((await prompter.home.test.list("aws-creds")).length, 9);
    }
  },

  "ec2switch, ec2mfa and ec2now": async (beginning) => {
    await using prompter = await openImported(beginning);
    const { home } = prompter;
    assertMatch(await prompter.type("stsmfa status", 8), /^ {2}personal .*\n^ {2}work /m);
    await prompter.type("stsmfa use", 8);
    assertEquals(prompter.stdout, "no session is set in this shell\n");
    prompter.env["AWS_DEFAULT_REGION"] = "us-east-1";
    home.types();
    await prompter.type("stsmfa use work");
    assertEquals([await prompter.who(), prompter.env["STSMFA_PROFILE"]], [aliceArn, "work"]);
    assertEquals(prompter.env["AWS_CREDENTIAL_EXPIRATION"], "2026-03-04T17:06:07Z");
    assertEquals(
      await prompter.type("stsmfa use"),
      "work  valid, expires in 12h, at 17:06, region us-east-1\n",
    );
    home.types(1, al.devices[0]!.serialNumber);
    await prompter.type("stsmfa use personal");
    assertEquals(await prompter.who(), alArn);
    // Back again: its session is kept.
    await prompter.type("stsmfa use work");
    assertEquals([await prompter.who(), prompter.asked], [aliceArn, 2]);
    await prompter.type("stsmfa unset");
    assertEquals(prompter.env["AWS_ACCESS_KEY_ID"], undefined);
    assertEquals(prompter.env["AWS_DEFAULT_REGION"], "us-east-1");
  },

  "the names of old tools, where they are wanted": async (beginning) => {
    await using prompter = await openImported(beginning);
    prompter.home.types();
    await prompter.type("stsmfa use work --legacy");
    const { AWS_SESSION_TOKEN, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = prompter.env;
    assertEquals(await prompter.who(), aliceArn);
    assertEquals(prompter.env["AWS_ACCESS_KEY"], AWS_ACCESS_KEY_ID);
    assertEquals(prompter.env["AWS_SECRET_KEY"], AWS_SECRET_ACCESS_KEY);
    assertEquals(prompter.env["AWS_DELEGATION_TOKEN"], AWS_SESSION_TOKEN);
    assertEquals(prompter.env["AWS_SECURITY_TOKEN"], AWS_SESSION_TOKEN);
    await prompter.type("stsmfa use work");
    assertEquals(prompter.env["AWS_DELEGATION_TOKEN"], undefined);
  },

  "generate-sts-mfa-token for its cache, as JSON and for a shell": async (beginning) => {
    await using prompter = await openImported(beginning);
    await prompter.type("stsmfa work --token 123456");
    assertEquals(await prompter.who("work"), aliceArn);
    await prompter.type("stsmfa env work --token 123456 --shell json");
    assertEquals(await prompter.owner(JSON.parse(prompter.stdout)), aliceArn);
    await prompter.type('eval "$(stsmfa env work --token 123456 --legacy)"');
    assertEquals(await prompter.who(), aliceArn);
    assertEquals(prompter.env["AWS_DELEGATION_TOKEN"], prompter.env["AWS_SESSION_TOKEN"]);
    assertEquals([prompter.asked, prompter.home.sts.count("GetSessionToken")], [0, 1]);
    const { AccessKeyId, Version } = JSON.parse(await prompter.type("stsmfa process work"));
    assertEquals([AccessKeyId, Version], [prompter.env["AWS_ACCESS_KEY_ID"], 1]);
  },

  "generate-sts-mfa-token with a device and a duration": async (beginning) => {
    await using prompter = await openImported(beginning);
    await prompter.type(
      `stsmfa env work --mfa ${ALICE_DEVICE} --token 123456 --duration 7200 --shell json`,
    );
    const variables = JSON.parse(prompter.stdout);
    assertEquals(await prompter.owner(variables), aliceArn);
    assertEquals(variables["AWS_CREDENTIAL_EXPIRATION"], "2026-03-04T07:06:07Z");
  },

  "generate-sts-role-token, on the session that is there": async (beginning) => {
    await using prompter = await openImported(beginning);
    prompter.home.types();
    await prompter.type("stsmfa use work");
    await prompter.type(`stsmfa env work --role-arn ${escalation} --shell json`);
    assertEquals(await prompter.owner(JSON.parse(prompter.stdout)), assumed(escalation));
    await prompter.type(`eval "$(stsmfa env work --role-arn ${escalation} --legacy)"`);
    assertEquals(await prompter.who(), assumed(escalation));
    assertEquals(prompter.asked, 1);
    assertEquals(await prompter.who("work"), aliceArn);
  },

  "a key that was given by flags is stored instead": async ({ open }) => {
    const { accessKeyId, secretAccessKey } = alice();
    const stdin = `${accessKeyId}\n${secretAccessKey}\n`;
    await using prompter = await open({ credentials: section("a", key(al)), stdin });
    prompter.home.answer("");
    prompter.home.types();
    await prompter.type("stsmfa init --keys-from stdin");
    assertEquals(await prompter.who("default"), aliceArn);
  },

  "other shells have functions, too": async ({ open }) => {
    await using prompter = await open();
    await prompter.type("stsmfa shell --help");
    for (const shell of ["zsh", "fish", "powershell", "nu"]) {
      assertStringIncludes(prompter.stdout, `stsmfa shell ${shell}`);
    }
  },
};
