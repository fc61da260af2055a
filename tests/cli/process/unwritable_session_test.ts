/**
 * A session that its file can't take is given all the same to who uses it at once: the code that was
 * typed for it is not lost.
 *
 * @module
 */

import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import { processOutput } from "../../support/process_output.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const block = (...more: readonly string[]) =>
  `[profile prod]\nstsmfa =\n${
    ["source_profile = me", ...more].map((each) => `  ${each}\n`).join("")
  }`;

/** Profiles whose sessions belong into the credentials file. */
const profiles = {
  "a plain profile": block(),
  "a role": block(`role_arn = ${roleArn}`),
  "a role that the code goes with directly": block(
    `role_arn = ${roleArn}`,
    "duration_seconds = 7200",
  ),
};

/** A disk that can be filled: below which folders nothing can be written from then on. */
class Disk {
  full: readonly string[] = [];

  readonly wrap = (files: Files): Files => ({
    ...files,
    createNew: async (path, mode) => {
      this.#check(path);
      return await files.createNew(path, mode);
    },
  });

  #check(path: string): void {
    if (!this.full.some((folder) => path.includes(`/${folder}/`))) return;
    throw Object.assign(new Error("full on order"), { code: "ENOSPC" });
  }
}

function open(config: string, disk = new Disk()): Promise<Home> {
  const roles = [{ roleArn, maxSessionDuration: 7200 }];
  return openHome({ credentials: longTerm("me"), config, sts: { roles }, files: disk.wrap });
}

const warning =
  /^stsmfa: warning: the session could not be written to the credentials file: cannot write .*$/m;

for (const [what, config] of Object.entries(profiles)) {
  Deno.test(`a read-only credentials file: a warning, and the session of ${what} is kept beside it`, async () => {
    await using home = await open(config);
    await home.test.chmod(".aws/credentials", 0o400);
    home.types();
    const first = await home.unchanged(() => processOutput(home, "prod"));
    assertMatch(home.stderr, warning);
    const again = await home.unchanged(() => processOutput(home, "prod", "--non-interactive"));
    assertEquals(again["AccessKeyId"], first["AccessKeyId"]);
    assertEquals(home.test.questions.length, 1);
  });

  Deno.test(`a disk that is full by the time the code was typed: the session of ${what} is not lost`, async () => {
    const disk = new Disk();
    await using home = await open(config, disk);
    home.answer(() => {
      disk.full = [".aws"];
      return home.sts.code();
    });
    const first = await home.unchanged(() => processOutput(home, "prod"));
    assertMatch(home.stderr, warning);
    const again = await home.unchanged(() => processOutput(home, "prod", "--non-interactive"));
    assertEquals(again["AccessKeyId"], first["AccessKeyId"]);
    assertEquals(home.test.questions.length, 1);
  });

  Deno.test(`no room for anything at all: the session of ${what} is given all the same`, async () => {
    const disk = new Disk();
    await using home = await open(config, disk);
    home.answer(() => {
      disk.full = [".aws", "stsmfa"];
      return home.sts.code();
    });
    const { AccessKeyId } = await home.unchanged(() => processOutput(home, "prod"));
    assertMatch(String(AccessKeyId), /^ASIA/);
    assertMatch(home.stderr, warning);
  });

  Deno.test(`--force with a read-only credentials file: one new code for ${what}, no more`, async () => {
    await using home = await open(config);
    await home.test.chmod(".aws/credentials", 0o400);
    home.types(2);
    const first = await processOutput(home, "prod");
    home.test.clock.advance(30);
    const second = await processOutput(home, "prod", "--force");
    assertNotEquals(second["AccessKeyId"], first["AccessKeyId"]);
    assertEquals(home.test.questions.length, 2);
  });
}

Deno.test("what somebody did to the section while the code was typed stands, and the session is given", async () => {
  await using home = await open(block());
  const edited = longTerm("me") + longTerm("prod");
  home.answer(async () => {
    await home.test.write(".aws/credentials", edited);
    return home.sts.code();
  });
  const { AccessKeyId } = await processOutput(home, "prod");
  assertMatch(String(AccessKeyId), /^ASIA/);
  assertMatch(
    home.stderr,
    /^stsmfa: warning: .* has an access key, which stsmfa never overwrites\n$/,
  );
  assertEquals(await home.credentials(), edited);
});
