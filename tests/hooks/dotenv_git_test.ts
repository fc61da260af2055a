/**
 * The dotenv hook in a repository: what git would show to others is refused, and nothing that a
 * repository names is run.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { systemContext } from "../../lib/system/context.ts";
import { testOrSkip } from "../support/abilities.ts";
import { type Home, openHome } from "../support/homes.ts";

const real = systemContext([]);

function hasGit(): boolean {
  try {
    return new Deno.Command("git", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}
const ignore = !hasGit() || Deno.build.os === "windows";
const test = (name: string, fn: () => Promise<void>) =>
  testOrSkip({ name: ignore ? `${name} (skipped: there is no git)` : name, ignore, fn });

function git(home: Home, folder: string, ...args: readonly string[]): void {
  const { success, stderr } = new Deno.Command("git", {
    args: ["-C", home.test.path(folder), ...args],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH")!,
      HOME: home.test.home,
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@b",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@b",
    },
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Opens a home with a repository in `shop`. */
async function open(...options: readonly string[]): Promise<Home> {
  const lines = ["hooks = dotenv", "dotenv_file = ~/shop/.env", ...options];
  const home = await openHome({
    config: `[default]\nregion = eu-west-1\nstsmfa =\n${
      lines.map((line) => `  ${line}\n`).join("")
    }`,
    hooks: true,
    runCommand: real.runCommand,
  });
  home.test.env["PATH"] = Deno.env.get("PATH")!;
  await Deno.mkdir(home.test.path("shop"));
  git(home, "shop", "init", "-q");
  return home;
}

async function refresh(home: Home): Promise<[exitStatus: number, said: string]> {
  home.types();
  const exitStatus = await home.run("--force");
  home.test.clock.advance(60);
  return [exitStatus, /hook dotenv {2}done in \S+: (.*)/.exec(home.stdout)?.[1] ?? home.stderr];
}

async function assertRefused(home: Home, message: string): Promise<void> {
  const before = await home.test.read("shop/.env").catch(() => undefined);
  const [exitStatus, said] = await refresh(home);
  assertEquals(exitStatus, 7, said);
  assertStringIncludes(said, message);
  assertStringIncludes(said, "dotenv_git = true");
  assertEquals(await home.test.read("shop/.env").catch(() => undefined), before);
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
}

test("a file that git would add or tracks is refused; one that it ignores is written", async () => {
  await using home = await open();
  await assertRefused(home, "git would add ~/shop/.env");
  await home.test.write("shop/.env", "A=1\n");
  git(home, "shop", "add", ".env");
  await assertRefused(home, "git tracks ~/shop/.env");
  // What is tracked stays so, whatever is ignored later.
  await home.test.write("shop/.gitignore", ".env\n");
  await assertRefused(home, "git tracks ~/shop/.env");
  git(home, "shop", "rm", "-q", "--cached", ".env");
  assertEquals(await refresh(home), [0, "wrote ~/shop/.env"]);
  await Deno.remove(home.test.path("shop/.gitignore"));
  await home.test.write(".config/git/ignore", ".env\n");
  assertEquals(await refresh(home), [0, "wrote ~/shop/.env"]);
});

test("a repository within another one's folder does not hide what that one does", async () => {
  await using home = await open();
  await home.test.write("shop/.gitignore", ".env\n");
  await home.test.write("shop/.env", "A=1\n");
  git(home, ".", "init", "-q");
  // Without the inner one, as before it was made.
  await Deno.rename(home.test.path("shop/.git"), home.test.path("inner"));
  git(home, ".", "add", "-f", "shop/.env");
  await Deno.rename(home.test.path("inner"), home.test.path("shop/.git"));
  await assertRefused(home, "git tracks ~/shop/.env");
  git(home, ".", "rm", "-q", "--cached", "shop/.env");
  assertEquals(await refresh(home), [0, "wrote ~/shop/.env"]);

  // A work tree whose repository is gone is a folder of the outer one.
  await Deno.remove(home.test.path("shop/.git"), { recursive: true });
  await home.test.write("shop/.git", "gitdir: /nowhere/at/all\n");
  await Deno.remove(home.test.path("shop/.gitignore"));
  await assertRefused(home, "git would add ~/shop/.env");
  await home.test.write(".gitignore", "*\n");
  assertEquals(await refresh(home), [0, "wrote ~/shop/.env"]);
});

test("dotenv_git = true writes it anyway, and other words are none", async () => {
  await using home = await open("dotenv_git = true");
  assertEquals(await refresh(home), [0, "wrote ~/shop/.env"]);
  await using odd = await open("dotenv_git = yes");
  const [exitStatus, said] = await refresh(odd);
  assertEquals(exitStatus, 7);
  assertStringIncludes(said, "dotenv_git is true or false, not yes");
});

test("the caller's variables of git change nothing", async () => {
  await using home = await open();
  await Deno.mkdir(home.test.path("empty"));
  git(home, "empty", "init", "-q");
  await home.test.write("ignores-all", "*\n");
  const variables = {
    GIT_DIR: home.test.path("empty/.git"),
    GIT_WORK_TREE: "/",
    GIT_CEILING_DIRECTORIES: home.test.home,
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "core.excludesFile",
    GIT_CONFIG_VALUE_0: home.test.path("ignores-all"),
  };
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    await assertRefused(home, "git would add ~/shop/.env");
  } finally {
    for (const name of Object.keys(variables)) Deno.env.delete(name);
  }
});

test("a repository's own programs never run", async () => {
  await using home = await open();
  await home.test.write("shop/.env", "A=1\n");
  await home.test.write("shop/.gitattributes", "* filter=x diff=x\n");
  git(home, "shop", "add", ".gitattributes");
  git(home, "shop", "commit", "-q", "-m", "x");
  const program = home.test.path("evil.sh");
  await home.test.write("evil.sh", `#!/bin/sh\necho "$0 $*" >> ${home.test.path("ran")}\n`, 0o700);
  for (
    const [key, value] of [
      ["core.fsmonitor", program],
      ["core.sshCommand", program],
      ["core.pager", program],
      ["core.editor", program],
      ["core.askPass", program],
      ["core.gitProxy", program],
      ["pager.ls-files", program],
      ["pager.check-ignore", program],
      ["alias.ls-files", `!${program}`],
      ["alias.check-ignore", `!${program}`],
      ["filter.x.clean", program],
      ["filter.x.smudge", program],
      ["filter.x.process", program],
      ["diff.x.textconv", program],
      ["credential.helper", `!${program}`],
      ["trace2.eventTarget", home.test.path("ran")],
      ["remote.origin.url", `ext::${program}`],
      ["remote.origin.promisor", "true"],
      ["remote.origin.uploadpack", program],
      ["protocol.ext.allow", "always"],
      ["protocol.allow", "always"],
      ["extensions.partialClone", "origin"],
      ["core.repositoryFormatVersion", "1"],
      ["index.sparse", "true"],
      ["core.sparseCheckout", "true"],
    ]
  ) {
    git(home, "shop", "config", key!, value!);
  }
  for (const hook of ["post-index-change", "fsmonitor-watchman", "pre-commit", "post-checkout"]) {
    await home.test.write(`shop/.git/hooks/${hook}`, `#!/bin/sh\n${program} ${hook}\n`, 0o700);
  }
  // Objects that are missing would be fetched from the promisor.
  await Deno.remove(home.test.path("shop/.git/objects"), { recursive: true });
  await Deno.mkdir(home.test.path("shop/.git/objects"));
  await assertRefused(home, "git ");
  assertEquals(await Deno.stat(home.test.path("ran")).catch(() => "nothing"), "nothing");
});

test("a repository that git cannot read is no leave to write", async () => {
  await using home = await open();
  await home.test.write("shop/.git/config", "[core\n");
  await assertRefused(home, "git cannot say whether it ignores ~/shop/.env: bad config line 1");
});

test("what only looks like a repository, and no git at all, keep nobody from the file", async () => {
  await using home = await open();
  await Deno.remove(home.test.path("shop/.git"), { recursive: true });
  await Deno.mkdir(home.test.path("shop/.git"));
  assertEquals(await refresh(home), [0, "wrote ~/shop/.env"]);
  git(home, "shop", "init", "-q");
  await Deno.mkdir(home.test.path("no-programs"));
  await using without = await openHome({
    config: await home.test.read(".aws/config"),
    hooks: true,
    runCommand: () => Promise.reject(new Deno.errors.NotFound("No such file (os error 2)")),
  });
  await Deno.mkdir(without.test.path("shop/.git"), { recursive: true });
  assertEquals(await refresh(without), [0, "wrote ~/shop/.env"]);
});

test("another user's repository is looked at, not refused", async () => {
  if (Deno.uid() !== 0) return;
  await using home = await open();
  await home.test.write("shop/.gitignore", ".env\n");
  for (const path of ["shop", "shop/.git", "shop/.git/config", "shop/.git/HEAD"]) {
    await Deno.chown(home.test.path(path), 12345, 12345);
  }
  const [exitStatus, said] = await refresh(home);
  assertEquals([exitStatus, said], [0, "wrote ~/shop/.env"]);
});

test("a folder that is not there yet, in a repository around it", async () => {
  await using home = await open();
  const config = await home.test.read(".aws/config");
  await home.test.write(".aws/config", config.replace("shop/.env", "shop/new/:(top)*.env"));
  const [exitStatus, said] = await refresh(home);
  assertEquals(exitStatus, 7);
  assertStringIncludes(said, "git would add ~/shop/new/:(top)*.env");
  await home.test.write("shop/.gitignore", "/new/\n");
  assertEquals((await refresh(home))[0], 0);
});

test("a hook of yours is told, too", async () => {
  await using home = await open();
  const text = `export default { on: "post-refresh", keyFiles: ["where"],
    run: (event) => ({ message: JSON.stringify(event.keyFiles) }) };`;
  await home.test.write(".config/stsmfa/hooks/mine.js", text);
  await home.test.chmod(".config/stsmfa/hooks", 0o700);
  await home.test.write(
    ".aws/config",
    "[default]\nstsmfa =\n  hooks = mine\n  mine_where = ~/shop/.env\n",
  );
  assertEquals(await home.run("hooks", "allow", "mine", "--yes"), 0, home.stderr);
  home.types();
  assertEquals(await home.run("--json"), 0, home.stderr);
  const path = `${await home.test.realHome()}/shop/.env`;
  assertEquals(JSON.parse(home.json[0].hooks[0].message), {
    where: { path, versionControl: "untracked" },
  });
});
