/**
 * Commands that would wait for themselves: an `mfa_process` that asks stsmfa for what it is to give a
 * code for, and a profile without keys that asks stsmfa for itself.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Home, longTerm, openHome, session } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const bob = alice({
  userName: "bob",
  accessKeyId: "AKIABOBBOBBOBBOBBOB2",
  secretAccessKey: "bob/secret+access/key+of+some+letters",
  devices: [{ serialNumber: "arn:aws:iam::123456789012:mfa/bob", secret: "KRSXG5CTMVRXEZLU" }],
});

/** How a stsmfa ended that an `mfa_process` started. */
interface Inner {
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A home with alice's keys as `me` and as `twin-long-term`, and bob's; each user's `mfa_process` runs
 * a stsmfa, if there is one to run, and prints the user's code if that went well.
 */
async function open(commands: { readonly alice: string; readonly bob?: string }, more = "") {
  const inner: Inner[] = [];
  const users = [alice(), bob];
  const home: Home = await openHome({
    credentials: longTerm("me") + longTerm("twin-long-term") + longTerm("bob", bob) + more,
    config: `[profile me]
mfa_process = alice ${commands.alice}
[profile twin]
mfa_process = alice ${commands.alice}
[profile bob]
mfa_process = bob ${commands.bob ?? ""}
[profile role]
role_arn = ${roleArn}
source_profile = me
`,
    sts: { users, roles: [{ roleArn }] },
    nobody: true,
    runCommand: async ({ argv, env }) => {
      const [userName, ...args] = argv.at(-1)!.replace(/^"(.*)"$/, "$1").split(" ");
      let exitStatus = 0;
      if (args.length > 0) {
        const outside = { ...home.test.env };
        Object.assign(home.test.env, env);
        exitStatus = await home.run(...args);
        inner.push({ exitStatus, stdout: home.stdout, stderr: home.stderr });
        for (const name of Object.keys(env ?? {})) delete home.test.env[name];
        Object.assign(home.test.env, outside);
      }
      const user = users.find((each) => each.userName === userName)!;
      return { exitStatus, stdout: await home.sts.code(user.devices[0]!.serialNumber) };
    },
  });
  return { home, inner, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

for (
  const [what, args] of Object.entries({
    "of the profile itself": "process me --json",
    "of a role on the same keys": "process role --json",
    "of another section with the same access key": "process twin --json",
    "by another command": "env me --json",
  })
) {
  Deno.test(`an mfa_process that asks for a session ${what} is refused at once`, async () => {
    await using world = await open({ alice: args });
    const { home, inner } = world;
    assertEquals(await home.unchanged(() => home.run("process", "me")), 2);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, "error: mfa_process ended with exit status 3");

    assertEquals(inner.map(({ exitStatus, stdout }) => [exitStatus, stdout]), [[3, ""]]);
    const { code, message, hint } = JSON.parse(inner[0]!.stderr).error;
    assertEquals(code, "Recursion");
    assertMatch(
      message,
      /^the mfa_process of \[.*\] asks for a session of profile .*, which needs its code$/,
    );
    assertEquals(hint, "let mfa_process use other credentials, or none");
    assertEquals(home.sts.count("GetSessionToken"), 0);
    assertEquals(home.test.clock.sleeps, []);
  });
}

Deno.test("two mfa_process that ask for each other's sessions: the circle ends where it began", async () => {
  await using world = await open({ alice: "process bob", bob: "process me" });
  const { home, inner } = world;
  assertEquals(await home.unchanged(() => home.run("process", "me")), 2);
  assertEquals(inner.map(({ exitStatus }) => exitStatus), [3, 2]);
  assertStringIncludes(inner[0]!.stderr, "asks for a session of profile me");
  assertEquals(home.sts.count("GetSessionToken"), 0);
});

Deno.test("an mfa_process may use another user's session", async () => {
  await using world = await open({ alice: "process bob" });
  const { home, inner } = world;
  assertEquals(await home.run("process", "me"), 0, home.stderr);
  assertEquals(inner.map(({ exitStatus }) => exitStatus), [0]);
  assertEquals(home.sts.requests.filter(({ action }) => action === "GetSessionToken").length, 2);
});

Deno.test("an mfa_process may use a session of the same user that is still valid", async () => {
  const valid = session("twin", "2026-03-04T12:00:00Z");
  await using world = await open({ alice: "process twin" }, valid);
  const { home, inner } = world;
  assertEquals(await home.run("process", "me"), 0, home.stderr);
  assertEquals(inner.map(({ exitStatus }) => exitStatus), [0]);
  assertStringIncludes(inner[0]!.stdout, "ASIAOLDOLDOLDOLDOLD2");
});

Deno.test("a profile without keys whose credential_process asks stsmfa for itself: what is missing, and how to store it", async () => {
  const config = "[profile loop]\ncredential_process = /usr/local/bin/stsmfa process loop\n";
  await using home = await openHome({ config });
  assertEquals(await home.unchanged(() => home.run("process", "loop")), 3);
  assertEquals(
    [home.stdout, home.stderr],
    [
      "",
      "stsmfa: error: there is no access key for profile loop: [loop] has no keys, and a credential_process that asks stsmfa in turn, and there is no [loop-long-term]\n" +
      "stsmfa: hint: to store the access key: stsmfa init loop\n",
    ],
  );
});

Deno.test("a role whose source asks stsmfa for itself uses the keys beside it", async () => {
  const config =
    `[profile base]\ncredential_process = stsmfa process base\n[profile team]\nrole_arn = ${roleArn}\nsource_profile = base\nmfa_serial = ${ALICE_DEVICE}\n`;
  await using home = await openHome({
    credentials: longTerm("base-long-term"),
    config,
    sts: { roles: [{ roleArn }] },
  });
  home.types();
  assertEquals(await home.unchanged(() => home.run("process", "team")), 0, home.stderr);
  assertEquals(home.json["AccountId"], "222222222222");
});
