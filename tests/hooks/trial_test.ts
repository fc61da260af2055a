/**
 * `stsmfa hooks run`: a trial changes nothing that a real refresh has made, and shows what it would.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { posix, testOrSkip } from "../support/abilities.ts";
import { openDocker } from "../support/docker_world.ts";
import { hookText, openHookHome } from "../support/hook_home.ts";
import { type Home, openHome } from "../support/homes.ts";
import { openKubeHome, SHOP } from "../support/kube_home.ts";

/** Returns everything below a folder: kind, bytes, mode, time and inode. */
async function everything(folder: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const { name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const info = await Deno.lstat(path);
    const { mode, ino, mtime } = info;
    found[path] = [mode, ino, mtime?.getTime(), info.isFile && await Deno.readTextFile(path)];
    if (info.isDirectory) Object.assign(found, await everything(path));
  }
  return found;
}

/** Tries a hook, and asserts that nothing in the home has changed, and that nothing is left. */
async function trial(home: Home, ...args: readonly string[]): Promise<number> {
  // The state directory is touched, and nothing stays in it.
  const state = home.test.path(".local/state/stsmfa");
  await Deno.mkdir(state, { recursive: true, mode: 0o700 });
  const before = await everything(home.test.home);
  const exitStatus = await home.run("hooks", "run", ...args);
  const after = await everything(home.test.home);
  for (const each of [before, after]) delete each[state];
  assertEquals(after, before);
  assert(!home.test.output.includes("/trials/"), home.test.output);
  return exitStatus;
}

Deno.test("a trial of dotenv leaves the real file, and shows what would change", async () => {
  await using home = await openHome({
    config: "[default]\nregion = eu-west-1\nstsmfa =\n  hooks = dotenv\n" +
      "  dotenv_file = ~/shop/.env\n",
    hooks: true,
  });
  await home.test.write("shop/.env", "# shop\nDB_PASSWORD=hunter2\nPORT=1\n");
  await home.test.write("shop/other", "x");
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  const { aws_access_key_id: id } = await home.section("default");
  const real = await home.test.read("shop/.env");
  assertEquals(await trial(home, "dotenv"), 0, home.stderr);
  const path = `${await home.test.realHome()}/shop/.env`;
  const [said, ...shown] = home.stdout.trimEnd().split("\n");
  assertMatch(said!, /^ {2}hook dotenv {2}done in \S+: wrote \S+\/shop\/\.env$/);
  assertEquals(shown, [
    `  ${path}  would change`,
    "    @@ -4,4 +4,4 @@",
    "    -AWS_ACCESS_KEY_ID=[secret]",
    "    -AWS_SECRET_ACCESS_KEY=[secret]",
    "    -AWS_SESSION_TOKEN=[secret]",
    `    -AWS_CREDENTIAL_EXPIRATION=${(await home.section("default"))["expiration"]}`,
    "    +AWS_ACCESS_KEY_ID=ASIATHROWAWAYTHROWAW",
    "    +AWS_SECRET_ACCESS_KEY=throw-away-secret-access-key-of-a-trial",
    "    +AWS_SESSION_TOKEN=throw-away-session-token-of-a-trial",
    "    +AWS_CREDENTIAL_EXPIRATION=2026-03-04T06:06:07Z",
  ]);
  assert(!home.stdout.includes(id!) && !home.stdout.includes("hunter2"));

  // With the real session there is nothing to change; without a file, all of it is new.
  assertEquals(await trial(home, "dotenv", "--with-session", "--json"), 0, home.stderr);
  assertEquals(home.json.changes, []);
  assertEquals(await home.test.read("shop/.env"), real);
  await Deno.remove(home.test.path("shop"), { recursive: true });
  assertEquals(await trial(home, "dotenv", "--with-session", "--json"), 0, home.stderr);
  assertEquals(home.json.changes, [{
    path,
    status: "new",
    diff: [
      "@@ -0,0 +1,6 @@",
      "+AWS_ACCESS_KEY_ID=[secret]",
      "+AWS_SECRET_ACCESS_KEY=[secret]",
      "+AWS_SESSION_TOKEN=[secret]",
      `+AWS_CREDENTIAL_EXPIRATION=${(await home.section("default"))["expiration"]}`,
      "+AWS_REGION=eu-west-1",
      "+AWS_DEFAULT_REGION=eu-west-1",
    ],
  }]);
});

Deno.test("a trial of docker with another mode leaves the real login", async () => {
  await using world = await openDocker([]);
  const { home } = world;
  await home.test.write(".docker/config.json", `{\n  "auths": {}\n}\n`);
  assertEquals((await world.refresh())[0], 0);
  const auth = world.ecr.auth("eu-west-1");
  assertStringIncludes(await home.test.read(".docker/config.json"), auth);
  const config = await home.test.read(".aws/config");
  await home.test.write(".aws/config", `${config}  docker_mode = helper\n`);
  assertEquals(await trial(home, "docker"), 0, home.stderr);
  assertMatch(home.stderr, /hook docker may really reach \S+/);
  assertStringIncludes(home.stdout, "/.docker/config.json  would change\n");
  assertStringIncludes(home.stdout, `"stsmfa"`);
  assert(!home.stdout.includes(auth));
  // With its own session it really asks ECR, and still writes nothing.
  await home.test.write(".aws/config", config);
  assertEquals(await trial(home, "docker", "--with-session", "--json"), 0, home.stderr);
  assertEquals(world.ecr.passwords.length, 2);
});

Deno.test("a trial of kube leaves the real kubeconfigs", async () => {
  await using kube = await openKubeHome();
  const { home } = kube;
  const { test } = home;
  await test.write("one/config", "kind: Config\ncurrent-context: lab\n");
  await test.write("two/config", "kind: Config\n");
  test.env["KUBECONFIG"] = ["one/config", "two/config"].map((name) => test.path(name))
    .join(posix.isHere ? ":" : ";");
  assertEquals(await kube.refresh(), 0, home.stderr);
  assertStringIncludes(await test.read("one/config"), SHOP);
  const config = await test.read(".aws/config");
  await test.write(".aws/config", `${config}  kube_context = other\n`);
  assertEquals(await trial(home, "kube", "-p", "prod", "--with-session"), 0, home.stderr);
  assertStringIncludes(home.stdout, "/one/config  would change\n");
  assertStringIncludes(home.stdout, "+  name: other\n");
  // As kubectl: the first file that is there, else the last one named.
  await Deno.remove(test.path("one"), { recursive: true });
  assertEquals(await trial(home, "kube", "-p", "prod", "--with-session"), 0, home.stderr);
  assertStringIncludes(home.stdout, "/two/config  would change\n");
  await Deno.remove(test.path("two"), { recursive: true });
  assertEquals(await trial(home, "kube", "-p", "prod", "--with-session"), 0, home.stderr);
  assertStringIncludes(home.stdout, "/two/config  would be new\n");
});

const homeName = posix.isHere ? "HOME" : "USERPROFILE";
const mine = hookText(
  `on: "post-refresh", needs: ["credentials"], permissions: {
    read: ["~/notes", "{option:log|~/log}"], write: ["~/notes", "{option:log|~/log}"],
    env: ["${homeName}", "NOTES"] }`,
  `
  const [notes] = event.permissions.read.filter((path) => /[\\\\/]notes$/.test(path));
  const found = await Deno.readTextFile(notes + "/deep/old");
  await Deno.writeTextFile(notes + "/deep/old", found + event.credentials.accessKeyId + "\\n");
  await Deno.remove(notes + "/gone");
  await Deno.writeFile(Deno.env.get("${homeName}") + "/notes/bytes", new Uint8Array([0, 1]));
  await Deno.writeTextFile(Deno.env.get("NOTES") + "/variable", "1");
  await Deno.writeTextFile(event.options.log, "one more", { append: true });
  console.log("wrote to", notes);
  return { message: "wrote " + event.options.log };`,
);

Deno.test("a trial of a hook of yours goes to copies, by permissions, options and variables", async () => {
  await using home = await openHookHome({ "mine.js": mine }, { block: ["mine_log = ~/logs/log"] });
  const { test } = home;
  await test.write("notes/deep/old", "before\n", 0o644);
  await test.write("notes/gone", "x");
  await test.write("logs/log", "one\n");
  test.env["NOTES"] = test.path("notes");
  assertEquals(await home.run("hooks", "allow", "mine", "--yes"), 0, home.stderr);
  assertEquals(await trial(home, "mine", "--json"), 0, home.stderr);
  const real = await test.realHome();
  assertEquals(home.json.message, `wrote ${real}/logs/log`);
  assertEquals(home.json.output, `wrote to ${real}/notes`);
  assertEquals(home.json.changes, [
    {
      path: `${real}/logs/log`,
      status: "changed",
      diff: ["@@ -1,0 +2 @@", "+one more", "\\ No newline at end of file"],
    },
    { path: `${real}/notes/bytes`, status: "new", diff: ["2 bytes that are not text"] },
    {
      path: `${real}/notes/deep/old`,
      status: "changed",
      diff: ["@@ -1,0 +2 @@", "+ASIATHROWAWAYTHROWAW"],
    },
    { path: `${real}/notes/gone`, status: "removed", diff: [] },
    {
      path: `${real}/notes/variable`,
      status: "new",
      diff: ["@@ -0,0 +1 @@", "+1", "\\ No newline at end of file"],
    },
  ]);
});

testOrSkip({
  name: "programs of a trial have another home, and that they are run is said before",
  ignore: !posix.isHere,
  reason: posix.reason,
  fn: async () => {
    const text = hookText(
      `on: "post-refresh", permissions: { run: ["/bin/sh"], env: ["KUBECONFIG"] }`,
      `
      const script = 'cat "$HOME/.docker/config.json" && echo x >> "$KUBECONFIG" && echo y > "$HOME/z"';
      const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", script] }).output();
      return { message: new TextDecoder().decode(stdout) };`,
    );
    await using home = await openHookHome({ "runs.js": text });
    await home.test.write(".docker/config.json", "{}");
    await home.test.write("kube/config", "kind: Config\n");
    home.test.env["KUBECONFIG"] = home.test.path("kube/config");
    assertEquals(await home.run("hooks", "allow", "runs", "--yes"), 0, home.stderr);
    assertEquals(await trial(home, "runs", "--json"), 0, home.stderr);
    assertEquals(home.json.message, "{}");
    assertMatch(home.stderr, /warning.*hook runs may really run \/bin\/sh, with all your rights/);
    assertEquals(
      home.json.changes.map(({ path, status }: Record<string, string>) => [
        path!.replace(/^.*\/stsmfa-test-\w+\//, ""),
        status,
      ]),
      [["kube/config", "changed"], ["z", "new"]],
    );
  },
});

Deno.test("a hook that fails, or is ended, leaves nothing of its trial either", async () => {
  const text = hookText(
    `on: "post-refresh", permissions: { read: ["~/out"], write: ["~/out"] }`,
    `await Deno.writeTextFile(event.permissions.write[0] + "/x", "1");
     throw new Error("no luck with " + event.permissions.write[0]);`,
  );
  await using home = await openHookHome({ "bad.js": text });
  await home.test.write("out/y", "1");
  assertEquals(await home.run("hooks", "allow", "bad", "--yes"), 0, home.stderr);
  assertEquals(await trial(home, "bad"), 7);
  const real = await home.test.realHome();
  assertStringIncludes(home.stderr, `failed: Error: no luck with ${real}/out`);
  assertStringIncludes(home.stdout, `${real}/out/x  would be new\n`);
  // One that was killed long ago is removed by the next.
  await home.test.write(".local/state/stsmfa/trials/1000-dead/home/.env", "AWS_SESSION_TOKEN=x");
  assertEquals(await home.run("hooks", "run", "bad"), 7);
  assertEquals((await home.test.list(".local/state/stsmfa")).includes("trials"), false);
  // And by any other command, but not while it may still be at work.
  const now = home.test.clock.now().getTime();
  for (const name of ["1000-dead", `${now - 60_000}-busy`]) {
    await home.test.write(`.local/state/stsmfa/trials/${name}/home/.env`, "AWS_SESSION_TOKEN=x");
  }
  assertEquals(await home.run("status"), 8, home.stderr);
  assertEquals(await home.test.list(".local/state/stsmfa/trials"), [`${now - 60_000}-busy`]);
});

Deno.test("a folder around a file is not copied, and of a large one only a part", async () => {
  const text = hookText(
    `on: "post-refresh", permissions: { read: ["~/big"], write: ["~/big"] }`,
    `let count = 0;
     for await (const _ of Deno.readDir(event.permissions.read[0])) count++;
     return { message: String(count < 700) };`,
  );
  await using home = await openHookHome({ "big.js": text });
  for (let n = 0; n < 700; n++) await home.test.write(`big/${n}`, "x");
  assertEquals(await home.run("hooks", "allow", "big", "--yes"), 0, home.stderr);
  assertEquals(await trial(home, "big"), 0, home.stderr);
  assertMatch(home.stdout, /done in \S+: true\n$/);
  assertStringIncludes(home.stderr, "/big is large: the trial has only a part of it");
});
