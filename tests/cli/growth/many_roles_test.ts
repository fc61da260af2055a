/**
 * A thousand roles of one user: what is done once for all of them, counted.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { CountedFiles } from "../../support/counted_files.ts";
import { type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const arn = (n: number) => `arn:aws:iam::222222222222:role/Role${n}`;
const roles = (count: number) => Array.from({ length: count }, (_, n) => ({ roleArn: arn(n) }));

/** @param source of each role */
function standard(count: number, source: (n: number) => string): HomeOptions {
  const config = [
    `[profile me]\nregion = eu-west-1\nmfa_serial = ${ALICE_DEVICE}\n`,
    ...Array.from(
      { length: count },
      (_, n) =>
        `[profile role${n}]\nrole_arn = ${arn(n)}\nsource_profile = ${
          source(n)
        }\nmfa_serial = ${ALICE_DEVICE}\nregion = eu-west-1\n`,
    ),
  ].join("\n");
  return { config, credentials: longTerm("me") };
}

const shapes = {
  "over one source": () => "me",
  "in chains of five": (n: number) => n % 5 === 0 ? "me" : `role${n - 1}`,
};

for (const [shape, source] of Object.entries(shapes)) {
  Deno.test(`status of a thousand roles ${shape} touches no more files than that of ten`, async () => {
    const counts = await Promise.all([10, 1000].map(async (count) => {
      const counted = new CountedFiles();
      await using home = await openHome({
        ...standard(count, source),
        files: counted.wrap,
        nobody: true,
        network: false,
      });
      assertEquals(await home.run("status", "--json"), 0, home.stderr);
      // The user's own keys are a profile, too: its device makes it one.
      assertEquals(home.json.length, count + 1);
      return [counted.readCounts, counted.operations.length] as const;
    }));
    assertEquals(counts[1], counts[0]);
  });
}

Deno.test("twenty roles that are kept are written as often as one is", async () => {
  const writes = await Promise.all([1, 20].map(async (count) => {
    const counted = new CountedFiles();
    await using home = await openHome({
      ...standard(count, () => "me"),
      sts: { roles: roles(count) },
      files: counted.wrap,
    });
    home.types();
    const names = Array.from({ length: count }, (_, n) => `role${n}`);
    assertEquals(await home.run(...names), 0, home.stderr);
    assertEquals(home.sts.count("GetSessionToken"), 1);
    assertEquals(home.sts.count("AssumeRole"), count);
    return counted.operations.filter((each) => /^rename .*\.json$/.test(each)).length;
  }));
  assertEquals(writes[1], writes[0]);
});

Deno.test("twenty roles that are written are asked for at once, by one code, and written at once", async () => {
  let waiting = 0;
  const all = Promise.withResolvers<void>();
  const counted = new CountedFiles();
  await using home = await openHome({
    credentials: longTerm("me"),
    config: Array.from(
      { length: 20 },
      (_, n) =>
        `[profile role${n}]\nstsmfa =\n  source_profile = me\n  mfa_serial = ${ALICE_DEVICE}\n  role_arn = ${
          arn(n)
        }\n`,
    ).join("\n"),
    files: counted.wrap,
    sts: {
      roles: roles(20),
      delayMs: 1,
      // No role is answered before all have been asked for; the MFA session is the first request.
      sleep: () =>
        waiting++ === 0 ? Promise.resolve() : (waiting > 20 && all.resolve(), all.promise),
    },
  });
  home.types();
  assertEquals(await home.run("--all"), 0, home.stderr);
  assertEquals([home.sts.count("GetSessionToken"), home.sts.count("AssumeRole")], [1, 20]);
  assertEquals(counted.count("rename", "credentials"), 1);
});
