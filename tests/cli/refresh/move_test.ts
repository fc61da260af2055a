/**
 * An access key and its MFA device in the section that would hold the session: the move is offered.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { longTerm, openHome } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const credentials = `# mine
${longTerm("work")}# the phone
mfa_serial = ${ALICE_DEVICE}
region = eu-west-1
`;
const config =
  "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/A\nsource_profile = work\n";

Deno.test("the move is offered with what it means, done at yes, and the session follows", async () => {
  await using home = await openHome({ credentials, config });
  home.answer("yes");
  home.types();
  assertEquals(await home.run("work"), 0, home.stderr);
  const [question, code] = home.test.questions;
  assertStringIncludes(question!, "Move the key to [work-long-term] (yes, no)?");
  assertStringIncludes(question!, "prod");
  assertStringIncludes(code!, ALICE_DEVICE);
  assertStringIncludes(home.stdout, "work  renewed, expires in 12h");
  const after = await home.credentials();
  assertStringIncludes(after, "[work-long-term]\naws_access_key_id");
  assertStringIncludes(after, "# the phone\n");
  assertStringIncludes(after, "region = eu-west-1\n");
  assertEquals((await home.section("work"))["aws_access_key_id"]!.startsWith("ASIA"), true);
  assertEquals(await home.run("work", "--non-interactive"), 0);
  assertStringIncludes(home.stdout, "work  valid");
});

Deno.test("at no, and where nobody is there, nothing is done, and the command is named", async () => {
  for (const nobody of [true, false]) {
    await using home = await openHome({ credentials, config, nobody });
    if (!nobody) home.answer("perhaps", "no");
    assertEquals(await home.unchanged(() => home.run("work")), 3);
    assertStringIncludes(home.stderr, "stsmfa init work --adopt");
    assertEquals(home.sts.count(), 0);
  }
});

Deno.test("a key without a device beside it is not asked about: it may be meant to stay", async () => {
  await using home = await openHome({ credentials: longTerm("work") });
  assertEquals(await home.unchanged(() => home.run("work")), 3);
  assertEquals(home.test.questions, []);
});

Deno.test("keys of the config file are adopted where they stand", async () => {
  const before = `[profile work]\n# the key\n${
    longTerm("x").replace("[x]\n", "")
  }region = eu-west-1\n`;
  await using home = await openHome({ credentials: null, config: before });
  home.types();
  assertEquals(await home.run("init", "work", "--adopt"), 0, home.stderr);
  const after = await home.test.read(".aws/config");
  assertStringIncludes(after, "region = eu-west-1\n");
  assertStringIncludes(after, "[profile work-long-term]\n# the key\naws_access_key_id");
  assertEquals(after.match(/aws_access_key_id/g)?.length, 1);
  assertEquals((await home.section("work"))["aws_access_key_id"]!.startsWith("ASIA"), true);
});
