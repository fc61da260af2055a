/**
 * Stories of people who used aws-sts-helpers: ec2switch, ec2now, ec2mfa and the two generators.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import type { HomeOptions } from "../../support/homes.ts";
import { alice, ALICE_DEVICE, type LoopbackUser } from "../../support/loopback_sts.ts";
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
  const person = await open({
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
    await person.home.test.write(`aws-creds/${name}`, `${text}\n`);
  }
  return person;
}

/** The same, taken over, at a shell that has the function. */
async function openImported(beginning: Beginning) {
  const person = await openTheirs(beginning, { files: withAccounts });
  await person.type("stsmfa import --from aws-sts-helpers");
  await person.type('eval "$(stsmfa shell bash)"');
  return person;
}

export const stories: Stories = {
  "keys and devices are taken over, and the originals stay": async (beginning) => {
    for (const ending of ["", " --accounts-file ~/accounts.json"]) {
      const files = ending === "" ? { files: withAccounts } : {};
      await using person = await openTheirs(beginning, files);
      await person.home.test.write("accounts.json", accounts);
      await person.type(`stsmfa import --from aws-sts-helpers${ending}`);
      assertEquals(await person.home.section("work-long-term"), {
        ...key(),
        mfa_serial: ALICE_DEVICE,
      });
      assertEquals(await person.home.section("personal-long-term"), {
        ...key(al),
        mfa_serial: al.devices[0]!.serialNumber,
      });
      assertEquals((await person.home.test.list("aws-creds")).length, 9);
    }
  },

  "ec2switch, ec2mfa and ec2now": async (beginning) => {
    await using person = await openImported(beginning);
    const { home } = person;
    assertMatch(await person.type("stsmfa status", 8), /^personal .*\n^work /m);
    await person.type("stsmfa use", 8);
    assertEquals(person.stdout, "no session is set in this shell\n");
    person.env["AWS_DEFAULT_REGION"] = "us-east-1";
    home.types();
    await person.type("stsmfa use work");
    assertEquals([await person.who(), person.env["STSMFA_PROFILE"]], [aliceArn, "work"]);
    assertEquals(person.env["AWS_CREDENTIAL_EXPIRATION"], "2026-03-04T17:06:07Z");
    assertEquals(
      await person.type("stsmfa use"),
      "work  valid, expires in 12h (2026-03-04T17:06:07Z), region us-east-1\n",
    );
    home.types(1, al.devices[0]!.serialNumber);
    await person.type("stsmfa use personal");
    assertEquals(await person.who(), alArn);
    // Back again: its session is kept.
    await person.type("stsmfa use work");
    assertEquals([await person.who(), person.asked], [aliceArn, 2]);
    await person.type("stsmfa unset");
    assertEquals(person.env["AWS_ACCESS_KEY_ID"], undefined);
    assertEquals(person.env["AWS_DEFAULT_REGION"], "us-east-1");
  },

  "the names of old tools, where they are wanted": async (beginning) => {
    await using person = await openImported(beginning);
    person.home.types();
    await person.type("stsmfa use work --legacy");
    const { AWS_SESSION_TOKEN, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = person.env;
    assertEquals(await person.who(), aliceArn);
    assertEquals(person.env["AWS_ACCESS_KEY"], AWS_ACCESS_KEY_ID);
    assertEquals(person.env["AWS_SECRET_KEY"], AWS_SECRET_ACCESS_KEY);
    assertEquals(person.env["AWS_DELEGATION_TOKEN"], AWS_SESSION_TOKEN);
    assertEquals(person.env["AWS_SECURITY_TOKEN"], AWS_SESSION_TOKEN);
    await person.type("stsmfa use work");
    assertEquals(person.env["AWS_DELEGATION_TOKEN"], undefined);
  },

  "generate-sts-mfa-token for its cache, as JSON and for a shell": async (beginning) => {
    await using person = await openImported(beginning);
    await person.type("stsmfa work --token 123456");
    assertEquals(await person.who("work"), aliceArn);
    await person.type("stsmfa env work --token 123456 --shell json");
    assertEquals(await person.owner(JSON.parse(person.stdout)), aliceArn);
    await person.type('eval "$(stsmfa env work --token 123456 --legacy)"');
    assertEquals(await person.who(), aliceArn);
    assertEquals(person.env["AWS_DELEGATION_TOKEN"], person.env["AWS_SESSION_TOKEN"]);
    assertEquals([person.asked, person.home.sts.count("GetSessionToken")], [0, 1]);
    const { AccessKeyId, Version } = JSON.parse(await person.type("stsmfa process work"));
    assertEquals([AccessKeyId, Version], [person.env["AWS_ACCESS_KEY_ID"], 1]);
  },

  "generate-sts-mfa-token with a device and a duration": async (beginning) => {
    await using person = await openImported(beginning);
    await person.type(
      `stsmfa env work --mfa ${ALICE_DEVICE} --token 123456 --duration 7200 --shell json`,
    );
    const variables = JSON.parse(person.stdout);
    assertEquals(await person.owner(variables), aliceArn);
    assertEquals(variables["AWS_CREDENTIAL_EXPIRATION"], "2026-03-04T07:06:07Z");
  },

  "generate-sts-role-token, on the session that is there": async (beginning) => {
    await using person = await openImported(beginning);
    person.home.types();
    await person.type("stsmfa use work");
    await person.type(`stsmfa env work --role-arn ${escalation} --shell json`);
    assertEquals(await person.owner(JSON.parse(person.stdout)), assumed(escalation));
    await person.type(`eval "$(stsmfa env work --role-arn ${escalation} --legacy)"`);
    assertEquals(await person.who(), assumed(escalation));
    assertEquals(person.asked, 1);
    assertEquals(await person.who("work"), aliceArn);
  },

  "a key that was given by flags is stored instead": async ({ open }) => {
    const { accessKeyId, secretAccessKey } = alice();
    const stdin = `${accessKeyId}\n${secretAccessKey}\n`;
    await using person = await open({ credentials: section("a", key(al)), stdin });
    person.home.answer("");
    person.home.types();
    await person.type("stsmfa init --keys-from stdin");
    assertEquals(await person.who("default"), aliceArn);
  },

  "other shells have functions, too": async ({ open }) => {
    await using person = await open();
    await person.type("stsmfa shell --help");
    for (const shell of ["zsh", "fish", "powershell", "nu"]) {
      assertStringIncludes(person.stdout, `stsmfa shell ${shell}`);
    }
  },
};
