/**
 * Hooks and approvals that another user could have written.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { links, makeLink, testWith } from "../../support/abilities.ts";
import { hookText, openHookHome } from "../../support/hook_home.ts";
import { type Access, mallory, me, OwnedFiles, staff } from "../../support/owned_files.ts";

const greeting = hookText(`on: "post-refresh"`, `return { message: "it ran" };`);
const [state, config] = [".local/state/stsmfa", ".config/stsmfa"];

/** Says what the hook says, without a process of its own. */
const runHook: Context["runHook"] = ({ task }) =>
  Promise.resolve({
    end: {
      kind: "done",
      value: task === "describe" ? { on: "post-refresh", run: true } : { message: "it ran" },
    },
    output: "",
  });

/** A home of ours with a hook that is approved. */
async function withApproval() {
  const owned = new OwnedFiles();
  const home = await openHookHome({ "hello.js": greeting }, {
    files: owned.wrap,
    os: "unix",
    userId: me,
    nobody: true,
    hooks: runHook,
  });
  owned.home = await home.test.realHome();
  assertEquals(await home.run("hooks", "allow", "hello", "--yes"), 0, home.stderr);
  const [{ name }] = [...Deno.readDirSync(home.test.path(`${state}/hooks`))] as [Deno.DirEntry];
  const renew = async () => {
    home.test.clock.advance(60);
    return await home.run("--force", "--token-code", await home.sts.code());
  };
  return { home, owned, renew, approval: `${state}/hooks/${name}` };
}

Deno.test("an approval that nobody else could have written lets its hook run", async () => {
  const { home, owned, renew } = await withApproval();
  await using _ = home;
  assertEquals(await renew(), 0, home.stderr);
  assertStringIncludes(home.stdout, "it ran");
  for (const path of ["", `/${state}`, `/${state}/hooks`, `/${config}`, `/${config}/hooks`]) {
    owned.set(`${owned.home}${path}`, { mode: 0o775, gid: me });
  }
  assertEquals(await renew(), 0, "the own group may write");
  assertStringIncludes(home.stdout, "it ran");
});

/** What is wrong, and the exit status: 7 where the session is renewed, and the hook is not run. */
const layouts: Readonly<Record<string, readonly [at: string, access: Access, status: number]>> = {
  "an approval 0666": ["APPROVAL", { mode: 0o666 }, 7],
  "an approval that a group can write": ["APPROVAL", { mode: 0o660, gid: staff }, 7],
  "an approval of another": ["APPROVAL", { uid: mallory }, 7],
  "approvals in a folder 0777": [`${state}/hooks`, { mode: 0o777 }, 7],
  "approvals in a folder that a group can write": [
    `${state}/hooks`,
    { mode: 0o770, gid: staff },
    7,
  ],
  "approvals in a sticky folder": [`${state}/hooks`, { mode: 0o1777 }, 7],
  "approvals in a folder of another": [`${state}/hooks`, { uid: mallory }, 7],
  "approvals in a state folder 0777": [state, { mode: 0o777 }, 6],
  "approvals in a state folder of another": [state, { uid: mallory }, 6],
  "approvals below a folder of another": [".local/state", { uid: mallory }, 6],
  "approvals below a folder 0777": [".local", { mode: 0o777 }, 6],
  "a hook 0666": [`${config}/hooks/hello.js`, { mode: 0o666 }, 7],
  "a hook of another": [`${config}/hooks/hello.js`, { uid: mallory }, 7],
  "a hook in a folder 0777": [`${config}/hooks`, { mode: 0o777 }, 7],
  "a hook in a folder of another": [`${config}/hooks`, { uid: mallory }, 7],
  "a hook below a folder 0777": [config, { mode: 0o777 }, 7],
  "a hook below a folder that a group can write": [".config", { mode: 0o775, gid: staff }, 7],
  "a hook below a folder of another": [".config", { uid: mallory }, 7],
  "a hook in a home of another": ["", { uid: mallory }, 6],
};

for (const [what, [at, access, status]] of Object.entries(layouts)) {
  Deno.test(`nothing runs by ${what}`, async () => {
    const { home, owned, renew, approval } = await withApproval();
    await using _ = home;
    const path = `${owned.home}/${at === "APPROVAL" ? approval : at}`.replace(/\/$/, "");
    owned.set(path, access);
    assertEquals(await renew(), status, home.stderr);
    assertEquals(home.test.output.includes("it ran"), false);
    assertEquals(home.stdout.includes("renewed"), status === 7);
    if (at !== "APPROVAL") {
      assertStringIncludes(home.stderr, ` ${path}`);
      assertStringIncludes(home.stderr, "STSMFA_ALLOW_FOREIGN_FILES=1");
    }
    await home.run("hooks", "run", "hello");
    assertEquals(home.test.output.includes("it ran"), false);
    home.test.env["STSMFA_ALLOW_FOREIGN_FILES"] = "1";
    assertEquals(await home.run("hooks", "run", "hello"), 0, home.stderr);
    assertStringIncludes(home.stdout, "it ran");
  });
}

testWith(links, "a hook behind a link is what it leads to, on the whole way", async () => {
  const { home, owned, renew } = await withApproval();
  await using _ = home;
  const [hook, far] = [`${owned.home}/${config}/hooks/hello.js`, `${owned.home}/far`];
  await Deno.mkdir(far);
  await Deno.rename(hook, `${far}/hello.js`);
  await makeLink(`${far}/hello.js`, hook);
  assertEquals(await home.run("hooks", "allow", "hello", "--yes"), 0, home.stderr);
  assertEquals(await renew(), 0);
  for (const access of [{ mode: 0o777 }, { uid: mallory }, { mode: 0o770, gid: staff }]) {
    owned.set(far, access);
    assertEquals(await renew(), 7);
    assertStringIncludes(home.stderr, ` ${far}`);
    owned.set(far, { mode: 0o700, uid: me, gid: me });
  }
});

Deno.test("a denial counts, whoever could have written it", async () => {
  const { home, owned, approval } = await withApproval();
  await using _ = home;
  assertEquals(await home.run("hooks", "deny", "hello"), 0);
  owned.set(`${owned.home}/${approval}`, { mode: 0o666 });
  assertEquals(await home.run("hooks", "list", "hello", "--json"), 0);
  assertEquals(home.json[0].state, "denied");
});

for (
  const [what, at, access] of [
    ["XDG_CONFIG_HOME of another", "", { uid: mallory }],
    ["XDG_CONFIG_HOME that all can write", "", { mode: 0o777 }],
    ["a stsmfa folder of another", "/stsmfa", { uid: mallory }],
    ["a hooks folder that a group can write", "/stsmfa/hooks", { mode: 0o770, gid: staff }],
  ] as const
) {
  Deno.test(`hooks new begins nothing, and hooks allow approves nothing, in ${what}`, async () => {
    const { home, owned } = await withApproval();
    await using _ = home;
    const folder = `${owned.home}/xdg`;
    home.test.env["XDG_CONFIG_HOME"] = folder;
    await Deno.mkdir(`${folder}/stsmfa/hooks`, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(`${folder}/stsmfa/hooks/there.js`, greeting, { mode: 0o600 });
    owned.set(`${folder}${at}`, access);
    const before = [...Deno.readDirSync(home.test.path(`${state}/hooks`))].length;
    assertEquals(await home.run("hooks", "new", "mine"), 6);
    assertStringIncludes(home.stderr, ` ${folder}${at}`);
    assertStringIncludes(home.stderr, "STSMFA_ALLOW_FOREIGN_FILES=1");
    assertEquals([...Deno.readDirSync(`${folder}/stsmfa/hooks`)].map(({ name }) => name), [
      "there.js",
    ]);
    assertEquals(await home.run("hooks", "allow", "there", "--yes"), 3);
    assertStringIncludes(home.stderr, "STSMFA_ALLOW_FOREIGN_FILES=1");
    assertEquals([...Deno.readDirSync(home.test.path(`${state}/hooks`))].length, before);
    home.test.env["STSMFA_ALLOW_FOREIGN_FILES"] = "1";
    assertEquals(await home.run("hooks", "new", "mine"), 0, home.stderr);
    assertEquals(await home.run("hooks", "allow", "there", "--yes"), 0, home.stderr);
  });
}

Deno.test("no approval is written where others could change it", async () => {
  const { home, owned } = await withApproval();
  await using _ = home;
  owned.set(`${owned.home}/${state}`, { mode: 0o777 });
  for (const args of [["allow", "hello", "--yes"], ["deny", "hello"]]) {
    assertEquals([6, 7].includes(await home.run("hooks", ...args)), true);
    assertStringIncludes(home.stderr, "STSMFA_ALLOW_FOREIGN_FILES=1");
  }
});
