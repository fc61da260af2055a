/**
 * Sessions that another user could have put where stsmfa keeps its own.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { links, makeLink, testWith } from "../../support/abilities.ts";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import { mallory, me, OwnedFiles, staff } from "../../support/owned_files.ts";
import { processOutput } from "../../support/process_output.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/R";
const state = ".local/state/stsmfa";

/** A home of ours with a kept session for the role profile `a`. */
async function withKeptSession(env: Record<string, string> = {}) {
  const owned = new OwnedFiles();
  const home = await openHome({
    credentials: longTerm("me"),
    config:
      `[profile a]\nrole_arn = ${roleArn}\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n`,
    sts: { roles: [{ roleArn }] },
    files: owned.wrap,
    os: "unix",
    userId: me,
    env,
  });
  owned.home = await home.test.realHome();
  home.types();
  const planted = (await processOutput(home, "a"))["AccessKeyId"] as string;
  const folder = `${home.test.env["XDG_STATE_HOME"] ?? home.test.path(".local/state")}/stsmfa`;
  const [{ name }] = [...Deno.readDirSync(`${folder}/sessions`)] as [Deno.DirEntry];
  return { home, owned, planted, kept: `${folder}/sessions/${name}`, folder };
}

interface Layout {
  /** Below the home; what is wrong there. */
  readonly at: string;
  readonly access: { readonly uid?: number; readonly gid?: number; readonly mode?: number };
  /** In place of the home's own folder, another one that a variable names. */
  readonly variable?: "XDG_STATE_HOME";
}

const layouts: Readonly<Record<string, Layout>> = {
  "XDG_STATE_HOME of another": {
    variable: "XDG_STATE_HOME",
    at: "elsewhere",
    access: { uid: mallory },
  },
  "XDG_STATE_HOME that all can write": {
    variable: "XDG_STATE_HOME",
    at: "elsewhere",
    access: { mode: 0o777 },
  },
  "a folder above XDG_STATE_HOME of another": {
    variable: "XDG_STATE_HOME",
    at: "",
    access: { uid: mallory },
  },
  "HOME of another": { at: "", access: { uid: mallory } },
  "HOME that all can write": { at: "", access: { mode: 0o777 } },
  ".local of another": { at: ".local", access: { uid: mallory } },
  ".local that a group can write": { at: ".local", access: { mode: 0o775, gid: staff } },
  ".local/state that all can write": { at: ".local/state", access: { mode: 0o757 } },
  "the state folder 0777": { at: state, access: { mode: 0o777 } },
  "the state folder of another": { at: state, access: { uid: mallory } },
  "the sessions folder of another": { at: `${state}/sessions`, access: { uid: mallory } },
  "the sessions folder that a group can write": {
    at: `${state}/sessions`,
    access: { mode: 0o770, gid: staff },
  },
  "the sessions folder, sticky": { at: `${state}/sessions`, access: { mode: 0o1777 } },
  "a kept file 0666": { at: "KEPT", access: { mode: 0o666 } },
  "a kept file that a group can write": { at: "KEPT", access: { mode: 0o660, gid: staff } },
  "a kept file of another": { at: "KEPT", access: { uid: mallory } },
};

const commands: readonly (readonly string[])[] = [
  ["process", "a", "--non-interactive"],
  ["env", "a", "--non-interactive"],
  ["read", "aws_access_key_id", "--profile", "a"],
  ["status", "--json"],
];

const behindLinks = "sessions that others could have planted, and what links lead to";

for (const [what, { at, access, variable }] of Object.entries(layouts)) {
  testWith(
    links,
    `a session is not used from ${what}, which is said, with the way out`,
    async () => {
      const { home, owned, planted, kept } = await withKeptSession();
      await using _ = home;
      const { test } = home;
      let bad = at === "KEPT" ? kept : at === "" ? owned.home : `${owned.home}/${at}`;
      if (variable !== undefined) {
        test.env[variable] = `${owned.home}/elsewhere/state`;
        await Deno.mkdir(`${owned.home}/elsewhere`);
        await Deno.rename(test.path(".local/state"), test.env[variable]);
        if (at === "") bad = owned.home;
      }
      owned.set(bad, access);
      const text = await Deno.readTextFile(kept).catch(() => undefined);
      const requests = home.sts.count();
      for (const args of commands) {
        await home.run(...args);
        assertEquals(test.output.includes(planted), false, args.join(" "));
      }
      assertEquals(await home.run("process", "a", "--token-code", "123456"), 6);
      assertMatch(home.stderr, /^stsmfa: error: cannot use \S+: .*\nstsmfa: hint: .*\n$/);
      assertStringIncludes(home.stderr, ` ${bad}`);
      assertStringIncludes(home.stderr, "STSMFA_ALLOW_FOREIGN_FILES=1");
      assertEquals(home.sts.count(), requests, "no code is spent");
      assertEquals(await Deno.readTextFile(kept).catch(() => undefined), text);

      test.env["STSMFA_ALLOW_FOREIGN_FILES"] = "1";
      assertEquals((await processOutput(home, "a", "--non-interactive"))["AccessKeyId"], planted);
      delete test.env["STSMFA_ALLOW_FOREIGN_FILES"];
      owned.clear();
      assertEquals((await processOutput(home, "a", "--non-interactive"))["AccessKeyId"], planted);
    },
    behindLinks,
  );
}

/** Moves something away and puts a link in its place. */
async function behindLink(home: Home, path: string, target: string): Promise<void> {
  await Deno.rename(path, target);
  await makeLink(target, path);
  assertEquals(home.test.questions.length, 1);
}

testWith(links, "a link counts as what it leads to, on its whole way", async () => {
  const { home, owned, planted, folder, kept } = await withKeptSession();
  await using _ = home;
  const far = `${owned.home}/far`;
  await Deno.mkdir(`${far}/away`, { recursive: true });
  const session = () => home.run("process", "a", "--non-interactive");
  for (const path of [kept, `${folder}/sessions`, folder]) {
    await behindLink(home, path, `${far}/away/${path.replace(/.*\//, "")}`);
    assertEquals(await session(), 0, path);
    assertStringIncludes(home.stdout, planted);
    for (
      const [where, access] of [[far, { mode: 0o777 }], [`${far}/away`, { uid: mallory }]] as const
    ) {
      owned.set(where, access);
      assertEquals(await session(), 6, where);
      assertStringIncludes(home.stderr, ` ${where}`);
      owned.clear();
    }
  }
}, behindLinks);

testWith(
  links,
  "what is open to be read is used, and closed, but not what a link leads to",
  async () => {
    const { home, owned, planted, folder, kept } = await withKeptSession();
    await using _ = home;
    const modes = async () =>
      (await Promise.all([folder, `${folder}/sessions`, kept].map((path) => Deno.stat(path))))
        .map(({ mode }) => (mode! & 0o777).toString(8));
    for (
      const [path, mode] of [[folder, 0o755], [`${folder}/sessions`, 0o711], [kept, 0o644]] as const
    ) {
      await Deno.chmod(path, mode);
    }
    assertEquals(
      (await processOutput(home, "a", "--role-session-name", "xx"))["AccessKeyId"] === planted,
      false,
    );
    assertEquals(await modes(), ["700", "700", "600"]);
    const far = `${owned.home}/far`;
    await Deno.rename(folder, far);
    await makeLink(far, folder);
    await Deno.chmod(far, 0o755);
    await processOutput(home, "a", "--role-session-name", "yy");
    assertEquals(
      (await modes())[0],
      "755",
      "a folder that a link leads to may be for something else",
    );
  },
  behindLinks,
);

Deno.test("where no modes are kept nobody is locked out, it is said once, and chmod is not advised", async () => {
  const owned = new OwnedFiles();
  await using home = await openHome({ files: owned.wrap, os: "unix", userId: me });
  owned.home = await home.test.realHome();
  owned.keepsModes = false;
  home.types(2);
  assertEquals(await home.run(), 0, home.stderr);
  assertEquals(home.stderr.match(/keeps no modes/g)?.length, 1, home.stderr);
  assertEquals(home.test.output.includes("chmod"), false, home.test.output);
  home.test.clock.advance(60);
  assertEquals(await home.run("--force"), 0, home.stderr);
  assertEquals(home.stderr.match(/keeps no modes/g)?.length, 1, home.stderr);
  assertEquals(home.test.output.includes("chmod"), false, home.test.output);
  assertEquals(await home.run(), 0);
  assertEquals(home.stderr, "", "a session that is valid is none of it");
  assertEquals(await home.run("doctor", "--offline"), 0);
  assertEquals(home.stdout.match(/keeps no modes/g)?.length, 1, home.stdout);
  assertEquals(home.stdout.includes("chmod"), false, home.stdout);
  owned.set(owned.home, { uid: mallory });
  assertEquals(await home.run("--force"), 6);
  assertStringIncludes(home.stderr, "belongs to another user");
});

Deno.test("a folder that only the own group can write is ours", async () => {
  const { home, owned, planted, folder } = await withKeptSession();
  await using _ = home;
  for (const path of [owned.home, `${owned.home}/.local`, folder, `${folder}/sessions`]) {
    owned.set(path, { mode: 0o775, gid: me });
  }
  assertEquals((await processOutput(home, "a", "--non-interactive"))["AccessKeyId"], planted);
});
