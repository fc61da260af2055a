import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type Home, type HomeOptions, openHome, session } from "../../support/homes.ts";
import type { Fault } from "../../support/loopback_sts.ts";
import { alice, ALICE_DEVICE, type LoopbackUser } from "../../support/sts_people.ts";

const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const arn = (name: string) => `arn:aws:iam::123456789012:${name}`;
const phone = arn("mfa/phone");
const key = arn("u2f/user/alice/key-1");
const token = "GAHT12345678";

function openWith(
  serialNumbers: readonly string[],
  options: HomeOptions = {},
  changes: Partial<LoopbackUser> = {},
): Promise<Home> {
  const devices = serialNumbers.map((serialNumber) => ({ serialNumber, secret }));
  const users = [alice({ devices, ...changes })];
  return openHome({ nobody: true, ...options, sts: { users } });
}

Deno.test("devices lists each with its kind and whether STS takes it, and asks for no code", async () => {
  await using home = await openWith([phone, token, key]);
  assertEquals(await home.unchanged(() => home.run("devices")), 0);
  assertEquals(
    home.stdout,
    [
      ["DEVICE", "KIND          STATE"],
      [phone, "virtual       usable"],
      [token, "hardware      usable"],
      [key, "security key  not accepted by STS"],
    ].map(([device, rest]) => `${device!.padEnd(key.length)}  ${rest}\n`).join(""),
  );
  assertEquals(home.stderr, "");
  assertEquals(home.sts.requests.map(({ action }) => action), ["ListMFADevices"]);
});

Deno.test("devices --choose without anybody there, or without a choice", async () => {
  await using several = await openWith([phone, token, key]);
  assertEquals(await several.unchanged(() => several.run("devices", "--choose")), 2);
  assertStringIncludes(several.stderr, "this user has several MFA devices");
  await using one = await openWith([phone, key]);
  assertEquals(await one.run("devices", "--choose"), 0);
  assertStringIncludes(one.stderr, "there is nothing to choose");
});

Deno.test("devices --choose says that mfa_serial wins", async () => {
  const credentials = `${alicesFile}mfa_serial = ${phone}\n`;
  await using home = await openWith([phone, token], {
    nobody: false,
    answers: [token],
    credentials,
  });
  assertEquals(await home.run("devices", "--choose"), 0, home.stderr);
  assertStringIncludes(home.stderr, `names ${phone}, which is used instead`);
  assertMatch(home.stdout, new RegExp(`^${phone} .* used$`, "m"));
});

Deno.test("devices --choose says that it cannot remember the choice", async () => {
  await using home = await openWith([phone, token], { nobody: false, answers: [token] });
  await home.test.write(".local/state/stsmfa/devices", "in the way");
  assertEquals(await home.run("devices", "--choose"), 0, home.stderr);
  assertStringIncludes(home.stderr, "the choice could not be remembered in ");
  assertStringIncludes(home.stderr, `to use this device: mfa_serial = ${token} in the profile\n`);
});

const used: Record<string, [devices: string[], options: HomeOptions, used: string[]]> = {
  "the only one that STS takes": [[phone, key], {}, [phone]],
  "none of several": [[phone, token], {}, []],
  "the one that the profile names": [
    [phone, token],
    { config: `[default]\nmfa_serial = ${token}\n` },
    [token],
  ],
  "aws-mfa's": [
    [phone, token],
    { credentials: `${alicesFile}aws_mfa_device = ${phone}\n` },
    [phone],
  ],
  "the one of a variable": [[phone, token], { env: { AWS_MFA_SERIAL: token } }, [token]],
};

for (const [what, [devices, options, expected]] of Object.entries(used)) {
  Deno.test(`devices marks as used: ${what}`, async () => {
    await using home = await openWith(devices, options);
    assertEquals(await home.run("devices", "--json"), 0);
    const isUsed = (each: { isUsed: boolean }) => each.isUsed;
    assertEquals(
      home.json.filter(isUsed).map((each: { serialNumber: string }) => each.serialNumber),
      expected,
    );
  });
}

Deno.test("devices --json gives each device as data, and none as an empty list", async () => {
  await using home = await openWith([phone, key]);
  assertEquals(await home.run("devices", "default", "--json"), 0);
  assertEquals(home.json, [
    { serialNumber: phone, kind: "virtual", isUsable: true, isUsed: true },
    { serialNumber: key, kind: "security key", isUsable: false, isUsed: false },
  ]);
  await using none = await openWith([]);
  assertEquals(await none.run("devices", "--json"), 0);
  assertEquals(none.json, []);
  assertEquals(await none.run("devices", "--quiet"), 0);
  assertEquals(none.stdout, "this user has no MFA device\n");
});

for (
  const [what, config, state, warning] of [
    [
      "that STS does not take",
      `mfa_serial = ${key}`,
      /u2f.* used, but not accepted by STS\n/,
      /^$/,
    ],
    [
      "that is another user's",
      `mfa_serial = ${arn("mfa/bob")}`,
      /phone +virtual +usable\n/,
      /^stsmfa: warning: \S+config:2 mfa_serial: \S+:mfa\/bob is not one of this user's MFA devices\n$/,
    ],
    [
      "that is none",
      "mfa_serial = phone",
      /phone +virtual +usable\n/,
      /^stsmfa: warning: \S+config:2 mfa_serial: phone is not one of this user's MFA devices\n$/,
    ],
  ] as const
) {
  Deno.test(`devices helps a profile with a device ${what}`, async () => {
    await using home = await openWith([phone, key], { config: `[default]\n${config}\n` });
    assertEquals(await home.run("devices"), 0);
    assertMatch(home.stdout, state);
    assertMatch(home.stderr, warning);
  });
}

Deno.test("devices refuses a flag that names no device", async () => {
  await using home = await openWith([phone]);
  assertEquals(await home.run("devices", "--mfa-serial", "phone"), 2);
  assertStringIncludes(home.stderr, "flag --mfa-serial: phone is not the serial number");
  assertEquals(home.sts.count(), 0);
});

Deno.test("devices where IAM does not allow the list names the usual device", async () => {
  await using home = await openWith([ALICE_DEVICE], {}, {
    mayListMfaDevices: false,
    path: "/eng/",
  });
  assertEquals(await home.run("devices"), 4);
  assertEquals(home.stdout, "");
  assertMatch(home.stderr, /^stsmfa: error: .*ListMFADevices/);
  assertStringIncludes(
    home.stderr,
    `stsmfa: hint: the IAM console shows the devices; the usual one is ${ALICE_DEVICE}\n`,
  );
  assertEquals(await home.run("devices", "--json"), 4);
  assertEquals(home.jsonError.code, "AccessDenied");
});

Deno.test("devices that the network or AWS keeps back say why", async () => {
  const faults: [Fault, number][] = [
    [{ kind: "html" }, 5],
    [{ kind: "error", code: "InvalidClientTokenId", message: "no", status: 403 }, 4],
  ];
  for (const [fault, status] of faults) {
    await using home = await openWith([phone]);
    home.sts.failNext(fault, 3);
    assertEquals(await home.run("devices"), status);
    assertMatch(home.stderr, /^stsmfa: error: /);
  }
});

Deno.test("devices needs a profile with long-term keys, and one alone", async () => {
  await using home = await openWith([phone], { credentials: session("default") });
  assertEquals(await home.run("devices"), 3);
  assertStringIncludes(home.stderr, "[default] has the keys of a session");
  assertEquals(await home.run("devices", "nosuch"), 3);
  assertEquals(await home.run("devices", "a", "b"), 2);
  assertEquals(home.sts.count(), 0);
});
