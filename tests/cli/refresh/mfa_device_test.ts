import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type HomeOptions, openHome } from "../../support/homes.ts";
import { alice, ALICE_DEVICE, type LoopbackUser } from "../../support/sts_people.ts";
import { ctrlC } from "../../support/test_context.ts";

const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const device = (name: string) => ({ serialNumber: `arn:aws:iam::123456789012:${name}`, secret });

function openWith(changes: Partial<LoopbackUser>, options: HomeOptions = {}) {
  return openHome({ ...options, sts: { users: [alice(changes)] } });
}

Deno.test("the one device that IAM lists is used, whatever its name", async () => {
  await using home = await openWith({ devices: [device("mfa/phones/pixel+7@work")] });
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals(home.test.questions, [
    "MFA code for arn:aws:iam::123456789012:mfa/phones/pixel+7@work:",
  ]);
});

Deno.test("where IAM does not allow the list, the device is derived from the caller, without the user's path", async () => {
  await using home = await openWith({ path: "/eng/eu/", mayListMfaDevices: false });
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals(home.test.questions, [`MFA code for ${ALICE_DEVICE}:`]);
  assertEquals(home.sts.requests.map((each) => each.action), [
    "ListMFADevices",
    "GetCallerIdentity",
    "GetSessionToken",
  ]);
});

Deno.test("where IAM is too busy for the list, the device is derived, too", async () => {
  await using home = await openWith({});
  home.sts.failNext({ kind: "throttle", action: "ListMFADevices" }, 3);
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  assertEquals(home.sts.count("ListMFADevices"), 3);
  assertEquals(home.test.questions, [`MFA code for ${ALICE_DEVICE}:`]);
});

Deno.test("a derived device that is wrong: the hint names --mfa-serial", async () => {
  await using home = await openWith({
    mayListMfaDevices: false,
    devices: [device("mfa/pixel")],
  });
  home.answer("123456");
  assertEquals(await home.unchanged(() => home.run()), 4);
  assertStringIncludes(
    home.stderr,
    "stsmfa: error: AWS refused the MFA device: it does not belong to this user\n" +
      "stsmfa: hint: to list your devices: stsmfa devices; to name one: --mfa-serial ARN\n",
  );
  assertEquals(home.sts.count("GetSessionToken"), 1);
});

const several = [device("mfa/phone"), device("u2f/user/alice/key-1"), device("mfa/tablet")];

Deno.test("several devices: the person chooses one of those that work", async () => {
  await using home = await openWith({ devices: several });
  home.answer(several[2]!.serialNumber);
  home.types(1, several[2]!.serialNumber);
  assertEquals(await home.run(), 0);
  assertEquals(home.test.questions, ["MFA device", `MFA code for ${several[2]!.serialNumber}:`]);
});

Deno.test("a device once chosen is not asked for again, whichever profile, until it is gone", async () => {
  await using home = await openWith({ devices: several }, {
    credentials: `${alicesFile}\n${alicesFile.replace("default-long-term", "work-long-term")}`,
  });
  const [phone, , tablet] = several.map(({ serialNumber }) => serialNumber);
  home.answer(tablet!);
  home.types(1, tablet);
  assertEquals(await home.run(), 0, home.stderr);
  home.test.clock.advance(60);
  home.types(1, tablet);
  assertEquals(await home.run("work", "--force"), 0, home.stderr);
  home.test.clock.advance(60);
  home.answer(phone!);
  assertEquals(await home.run("devices", "--choose"), 0, home.stderr);
  assertMatch(home.stdout, new RegExp(`^${phone} .* used$`, "m"));
  home.types(1, phone);
  assertEquals(await home.run("--force"), 0, home.stderr);
  assertEquals(home.test.questions, [
    "MFA device",
    `MFA code for ${tablet}:`,
    `MFA code for ${tablet}:`,
    "MFA device",
    `MFA code for ${phone}:`,
  ]);
  const kept = await home.test.list(".local/state/stsmfa/devices");
  assertEquals(kept.length, 1);
  // Who has not been chosen among these is asked for.
  await Deno.remove(home.test.path(`.local/state/stsmfa/devices/${kept[0]}`));
  home.test.clock.advance(60);
  home.answer(ctrlC);
  assertEquals(await home.run("--force"), 130);
});

Deno.test("several devices and nobody there: exit 2, naming them and --mfa-serial; no code is used up", async () => {
  await using home = await openWith({ devices: several }, { nobody: true });
  assertEquals(await home.unchanged(() => home.run("--token-code", "123456")), 2);
  assertEquals(
    home.stderr,
    "stsmfa: error: this user has several MFA devices: phone, tablet\n" +
      "stsmfa: hint: choose one: stsmfa devices --choose; or pass --mfa-serial ARN\n",
  );
  assertEquals(home.sts.count("GetSessionToken"), 0);
});

Deno.test("an only device that is a security key cannot be used, and it is said why", async () => {
  await using home = await openWith({ devices: [several[1]!] });
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertStringIncludes(home.stderr, "arn:aws:iam::123456789012:u2f/user/alice/key-1");
  assertStringIncludes(home.stderr, "add an authenticator app");
  assertEquals(home.test.questions, []);
});

Deno.test("a user without a device is told to register one", async () => {
  await using home = await openWith({ devices: [] });
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertEquals(
    home.stderr,
    "stsmfa: error: this IAM user has no MFA device\n" +
      "stsmfa: hint: add one in the IAM console under Security credentials\n",
  );
});

Deno.test("a security key given by its serial is refused before any request", async () => {
  await using home = await openHome();
  const serial = "arn:aws:iam::123456789012:u2f/user/alice/key-1";
  assertEquals(await home.unchanged(() => home.run("--mfa-serial", serial)), 3);
  assertStringIncludes(home.stderr, `flag --mfa-serial: ${serial} is a security key or passkey`);
  assertStringIncludes(home.stderr, "add an authenticator app");
  assertEquals(home.sts.count(), 0);
});

Deno.test("a user's ARN given by mistake: the device's ARN is suggested, path left out", async () => {
  const user = "arn:aws:iam::123456789012:user/eng/alice";
  await using home = await openHome({ config: `[default]\nmfa_serial = ${user}\n` });
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertEquals(
    home.stderr,
    `stsmfa: error: ${
      home.test.path(".aws/config")
    }:2 mfa_serial: ${user} is a user, not an MFA device\n` +
      `stsmfa: hint: try ${ALICE_DEVICE}\n`,
  );
  assertEquals(home.sts.count(), 0);
});

for (const serial of ["alice", "arn:aws:iam::123456789012:role/x", "GAHT 12345678", "12345678"]) {
  Deno.test(`${serial} is no serial number, which is told before any request`, async () => {
    await using home = await openHome();
    assertEquals(await home.run("--mfa-serial", serial), 2);
    assertStringIncludes(home.stderr, `flag --mfa-serial: ${serial} is not the serial number`);
    assertEquals(home.sts.count(), 0);
  });
}

for (const flag of ["--mfa-serial", "--serial-number", "--device"]) {
  Deno.test(`${flag} takes a hardware device's number`, async () => {
    const serialNumber = "GAHT12345678";
    await using home = await openWith({ devices: [{ serialNumber, secret }] });
    home.types();
    assertEquals(await home.run(flag, serialNumber, "--json"), 0);
    assertEquals(home.test.questions, ["MFA code for GAHT12345678:"]);
    assertEquals(home.json[0].accountId, null);
    assertEquals(home.sts.requests.map((each) => each.action), ["GetSessionToken"]);
  });
}

for (
  const [storage, set] of Object.entries({
    "STSMFA_MFA_SERIAL": { env: true },
    "AWS_MFA_SERIAL": { env: true },
    "MFA_DEVICE": { env: true },
    "mfa_serial in the profile": { config: `[default]\nmfa_serial=${ALICE_DEVICE}\n` },
    "mfa_serial in the stsmfa block": {
      config: `[default]\nstsmfa =\n  mfa_serial = ${ALICE_DEVICE}\n`,
    },
    "mfa_serial of the source in the config file": {
      config: `[profile default-long-term]\nmfa_serial = ${ALICE_DEVICE}\n`,
    },
    "mfa_serial beside the long-term keys": {
      credentials: `${alicesFile}mfa_serial = ${ALICE_DEVICE}\n`,
    },
    "aws_mfa_device beside the long-term keys": {
      credentials: `${alicesFile}aws_mfa_device = ${ALICE_DEVICE}\n`,
    },
  })
) {
  Deno.test(`${storage} names the device; IAM is not asked`, async () => {
    const { env, ...files } = { env: false, ...set };
    await using home = await openHome(files);
    if (env) home.test.env[storage] = ALICE_DEVICE;
    home.types();
    assertEquals(await home.run(), 0);
    assertEquals(home.sts.requests.map((each) => each.action), ["GetSessionToken"]);
  });
}

Deno.test("the root user's device is found too, and its session lasts an hour", async () => {
  const root = { root: true, devices: [device("mfa/root-account-mfa-device")] };
  await using home = await openWith({ ...root, mayListMfaDevices: false });
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals(home.stdout, "default  renewed, expires in 1h, at 06:06\n");
});
