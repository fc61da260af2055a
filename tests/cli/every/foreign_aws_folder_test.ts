/**
 * Keys go into no folder that another user could have made or could change.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { links, makeLink, testWith } from "../../support/abilities.ts";
import { type Home, longTerm, openHome, session } from "../../support/homes.ts";
import { type Access, mallory, me, OwnedFiles, staff } from "../../support/owned_files.ts";
import { processOutput } from "../../support/process_output.ts";
import { alice } from "../../support/sts_people.ts";

async function withFolder(credentials: string | null = longTerm("default-long-term")) {
  const owned = new OwnedFiles();
  const home = await openHome({ credentials, files: owned.wrap, os: "unix", userId: me });
  owned.home = await home.test.realHome();
  return { home, owned };
}

const layouts: Readonly<Record<string, readonly [at: string, access: Access]>> = {
  "a folder of another": ["/.aws", { uid: mallory }],
  "a folder 0777": ["/.aws", { mode: 0o777 }],
  "a folder that a group can write": ["/.aws", { mode: 0o775, gid: staff }],
  "a sticky folder": ["/.aws", { mode: 0o1777 }],
  "a file of another": ["/.aws/credentials", { uid: mallory }],
};

for (const [what, [at, access]] of Object.entries(layouts)) {
  Deno.test(`no key is written into ${what}, and no code is asked for it`, async () => {
    const { home, owned } = await withFolder();
    await using _ = home;
    owned.set(`${owned.home}${at}`, access);
    for (const args of [[], ["--token-code", "123456"], ["init", "work", "--keys-from", "env"]]) {
      home.test.env["AWS_ACCESS_KEY_ID"] = alice().accessKeyId;
      home.test.env["AWS_SECRET_ACCESS_KEY"] = alice().secretAccessKey;
      assertEquals(await home.unchanged(() => home.run(...args)), 6, args.join(" "));
      assertStringIncludes(home.stderr, `${owned.home}${at}`);
      assertStringIncludes(home.stderr, "STSMFA_ALLOW_FOREIGN_FILES=1");
    }
    assertEquals([home.test.questions, home.sts.count()], [[], 0]);
  });
}

Deno.test("what a code buys is given out all the same, and kept where others can't write", async () => {
  const { home, owned } = await withFolder();
  await using _ = home;
  owned.set(`${owned.home}/.aws`, { mode: 0o777 });
  home.types();
  const { AccessKeyId } = await home.unchanged(() => processOutput(home, "default"));
  assertMatch(String(AccessKeyId), /^ASIA/);
  assertMatch(home.stderr, /^stsmfa: warning: .*others can write \S+\/\.aws\n$/);
});

Deno.test("a session that is valid is read from any folder, as SDKs do, and none is looked at", async () => {
  const valid = session("default", "2026-03-04T12:00:00Z");
  const { home, owned } = await withFolder(longTerm("default-long-term") + valid);
  await using _ = home;
  owned.set(`${owned.home}/.aws`, { uid: mallory });
  assertEquals(await home.unchanged(() => home.run()), 0, home.stderr);
  assertEquals(home.stderr, "");
});

testWith(links, "a backup goes through no link of another", async () => {
  const { home, owned } = await withFolder();
  await using _ = home;
  const far = `${owned.home}/far`;
  await Deno.mkdir(far);
  await makeLink(`${far}/copy`, `${owned.home}/.aws/credentials~`);
  owned.set(far, { uid: mallory });
  home.types();
  assertEquals(await home.run(), 6);
  assertStringIncludes(home.stderr, ` ${far} belongs to another user`);
  assertEquals([...Deno.readDirSync(far)], []);
});

Deno.test("new files are for their owner alone", async () => {
  const { home } = await withFolder(null);
  await using _ = home;
  await firstKey(home);
  assertEquals(await home.test.mode(".aws"), "700");
  assertEquals(await home.test.mode(".aws/credentials"), "600");
});

async function firstKey(home: Home): Promise<void> {
  home.test.env["AWS_ACCESS_KEY_ID"] = alice().accessKeyId;
  home.test.env["AWS_SECRET_ACCESS_KEY"] = alice().secretAccessKey;
  assertEquals(
    await home.run("init", "work", "--keys-from", "env", "--no-session", "--region", "eu-west-1"),
    0,
    home.stderr,
  );
}

for (
  const [what, at, access] of [
    ["that all can write", "config", { mode: 0o666 }],
    ["that a group can write", "config", { mode: 0o664, gid: staff }],
    ["in a folder that all can write", "", { mode: 0o777 }],
    ["of another", "config", { uid: mallory }],
  ] as const
) {
  Deno.test(`no mfa_process is run from a config file ${what}`, async () => {
    const owned = new OwnedFiles();
    const ran: string[] = [];
    await using home = await openHome({
      config: "[profile default]\nstsmfa =\n  mfa_process = print-a-code\n",
      files: owned.wrap,
      os: "unix",
      userId: me,
      runCommand: async ({ argv }) => {
        ran.push(argv.join(" "));
        return { exitStatus: 0, stdout: await home.sts.code() };
      },
    });
    owned.home = await home.test.realHome();
    const path = `${owned.home}/.aws/${at}`.replace(/\/$/, "");
    owned.set(path, access);
    assertEquals(await home.run("process", "default"), 6);
    assertStringIncludes(home.stderr, ` ${path}`);
    assertEquals([ran, home.sts.count("GetSessionToken")], [[], 0]);
    home.test.env["STSMFA_ALLOW_FOREIGN_FILES"] = "1";
    assertEquals(await home.run("process", "default"), 0, home.stderr);
    assertEquals(ran.length, 1);
  });
}

Deno.test("from a folder of another, or one that others can write, no leftover is taken away", async () => {
  const valid = session("default", "2026-03-04T12:00:00Z");
  const { home, owned } = await withFolder(longTerm("default-long-term") + valid);
  await using _ = home;
  const sessions = ".local/state/stsmfa/sessions";
  const leftovers = [".aws/.credentials.stsmfa-tmp", `${sessions}/.x.json.stsmfa-tmp`];
  for (const access of [{ uid: mallory }, { mode: 0o777 }]) {
    for (const name of leftovers) await home.test.write(name, "x");
    for (const folder of [".aws", sessions]) owned.set(`${owned.home}/${folder}`, access);
    for (const args of [["status"], [], ["clear", "--non-interactive"]]) {
      await home.run(...args);
      for (const name of leftovers) assertEquals(await home.test.read(name), "x", args.join(" "));
    }
    owned.clear();
  }
  assertEquals(await home.run("status"), 0, home.stderr);
  assertEquals([...await home.test.list(), ...await home.test.list(sessions)], ["credentials"]);
});
