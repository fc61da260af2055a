import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const role = (name: string) => `arn:aws:iam::222222222222:role/${name}`;
const roleProfile = (name: string) =>
  `[profile ${name}]\nstsmfa =\n  source_profile = me\n  role_arn = ${role(name)}\n`;

function openRoles(names: readonly string[], config: string): Promise<Home> {
  const roles = names.map((name) => ({ roleArn: role(name) }));
  return openHome({ credentials: longTerm("me"), config, sts: { roles } });
}

Deno.test("another role later the same day needs no code", async () => {
  await using home = await openRoles(["a", "b"], roleProfile("a") + roleProfile("b"));
  home.types();
  assertEquals(await home.run("a"), 0);
  home.test.clock.advance(10 * 3600);
  assertEquals(await home.run("b", "--non-interactive"), 0);
  assertEquals(await home.run("a", "--non-interactive"), 0);
  assertEquals(home.test.questions.length, 1);
  assertEquals(home.sts.count("GetSessionToken"), 1);
  home.test.clock.advance(2 * 3600);
  assertEquals(await home.run("b", "--non-interactive"), 2);
  assertStringIncludes(home.stderr, "--token-code");
});

for (const kind of ["revoked", "expired"] as const) {
  Deno.test(`a kept MFA session that AWS has ${kind} is replaced once, by one new code`, async () => {
    await using home = await openRoles(["a", "b"], roleProfile("a") + roleProfile("b"));
    home.types(2);
    await home.run("a");
    home.test.clock.advance(7200);
    const [code, message] = kind === "expired"
      ? ["ExpiredToken", "The security token included in the request is expired"]
      : ["InvalidClientTokenId", "The security token included in the request is invalid"];
    const fault = { kind: "error", action: "AssumeRole", code, message, status: 403 } as const;
    home.sts.failNext(fault, 2);
    assertEquals(await home.run("a", "b"), 0);
    assertEquals(home.stdout.match(/renewed/g)?.length, 2);
    assertEquals(home.test.questions.length, 2);
    assertEquals(home.sts.count("GetSessionToken"), 2);

    home.sts.failNext(fault, 4);
    home.types();
    home.test.clock.advance(7200);
    assertEquals(await home.unchanged(() => home.run("a", "b")), 4);
    assertEquals(home.sts.count("GetSessionToken"), 3);
    assertEquals(home.test.questions.length, 3);
  });
}

Deno.test({
  name: "a short session for one profile does not cost the roles their kept MFA session",
  fn: async () => {
    const config = `${roleProfile("a")}[profile short]\nstsmfa =\n  source_profile = me\n`;
    await using home = await openRoles(["a"], config);
    home.types(2);
    await home.run("a");
    home.test.clock.advance(60);
    assertEquals(await home.run("short", "--duration", "15m"), 0);
    home.test.clock.advance(2 * 3600);
    assertEquals(await home.run("a", "--non-interactive"), 0);
  },
});

Deno.test("a device that is named and the same one discovered are one: one code serves both", async () => {
  const credentials = `${longTerm("a-long-term")}\n${longTerm("b-long-term")}`;
  const config = `[profile a]\nmfa_serial = ${ALICE_DEVICE}\n`;
  for (const names of [["a", "b"], ["b", "a"]]) {
    await using home = await openHome({ credentials, config });
    home.types();
    assertEquals(await home.run(...names), 0);
    assertEquals(home.test.questions.length, 1);
    assertEquals(home.sts.count("GetSessionToken"), 1);
  }
});

Deno.test("a profile takes the session of the same user, as long as half of it is left", async () => {
  await using home = await openHome({
    credentials: `${longTerm("a-long-term")}\n${longTerm("b-long-term")}`,
  });
  home.types(2);
  await home.run("a");
  home.test.clock.advance(5 * 3600);
  assertEquals(await home.run("b", "--non-interactive"), 0);
  assertStringIncludes(home.stdout, "b  renewed, expires in 7h");
  home.test.clock.advance(2 * 3600);
  assertEquals(await home.run("b", "--force"), 0);
  assertEquals(home.sts.count("GetSessionToken"), 2);
});

Deno.test("what is kept between runs is for its owner alone, below XDG_STATE_HOME if that is set", async () => {
  await using home = await openHome({ os: "unix" });
  home.test.env["XDG_STATE_HOME"] = home.test.path("state");
  home.types();
  await home.run();
  const directory = "state/stsmfa/sessions";
  const names = await home.test.list(directory);
  assertEquals(names.length, 1);
  assertEquals(await home.test.mode(`${directory}/${names[0]}`), "600");
  for (const folder of [directory, "state/stsmfa"]) {
    assertEquals(await home.test.mode(folder), "700");
  }
});

Deno.test("a torn or foreign file in the place of a kept session costs a code and nothing else", async () => {
  for (
    const text of ["", "{", "[]", "null", '{"version":1,"session":{}}', '{"version":9}', "\xff"]
  ) {
    await using home = await openRoles(["a"], roleProfile("a"));
    home.types(2);
    await home.run("a");
    const [name] = await home.test.list(".local/state/stsmfa/sessions");
    await home.test.write(`.local/state/stsmfa/sessions/${name}`, text);
    home.test.clock.advance(7200);
    assertEquals(await home.run("a"), 0, text);
    assertEquals(home.sts.count("GetSessionToken"), 2);
  }
});

Deno.test("where nothing can be kept, it is said, and the session is written all the same", async () => {
  await using home = await openHome();
  await home.test.write(".local/state", "in the way");
  home.types();
  assertEquals(await home.run(), 0);
  assertStringIncludes(home.stdout, "default  renewed");
  assertStringIncludes(home.stderr, "stsmfa: warning: the MFA session could not be kept");
});
