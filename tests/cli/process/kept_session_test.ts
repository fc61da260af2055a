/**
 * Sessions that have no place in the credentials file, and are kept for stsmfa alone.
 *
 * @module
 */

import { assertEquals, assertNotEquals } from "@std/assert";
import { assertMode } from "../../support/file_mode.ts";
import { type Home, type HomeOptions, longTerm, openHome as open } from "../../support/homes.ts";
import { processOutput } from "../../support/process_output.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const role = (name: string) => `arn:aws:iam::222222222222:role/${name}`;
const roleProfile = (name: string) =>
  `[profile ${name}]\nrole_arn = ${
    role(name)
  }\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n`;
const directory = ".local/state/stsmfa/sessions";

/** A home with two standard role profiles, whose sessions the credentials file can't hold. */
function openHome(options: HomeOptions = {}): Promise<Home> {
  const roles = ["a", "b"].map((name) => ({ roleArn: role(name), maxSessionDuration: 7200 }));
  return open({
    credentials: longTerm("me"),
    config: roleProfile("a") + roleProfile("b"),
    ...options,
    sts: { roles, ...options.sts },
  });
}

/** The one file of sessions that there is. */
async function stateFile(home: Home): Promise<string> {
  const names = await home.test.list(directory);
  assertEquals(names.length, 1);
  return `${directory}/${names[0]}`;
}

async function keyId(home: Home, ...args: string[]): Promise<unknown> {
  return (await processOutput(home, ...args))["AccessKeyId"];
}

for (
  const [what, args] of Object.entries({
    "role": ["b"],
    "role of a flag": ["a", "--role-arn", role("b")],
    "role session name": ["a", "--role-session-name", "somebody"],
    "external id": ["a", "--external-id", "4711"],
    "duration": ["a", "--duration", "30m"],
  })
) {
  Deno.test(`another ${what} is another session, without a code, and both are kept`, async () => {
    await using home = await openHome();
    home.types();
    const first = await keyId(home, "a");
    const second = await keyId(home, ...args);
    assertNotEquals(second, first);
    assertEquals([await keyId(home, "a"), await keyId(home, ...args)], [first, second]);
    assertEquals(home.sts.count("AssumeRole"), 2);
    assertEquals(home.test.questions.length, 1);
  });
}

Deno.test("a kept session serves every command that gives one out", async () => {
  await using home = await openHome();
  home.types();
  const first = await keyId(home, "a");
  const requests = home.sts.count();
  assertEquals(await home.run("env", "a", "--shell", "json"), 0);
  assertEquals(home.json["AWS_ACCESS_KEY_ID"], first);
  assertEquals(await home.run("read", "aws_access_key_id", "--profile", "a"), 0);
  assertEquals(home.stdout.trim(), first);
  assertEquals(home.sts.count(), requests);
});

Deno.test("a session made with one device is not that of a profile with another", async () => {
  const other = { serialNumber: `${ALICE_DEVICE}-2`, secret: "KRSXG5CTMVRXEZLUKN2XAZLS" };
  const devices = [...alice().devices, other];
  await using home = await openHome({
    sts: { users: [alice({ devices })], roles: [{ roleArn: role("a") }] },
  });
  home.types();
  home.types(1, other.serialNumber);
  const first = await keyId(home, "a", "--mfa-serial", ALICE_DEVICE);
  const second = await keyId(home, "a", "--mfa-serial", other.serialNumber);
  assertNotEquals(second, first);
  assertEquals(home.test.questions.at(-1), `MFA code for ${other.serialNumber}:`);
});

Deno.test("a plain session of another duration is kept beside the one that serves the roles", async () => {
  await using home = await openHome({ credentials: longTerm("me") + longTerm("work-long-term") });
  home.types(2);
  await home.run("work");
  home.test.clock.advance(30);
  const short = await keyId(home, "me", "--duration", "1h");
  assertEquals(await keyId(home, "me", "--duration", "1h", "--non-interactive"), short);
  home.test.clock.advance(3 * 3600);
  await keyId(home, "a", "--non-interactive");
  assertEquals(home.sts.count("GetSessionToken"), 2);
});

Deno.test("what has expired is forgotten when the next session is kept", async () => {
  await using home = await openHome();
  home.types();
  const old = await keyId(home, "a");
  home.test.clock.advance(3600);
  const young = await keyId(home, "b");
  const text = await home.test.read(await stateFile(home));
  assertEquals([text.includes(String(old)), text.includes(String(young))], [false, true]);
});

Deno.test("kept sessions are for their owner alone, whatever mode the file had", async () => {
  await using home = await openHome();
  home.types();
  await keyId(home, "a");
  const path = home.test.path(await stateFile(home));
  assertMode(0o600, path);
  await Deno.chmod(path, 0o644);
  await keyId(home, "b");
  assertMode(0o600, path);
});

for (
  const [what, damage] of Object.entries<(text: string) => string>({
    "empty": () => "",
    "cut off": (text) => text.slice(0, text.length / 2),
    "of a later version": (text) => text.replace('"version":1', '"version":2'),
    "without secrets": (text) =>
      text.replaceAll(/"secretAccessKey":"[^"]*"/g, '"secretAccessKey":""'),
    "with dates that are none": (text) =>
      text.replaceAll(/"expiration":"[^"]*"/g, '"expiration":"soon"'),
    "somebody else's": () => '{"version":1,"others":["x",null],"session":7,"usedCode":[]}',
  })
) {
  Deno.test(`a file of kept sessions that is ${what} counts as none`, async () => {
    await using home = await openHome();
    home.types(2);
    const first = await keyId(home, "a");
    const path = await stateFile(home);
    const text = await home.test.read(path);
    await home.test.write(path, damage(text));
    home.test.clock.advance(30);
    const second = await keyId(home, "a");
    assertNotEquals(second, first);
    assertEquals(await keyId(home, "a", "--non-interactive"), second);
    assertEquals(home.sts.count("GetSessionToken"), 2);
  });
}
