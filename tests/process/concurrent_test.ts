/**
 * Many processes at once: twenty with STSMFA_THOROUGH, and few under wine, which does not stand so
 * many.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { manyProcesses } from "../support/abilities.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, type LoopbackUser } from "../support/sts_people.ts";
import { isThorough } from "../support/thorough.ts";

const most = isThorough ? 20 : 9;
const many = Array.from(
  { length: manyProcesses.isHere ? most : 2 },
  (_, n) => String(n + 10),
);

function userOf(number: string): LoopbackUser {
  return {
    userName: `u${number}`,
    accessKeyId: `AKIAUSERUSERUSERUS${number}`.replaceAll("0", "A").replaceAll("1", "B")
      .replaceAll("8", "C").replaceAll("9", "D"),
    secretAccessKey: `secret+of/user+${number}`.padEnd(40, "x"),
    devices: [{
      serialNumber: `arn:aws:iam::123456789012:mfa/u${number}`,
      secret: new TextEncoder().encode(`the secret of device ${number}`),
    }],
  };
}

function assertAllFine(ended: readonly Ended[]): void {
  assertEquals(ended.filter(({ code }) => code !== 0).map(({ stderr }) => stderr), []);
}

Deno.test("many runs at once for as many profiles of one file: all are there once, all else is as it was", async () => {
  await using sts = await startLoopbackSts({ users: many.map(userOf) });
  await using home = await SpawnedHome.create(sts.env());
  // A stale session with foreign keys in it for each second profile; the others are new.
  const stale = (number: string) =>
    Number(number) % 2 === 0 ? "" : `
[p${number}] ; of p${number}-long-term
aws_access_key_id = ASIASTALESTALESTALE2
region = eu-west-1
aws_secret_access_key = stale
# a comment of p${number}
aws_session_token = stale
s3 =
  addressing_style = path
expiration = 2020-01-01T00:00:00Z
x_security_token_expires = 2020-01-01T00:00:00Z
`;
  const before = "# many users\n" +
    many.map((each) => longTermSection(`p${each}-long-term`, userOf(each)) + stale(each))
      .join("\n") +
    "# the end\n";
  await home.write(".aws/credentials", before);

  const ended = await Promise.all(
    many.map(async (each) => {
      const serial = userOf(each).devices[0]!.serialNumber;
      return await home.run([`p${each}`, "--token-code", await sts.code(serial)]);
    }),
  );

  assertAllFine(ended);
  assertEquals(sts.count("GetSessionToken"), many.length);
  const after = await home.read();
  const document = IniDocument.parse(after);
  assertEquals(document.problems, []);
  const tokens = many.map((each) => document.get(`p${each}`, "aws_session_token"));
  assert(tokens.every((token) => token !== undefined && token !== "stale"));
  assertEquals(new Set(tokens).size, many.length);
  for (const each of many) {
    assertEquals(after.split(`[p${each}]`).length, 2, `[p${each}] once`);
    const { secretAccessKey } = userOf(each);
    assertEquals(document.get(`p${each}-long-term`, "aws_secret_access_key"), secretAccessKey);
  }
  assertEquals(withoutOurs(after), withoutOurs(before));
  assertEquals(home.list(), ["credentials", "credentials~"]);
  assertEquals(withoutOurs(await home.read(".aws/credentials~")), withoutOurs(before));
});

/** The file without the keys we own in `[p11]` and its like, and without such sections when new. */
function withoutOurs(text: string): string {
  let section = "";
  const lines = text.split("\n").filter((line) => {
    section = /^\[(.*?)\]/.exec(line)?.[1] ?? section;
    const isOurs =
      /^(aws_access_key_id|aws_secret_access_key|aws_session_token|expiration|x_security_token_expires) *=/
        .test(line);
    return !(/^p\d\d$/.test(section) && isOurs);
  });
  return lines.join("\n").replace(/\n?\[p\d\d\]\n(?=\n|\[|#|$)/g, "");
}

Deno.test("many runs at once for one profile: one request, and all end well", async () => {
  await using sts = await startLoopbackSts({ delayMs: 200 });
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", longTermSection("default-long-term", alice()));
  const tokenCode = await sts.code();

  const ended = await Promise.all(many.map(() => home.run(["--token-code", tokenCode])));

  assertAllFine(ended);
  assertEquals(sts.count("GetSessionToken"), 1);
  assertEquals(ended.filter(({ stdout }) => stdout.includes("renewed")).length, 1);
  assertEquals((await home.read()).split("[default]").length, 2);
});

Deno.test("many runs at once for as many roles of one user: one code, one GetSessionToken", async () => {
  const roleArn = (number: string) => `arn:aws:iam::2222222222${number}:role/Administrator`;
  const roles = many.map((number) => ({ roleArn: roleArn(number) }));
  await using sts = await startLoopbackSts({ roles });
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", longTermSection("me", alice()));
  await home.write(
    ".aws/config",
    many.map((each) =>
      `[profile p${each}]\nstsmfa =\n  source_profile = me\n  role_arn = ${roleArn(each)}\n`
    ).join("\n"),
  );
  const tokenCode = await sts.code();

  const ended = await Promise.all(
    many.map((each) => home.run([`p${each}`, "--token-code", tokenCode])),
  );

  assertAllFine(ended);
  assertEquals([sts.count("GetSessionToken"), sts.count("AssumeRole")], [1, many.length]);
  const document = IniDocument.parse(await home.read());
  assertEquals(document.problems, []);
  assertEquals(
    many.map((each) => document.get(`p${each}`, "assumed_role_arn")),
    many.map(roleArn),
  );
});

Deno.test({
  name:
    "a run that starts a moment later, with the same code for the same user, takes the session it gave",
  fn: async () => {
    await using sts = await startLoopbackSts();
    await using home = await SpawnedHome.create(sts.env());
    await home.write(
      ".aws/credentials",
      `${longTermSection("a-long-term", alice())}\n${longTermSection("b-long-term", alice())}`,
    );
    const tokenCode = await sts.code();
    assertAllFine([await home.run(["a", "--token-code", tokenCode])]);
    assertAllFine([await home.run(["b", "--token-code", tokenCode])]);
    assertEquals(sts.count("GetSessionToken"), 1);
  },
});
