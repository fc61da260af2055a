/**
 * `stsmfa process`: which profiles it serves from where, and when it renews.
 *
 * @module
 */

import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { type Home, type HomeOptions, longTerm, openHome as open } from "../../support/homes.ts";
import { processOutput } from "../../support/process_output.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const otherArn = "arn:aws:iam::333333333333:role/Auditor";

/** As `init` stores them. */
const stored = `${longTerm("prod-long-term")}mfa_serial = ${ALICE_DEVICE}\n`;

function openHome(options: HomeOptions = {}): Promise<Home> {
  const sts = { roles: [{ roleArn }, { roleArn: otherArn }], ...options.sts };
  return open({ credentials: stored, ...options, sts });
}

const ours = "credential_process = stsmfa process prod\n";
const standardRole = `role_arn = ${roleArn}\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n`;

for (
  const [kind, { credentials = longTerm("me"), config, storage, account = "123456789012" }]
    of Object
      .entries(
        {
          "with its keys in [prod-long-term]": {
            credentials: longTerm("prod-long-term"),
            config: "",
            storage: "file",
          },
          "with a source in its stsmfa block": {
            config: "[profile prod]\nstsmfa =\n  source_profile = me\n",
            storage: "file",
          },
          "with a role in its stsmfa block": {
            config: `[profile prod]\nstsmfa =\n  source_profile = me\n  role_arn = ${roleArn}\n`,
            storage: "file",
            account: "222222222222",
          },
          "with credential_process, and its keys in [prod-long-term]": {
            credentials: longTerm("prod-long-term"),
            config: `[profile prod]\n${ours}`,
            storage: "state",
          },
          "with credential_process, and a role in its stsmfa block": {
            config:
              `[profile prod]\n${ours}stsmfa =\n  source_profile = me\n  role_arn = ${roleArn}\n`,
            storage: "state",
            account: "222222222222",
          },
          "with a standard role": {
            config: `[profile prod]\n${standardRole}`,
            storage: "state",
            account: "222222222222",
          },
          "with its keys in the section itself": {
            credentials: longTerm("prod"),
            config: "",
            storage: "state",
          },
        } satisfies Record<
          string,
          { credentials?: string; config: string; storage: string; account?: string }
        >,
      )
) {
  Deno.test(`process serves a profile ${kind} from the ${storage}, with one code for many calls`, async () => {
    await using home = await openHome({ credentials, config });
    home.types();
    const first = storage === "state"
      ? await home.unchanged(() => processOutput(home, "prod"))
      : await processOutput(home, "prod");
    assertEquals(first["AccountId"], account);
    const written = await home.section("prod");
    assertEquals(written["aws_access_key_id"] === first["AccessKeyId"], storage === "file");
    const requests = home.sts.count();

    home.test.clock.advance(60);
    const again = await home.unchanged(() => processOutput(home, "prod", "--non-interactive"));
    assertEquals(again["AccessKeyId"], first["AccessKeyId"]);
    assertEquals(again["SessionToken"], first["SessionToken"]);
    assertEquals([home.test.questions.length, home.sts.count()], [1, requests]);
  });
}

Deno.test("process asks for no code for a second role", async () => {
  const config = `[profile prod]\n${standardRole}\n[profile audit]\n${
    standardRole.replace(roleArn, otherArn)
  }`;
  await using home = await openHome({ credentials: longTerm("me"), config });
  home.types();
  await processOutput(home, "prod");
  const { AccountId } = await processOutput(home, "audit", "--non-interactive");
  assertEquals(AccountId, "333333333333");
  assertEquals(home.sts.requests.map(({ action }) => action), [
    "GetSessionToken",
    "AssumeRole",
    "AssumeRole",
  ]);
});

Deno.test("process with the role of a flag leaves the profile's own session where it is", async () => {
  await using home = await openHome();
  home.types();
  await home.run("prod");
  const { AccountId } = await home.unchanged(() =>
    processOutput(home, "prod", "--role-arn", roleArn)
  );
  assertEquals(AccountId, "222222222222");
  assertEquals((await processOutput(home, "prod"))["AccountId"], "123456789012");
  assertEquals(home.test.questions.length, 1);
});

for (
  const [storage, config] of [["file", ""], ["state", `[profile prod]\n${ours}`]] as const
) {
  Deno.test(`process renews what has less than 15 minutes left (${storage})`, async () => {
    await using home = await openHome({ config });
    home.types(2);
    const first = await processOutput(home, "prod");
    home.test.clock.advance(12 * 3600 - 900);
    assertEquals((await processOutput(home, "prod"))["AccessKeyId"], first["AccessKeyId"]);
    home.test.clock.advance(1);
    const next = await processOutput(home, "prod");
    assertNotEquals(next["AccessKeyId"], first["AccessKeyId"]);
    assertEquals(home.sts.count("GetSessionToken"), 2);
  });

  Deno.test(`process gives a short session out for half of its life, or each client would ask for a code (${storage})`, async () => {
    await using home = await openHome({ config });
    home.types(2);
    const call = () => processOutput(home, "prod", "--duration", "20m");
    const first = await call();
    home.test.clock.advance(600);
    assertEquals(await call(), first);
    home.test.clock.advance(1);
    assertNotEquals((await call())["AccessKeyId"], first["AccessKeyId"]);
  });

  Deno.test(`process --min-left decides, if it is given (${storage})`, async () => {
    await using home = await openHome({ config });
    home.types(2);
    const first = await processOutput(home, "prod");
    home.test.clock.advance(12 * 3600 - 60);
    const same = await processOutput(home, "prod", "--min-left", "1m");
    assertEquals(same["AccessKeyId"], first["AccessKeyId"]);
    const next = await processOutput(home, "prod", "--min-left", "61");
    assertNotEquals(next["AccessKeyId"], first["AccessKeyId"]);
    assertEquals(home.test.questions.length, 2);
    assertEquals(await home.run("process", "prod", "--min-left", "13h"), 2);
    assertStringIncludes(home.stderr, "--min-left is longer than the 12h");
  });

  Deno.test(`process --force gives a new session for a new code (${storage})`, async () => {
    await using home = await openHome({ config });
    home.types(2);
    const first = await processOutput(home, "prod");
    home.test.clock.advance(30);
    const second = await processOutput(home, "prod", "--force");
    assertNotEquals(second["AccessKeyId"], first["AccessKeyId"]);
    assertEquals(await processOutput(home, "prod"), second);
  });
}
