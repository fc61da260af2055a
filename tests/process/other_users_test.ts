/**
 * Processes of several users on one machine: what needs root to be tried is skipped for anybody else.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertMode } from "../support/file_mode.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { wholePaths } from "../support/whole_paths.ts";
import { cliCommand, type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const [me, mallory, staff] = [4101, 4102, 4103];

const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
const canBecome = isRoot &&
  await new Deno.Command("setpriv", { args: ["--version"], stdout: "null", stderr: "null" })
    .output()
    .then(({ success }) => success, () => false);

/** A test that acts as other users. */
function testAsRoot(name: string, needsSetpriv: boolean, fn: () => Promise<void>): void {
  const isAble = needsSetpriv ? canBecome : isRoot;
  const what = needsSetpriv ? "root on Linux, and setpriv" : "root on Linux";
  Deno.test({ name: isAble ? name : `${name} (skipped: needs ${what})`, ignore: !isAble, fn });
}

/**
 * Runs the program as somebody with no group but the own one. That it may read everything is for the
 * runtime, which can be in a folder of root's; it may write nothing more for that.
 */
async function runAs(
  user: number,
  home: SpawnedHome,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const ids = ["--reuid", `${user}`, "--regid", `${user}`, "--clear-groups"];
  const caps = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"];
  return await run(["setpriv", ...ids, ...caps, ...cliCommand(...args)], home, env);
}

async function run(
  [program, ...args]: readonly string[],
  home: SpawnedHome,
  env: Record<string, string> = {},
): Promise<Ended> {
  const command = new Deno.Command(program!, {
    args,
    cwd: "/",
    clearEnv: true,
    env: { ...home.env, NO_COLOR: "1", ...env },
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out!, stderr: wholePaths(err!, home.home) };
}

async function chownAll(path: string, uid: number, gid = uid): Promise<void> {
  const { isDirectory, isSymlink } = await Deno.lstat(path);
  if (!isSymlink) await Deno.chown(path, uid, gid);
  if (!isDirectory) return;
  for await (const { name } of Deno.readDir(path)) await chownAll(`${path}/${name}`, uid, gid);
}

/** Everything below a folder, with its owner. */
async function owners(path: string, found: Record<string, number> = {}): Promise<typeof found> {
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    found[`${path}/${name}`] = (await Deno.lstat(`${path}/${name}`)).uid!;
    if (isDirectory) await owners(`${path}/${name}`, found);
  }
  return found;
}

const roleArn = "arn:aws:iam::222222222222:role/R";

async function openWorld() {
  const sts = await startLoopbackSts({ roles: [{ roleArn }] });
  const home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", longTermSection("me", alice()));
  await home.write(
    ".aws/config",
    `[profile a]\nrole_arn = ${roleArn}\nsource_profile = me\n` +
      `mfa_serial = ${ALICE_DEVICE}\n` +
      `[profile b]\nstsmfa =\n  source_profile = me\n`,
  );
  return { sts, home };
}

for (const umask of ["0777", "0177", "0000", "0277"]) {
  Deno.test({
    name: `what is made is for its owner alone under umask ${umask}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const { sts, home } = await openWorld();
      await using _sts = sts;
      await using _home = home;
      const under = (...args: string[]) =>
        run(["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...cliCommand(...args)], home);
      const state = home.path(".local/state/stsmfa");
      const first = await under("b", "--token-code", await sts.code());
      assertEquals(first.code, 0, first.stderr);
      const made = await under("hooks", "new", "mine");
      assertEquals(made.code, 0, made.stderr);
      const denied = await under("hooks", "deny", "dotenv");
      assertEquals(denied.code, 0, denied.stderr);
      const hooks = home.path(".config/stsmfa/hooks");
      assertMode(0o700, home.path(".local"), state, `${state}/sessions`, `${state}/hooks`, hooks);
      const files = [`${state}/sessions`, `${state}/hooks`, hooks]
        .flatMap((folder) => [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`));
      // One session, one decision; a hook, its test and the types.
      assertEquals(files.length, 5);
      assertMode(0o600, home.path(".aws/credentials"), home.path(".aws/credentials~"), ...files);
    },
  });
}

testAsRoot(
  "kept sessions of another user are not used, by whichever way they come",
  true,
  async () => {
    const { sts, home } = await openWorld();
    await using _sts = sts;
    await using _home = home;
    const first = await home.run(["process", "a", "--token-code", await sts.code()]);
    assertEquals(first.code, 0, first.stderr);
    await chownAll(home.home, me);
    const planted = JSON.parse(first.stdout).AccessKeyId as string;
    const again = ["process", "a", "--non-interactive"];
    assertEquals((await runAs(me, home, again)).stdout.includes(planted), true);

    const state = home.path(".local/state/stsmfa");
    const [{ name }] = [...Deno.readDirSync(`${state}/sessions`)] as [Deno.DirEntry];
    const layouts: readonly (readonly [string, number, number, number])[] = [
      [home.home, mallory, mallory, 0o755],
      [home.path(".local"), me, staff, 0o770],
      [state, me, me, 0o777],
      [`${state}/sessions`, me, me, 0o1777],
      [`${state}/sessions/${name}`, me, me, 0o666],
      [`${state}/sessions/${name}`, mallory, mallory, 0o644],
    ];
    for (const [path, uid, gid, mode] of layouts) {
      const before = await Deno.stat(path);
      await Deno.chown(path, uid, gid);
      await Deno.chmod(path, mode);
      const refused = await runAs(me, home, again);
      assertEquals([refused.code, refused.stdout], [6, ""], path);
      assertStringIncludes(refused.stderr, ` ${path}`);
      assertEquals(refused.stderr.includes(planted), false);
      assertMode(mode & 0o777, path);
      const env = { STSMFA_ALLOW_FOREIGN_FILES: "1" };
      if (uid === me) assertStringIncludes((await runAs(me, home, again, env)).stdout, planted);
      await Deno.chown(path, before.uid!, before.gid!);
      await Deno.chmod(path, before.mode! & 0o7777);
    }
    const own = await runAs(me, home, again);
    assertStringIncludes(own.stdout, planted);

    // What root keeps in that home counts for root, and what mallory keeps elsewhere does not.
    await Deno.mkdir(home.path("theirs"));
    await chownAll(home.path("theirs"), mallory);
    const led = await runAs(me, home, again, { XDG_STATE_HOME: home.path("theirs") });
    assertEquals(led.code, 6);
    assertStringIncludes(led.stderr, "hint: XDG_STATE_HOME points there");
    assertEquals([...Deno.readDirSync(home.path("theirs"))], []);
  },
);

testAsRoot(
  "root in the home of another leaves everything to that user, and says so once",
  false,
  async () => {
    const { sts, home } = await openWorld();
    await using _sts = sts;
    await using _home = home;
    // Left by root in an earlier run.
    await home.write(".local/state/stsmfa/sessions/old.json", "{}");
    await chownAll(home.home, me, staff);
    for (const name of [".aws/credentials", ".local/state/stsmfa/sessions/old.json"]) {
      await Deno.chown(home.path(name), 0, 0);
    }
    const code = await sts.code();
    const first = await home.run(["b", "--token-code", code]);
    assertEquals(first.code, 0, first.stderr);
    assertEquals(
      first.stderr,
      `stsmfa: warning: running as root in a folder of uid ${me}: what is written there belongs to uid ${me}\n`,
    );
    for (const args of [["hooks", "new", "mine"], ["hooks", "deny", "dotenv"], ["process", "a"]]) {
      const { code, stderr } = await home.run(args);
      assertEquals(code, 0, stderr);
      assertEquals(stderr.match(/running as root/g)?.length, 1, stderr);
    }
    await Deno.mkdir(home.path("bin"));
    await Deno.writeTextFile(home.path("bin/stsmfa"), "#!/bin/sh\n", { mode: 0o755 });
    await Deno.chmod(home.path("bin/stsmfa"), 0o755);
    await chownAll(home.path("bin"), me, staff);
    const path = { PATH: `${home.path("bin")}:${Deno.env.get("PATH")}` };
    const installed = await home.run(["docker-credential", "install"], path);
    assertEquals(installed.code, 0, installed.stderr);
    assertEquals(installed.stderr.match(/running as root/g)?.length, 1, installed.stderr);
    assertMode(0o755, home.path(".local/bin/docker-credential-stsmfa"));

    const all = await owners(home.home);
    const isOld = (path: string) => path.endsWith("/old.json") || /\/(deno|\.cache)\b/.test(path);
    const wrong = Object.entries(all).filter(([path, uid]) => uid !== me && !isOld(path));
    assertEquals(wrong, []);
    assertEquals(Object.keys(all).length > 12, true, Object.keys(all).join("\n"));
    if (!canBecome) return;
    const own = await runAs(me, home, ["process", "a", "--non-interactive"]);
    assertEquals([own.code, own.stderr], [0, ""], "the user goes on where root was");
  },
);

testAsRoot("a folder of another, mounted into root's own home, works", false, async () => {
  const { sts, home } = await openWorld();
  await using _sts = sts;
  await using _home = home;
  await chownAll(home.path(".aws"), me);
  const { code, stderr } = await home.run(["b", "--token-code", await sts.code()]);
  assertEquals(code, 0, stderr);
  assertEquals(stderr.match(/running as root in a folder of uid 4101/g)?.length, 1, stderr);
  assertEquals(new Set(Object.values(await owners(home.path(".aws")))), new Set([me]));
  assertEquals(new Set(Object.values(await owners(home.path(".local")))), new Set([0]));
});

testAsRoot("root is not led out of a home by its links", false, async () => {
  const { sts, home } = await openWorld();
  await using _sts = sts;
  await using _home = home;
  const target = await Deno.makeTempFile({ prefix: "stsmfa-roots-" });
  try {
    await Deno.writeTextFile(target, "root's own\n");
    const first = await home.run(["process", "a", "--token-code", await sts.code()]);
    assertEquals(first.code, 0, first.stderr);
    const folder = home.path(".local/state/stsmfa/sessions");
    const [{ name }] = [...Deno.readDirSync(folder)] as [Deno.DirEntry];
    await Deno.remove(`${folder}/${name}`);
    await Deno.symlink(target, `${folder}/${name}`);
    await chownAll(home.home, me);
    await Deno.chown(target, 0, 0);
    const { code, stderr } = await home.run(["process", "a", "--token-code", "123456"]);
    assertEquals(code, 6);
    assertStringIncludes(stderr, "leads to what is not theirs");
    assertEquals(await Deno.readTextFile(target), "root's own\n");
  } finally {
    await Deno.remove(target);
  }
});

testAsRoot("root runs no program that another's config file names", false, async () => {
  const { sts, home } = await openWorld();
  await using _sts = sts;
  await using _home = home;
  await using theirs = await SpawnedHome.create();
  const ran = theirs.path("ran");
  const program = `/bin/sh -c "id -u >> ${ran}; echo {}"`;
  await theirs.write(
    "config",
    `[profile a]\ncredential_process = ${program}\n` +
      `[profile b]\nmfa_process = ${program}\nmfa_serial = ${ALICE_DEVICE}\n` +
      `stsmfa =\n  source_profile = me\n`,
  );
  await chownAll(theirs.home, mallory);
  const env = { AWS_CONFIG_FILE: theirs.path("config") };
  for (const name of ["a", "b"]) {
    const refused = await run(cliCommand("env", name), home, env);
    assertEquals([refused.code, refused.stdout], [6, ""], refused.stderr);
    assertStringIncludes(refused.stderr, `cannot use ${theirs.path("config")}: `);
    assertStringIncludes(refused.stderr, `belongs to another user (uid ${mallory})`);
    assertStringIncludes(refused.stderr, "AWS_CONFIG_FILE points there");
  }
  assertEquals(await Deno.stat(ran).catch(() => undefined), undefined);

  // In that user's home (`sudo -E`), and where root has allowed it, it is run.
  for (const more of [{ HOME: theirs.home }, { STSMFA_ALLOW_FOREIGN_FILES: "1" }]) {
    const served = await run(cliCommand("env", "a"), home, { ...env, ...more });
    assertStringIncludes(served.stderr, "printed no usable credentials");
  }
  assertEquals(await Deno.readTextFile(ran), "0\n0\n");
});
