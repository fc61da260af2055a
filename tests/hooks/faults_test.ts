import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { always, links, makeLink, modes, testWith } from "../support/abilities.ts";
import type { Home } from "../support/homes.ts";
import { hookText, openHookHome } from "../support/hook_home.ts";
import { isThorough, seed } from "../support/thorough.ts";

/** Runs a refresh for which somebody types a code, and asserts that it gets its session, and 7. */
async function assertRenewed(home: Home, ...messages: readonly string[]): Promise<void> {
  home.types();
  assertEquals(await home.run(), 7, home.stderr);
  for (const message of messages) assertStringIncludes(home.stderr, message);
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
}

const post = `on: "post-refresh"`;

for (
  const [text, message] of [
    ["export const x = 1;", "it does not say when it runs"],
    ["export default { run() {} };", "it does not say when it runs"],
    [hookText(`on: "refresh"`), "on has refresh, which is not one of pre-refresh, post-refresh"],
    [`export default { on: "post-refresh" };`, "it has no function run"],
    [hookText(`${post}, permissions: { sys: ["x"] }`), "there is no permission sys"],
    [hookText(`${post}, permissions: { read: ["../x"] }`), "paths begin with ~ or /"],
    [hookText(`${post}, permissions: { read: ["{env:WHERE}"] }`), "those in WHERE too"],
    [hookText(`${post}, permissions: { read: ["~/{nothing}"] }`), "there are {region}"],
    [hookText(`${post}, permissions: { env: ["LD_PRELOAD"] }`), "LD_PRELOAD"],
    [hookText(`${post}, permissions: { net: ["*"] }`), "name the hosts"],
    [hookText(`${post}, permissions: { write: ["~/.local"] }`), "approve itself"],
    [hookText(`${post}, permissions: { write: ["~/.config/stsmfa/hooks/x"] }`), "approve itself"],
    ["throw new Error('early');", "failed: Error: early (odd.js:1:7) when it is loaded"],
    ["export default {", "cannot be read as JavaScript"],
    ["import 'x';", "imports something"],
    ["Deno.exit(0);", "when it is loaded"],
    ["\uFFFD".repeat(400_000), "is too large"],
  ] as const
) {
  const told = text.slice(0, 100);
  Deno.test(`a hook that is none costs nobody a session, and its file is named: ${told}`, async () => {
    const env = { WHERE: "here" };
    await using home = await openHookHome({ "odd.js": text }, { env });
    await assertRenewed(home, message, "hook odd: ", "/hooks/odd.js");
    assertEquals(await home.run("hooks", "allow", "odd", "--yes"), 3);
    assertStringIncludes(home.stderr, message);
  });
}

for (
  const [block, env, message] of [
    ["hooks = nosuch", {}, "there is no hook nosuch"],
    ["hooks = dokcer", {}, "there is no hook dokcer\nstsmfa: hint: did you mean docker?"],
    ["hooks = dotnev\n  dotenv_file = ~/.env", {}, "did you mean dotenv?"],
    ["hooks = no such", {}, "no such: a hook's name has letters"],
    ["hooks = ./hook.js", {}, "./hook.js: a hook's path begins with ~ or /"],
    ["hooks = /none/hook.py", {}, "/none/hook.py: a hook is a .ts or .js file"],
    ["hooks = ~/none/hook.js", {}, "there is no hook ~/none/hook.js"],
    ["hooks = kube", { KUBECONFIG: "config" }, "those in KUBECONFIG too"],
    ["hooks = docker", { DOCKER_CONFIG: "./docker" }, "hook docker: permission "],
    [
      "hooks = dotenv\n  dotenv_file = here/.env",
      {},
      "here/.env, of dotenv_file: paths begin with",
    ],
    ["hooks = docker", { AWS_ENDPOINT_URL_ECR: "ftp://x" }, "hook docker: "],
    ["hooks = kube\n  kube_cluster = x", { AWS_ENDPOINT_URL_EKS: "nonsense" }, "hook kube: "],
  ] as const
) {
  const given = JSON.stringify(env);
  Deno.test(`a setting of a hook costs nobody a session: ${block}, ${given}`, async () => {
    await using home = await openHookHome({}, { env });
    await home.test.write(
      ".aws/config",
      `[default]\nregion = eu-west-1\nstsmfa =\n  ${block}\n`,
    );
    await assertRenewed(home, message);
  });
}

const guard = (body = "") => hookText(`on: "pre-refresh"`, body);

Deno.test("a file that cannot be read is a hook's fault", async () => {
  await using home = await openHookHome({ "odd.js": guard() });
  const path = home.test.path(".config/stsmfa/hooks/odd.js");
  await Deno.remove(path);
  await Deno.mkdir(path);
  await assertRenewed(home, "hook odd: cannot read ", "odd.js");
  if (!links.isHere) return;
  await Deno.remove(path);
  await makeLink(path, path);
  home.test.clock.advance(60);
  home.types();
  assertEquals(await home.run("--force"), 7);
  assertStringIncludes(home.stderr, "odd");
});

Deno.test("several profiles: the fault of one's hook is of that one alone", async () => {
  await using home = await openHookHome({});
  await home.test.write(
    ".aws/credentials",
    (await home.credentials()).replace("[default-long-term]", "[me]"),
  );
  await home.test.write(
    ".aws/config",
    ["a", "b"].map((name) =>
      `[profile ${name}]\nregion = eu-west-1\nstsmfa =\n  source_profile = me\n${
        name === "a" ? "  hooks = nosuch\n" : ""
      }`
    ).join(""),
  );
  home.types();
  assertEquals(await home.run("a", "b", "--json"), 7, home.stderr);
  const [a, b] = home.json;
  assertEquals([a.status, a.hooks[0].status, a.hooks[0].error.code], [
    "renewed",
    "failed",
    "HookFailed",
  ]);
  assertEquals([b.status, b.hooks], ["renewed", []]);
});

testWith(
  links,
  "a hook that is a link to nothing is told as such, also where one comes with stsmfa",
  async () => {
    for (const name of ["notify", "docker"]) {
      await using home = await openHookHome({ "other.js": "" }, {
        config: `[default]\nregion = eu-west-1\nstsmfa =\n  hooks = ${name}\n`,
      });
      await makeLink("/none.js", home.test.path(`.config/stsmfa/hooks/${name}.js`));
      await assertRenewed(home, `${name}.js is a link to /none.js, which does not exist`);
      assertEquals(await home.run("hooks", "allow", name, "--yes"), 3);
    }
  },
);

/** What becomes of a guard's file once it is approved. */
const spoilt: Readonly<Record<string, (path: string, home: Home) => Promise<unknown>>> = {
  "is gone": (path) => Deno.remove(path),
  "has other bytes": (path) => Deno.writeTextFile(path, guard("1;")),
  "has become a hook for afterwards": (path) => Deno.writeTextFile(path, hookText(post)),
  "has a syntax fault": (path) => Deno.writeTextFile(path, "export default {"),
  "is empty": (path) => Deno.writeTextFile(path, ""),
  "is not UTF-8": (path) => Deno.writeFile(path, new Uint8Array([0xff, 0xfe])),
  "is too large": (path) => Deno.writeTextFile(path, " ".repeat(1024 * 1024 + 1)),
  "can be written by others": (_, home) => home.test.chmod(".config/stsmfa/hooks/guard.js", 0o666),
  "is in a folder that others can write": (_, home) =>
    home.test.chmod(".config/stsmfa/hooks", 0o777),
  "is a folder": (path) => Deno.remove(path).then(() => Deno.mkdir(path)),
  "is a link to itself": (path) => Deno.remove(path).then(() => makeLink(path, path)),
  "is a link to nothing": (path) => Deno.remove(path).then(() => makeLink("/none", path)),
  "is a link to another hook": async (path, home) => {
    await Deno.remove(path);
    await home.test.write("other.js", hookText(post));
    await makeLink(home.test.path("other.js"), path);
  },
  "has another extension": (path) => Deno.rename(path, path.replace(/js$/, "ts")),
  "is there twice": (path) => Deno.copyFile(path, path.replace(/js$/, "ts")),
  "declares what no hook may have": (path) =>
    Deno.writeTextFile(path, hookText(`on: "pre-refresh", permissions: { net: ["*"] }`)),
  "cannot have what it declares": (_, home) => {
    home.test.env["WHERE"] = "here";
    return Promise.resolve();
  },
  "has an approval that others can write": async (_, home) => {
    const folder = home.test.path(".local/state/stsmfa/hooks");
    for await (const { name } of Deno.readDir(folder)) {
      await home.test.chmod(`.local/state/stsmfa/hooks/${name}`, 0o666);
    }
  },
  "has approvals in a folder that others can write": (_, home) =>
    home.test.chmod(".local/state/stsmfa/hooks", 0o777),
};

for (const [nth, [what, spoil]] of Object.entries(spoilt).entries()) {
  const needs = what.includes("link") ? links : what.includes("others") ? modes : always;
  // In turn; thoroughly, each in both ways.
  for (const nobody of isThorough ? [true, false] : [(nth + seed) % 2 === 0]) {
    const who = nobody ? "nobody is there" : "somebody says no";
    testWith(needs, `a guard fails closed: it ${what}, and ${who}`, async () => {
      const text = hookText(`on: "pre-refresh", permissions: { read: ["{env:WHERE|~/in}"] }`);
      await using home = await openHookHome({ "guard.js": text }, { nobody });
      assertEquals(await home.run("hooks", "allow", "guard", "--yes"), 0, home.stderr);
      await spoil(home.test.path(".config/stsmfa/hooks/guard.js"), home);
      if (!nobody) home.answer("no");
      const code = nobody ? ["--token-code", await home.sts.code()] : [];
      assertEquals(await home.unchanged(() => home.run(...code)), 7, home.stderr);
      assertStringIncludes(home.stderr, "guard");
      assertStringIncludes(home.stderr, "; it guards the refresh, so nothing is renewed\n");
      assertEquals(home.sts.count(), 0, "no code was spent");
      assert(home.test.questions.every((each) => !each.includes("MFA code")));

      // The way out that the hint names.
      assertStringIncludes(home.stderr, "stsmfa hooks deny guard");
      await home.test.chmod(".local/state/stsmfa/hooks", 0o700);
      assertEquals(await home.run("hooks", "deny", "guard"), 0, home.stderr);
      if (!nobody) home.answer(...await left(home) ? ["no"] : []);
      assertEquals(await home.run("--token-code", await home.sts.code()), 7, home.stderr);
      assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
    });
  }
}

/** Reports whether a hook of the name is asked about once more: it is another file now. */
async function left(home: Home): Promise<boolean> {
  await home.run("hooks", "list", "guard", "--json");
  return ["new", "changed"].includes(home.json[0].state);
}

for (
  const [what, declared] of Object.entries({
    "a template that cannot be filled": `permissions: { write: ["~/x/{account}"] }`,
    "an option that is no path": `permissions: { write: ["{option:file|~/x}"] }`,
    "an endpoint that cannot be followed": `permissions: { net: ["{endpoint:eks}"] }`,
    "a function that throws": "needs: []",
  })
) {
  const open = async (on: string) => {
    const text = hookText(`on: "${on}", ${declared}`, "throw 1;");
    const home = await openHookHome({ "odd.js": text }, { block: ["odd_file = x/y"] });
    assertEquals(await home.run("hooks", "allow", "odd", "--yes"), 0, home.stderr);
    home.test.env["AWS_ENDPOINT_URL_EKS"] = "nonsense";
    return home;
  };
  Deno.test(`${what} costs nobody a session after the refresh`, async () => {
    await using home = await open("post-refresh");
    await assertRenewed(home, "hook odd");
  });
  Deno.test(`${what} keeps a guard's refresh from happening`, async () => {
    await using home = await open("pre-refresh");
    assertEquals(await home.unchanged(() => home.run()), 7);
    assertStringIncludes(home.stderr, "error: hook odd");
    assertEquals([home.test.questions, home.sts.count()], [[], 0]);
  });
}

Deno.test("a trial with the real session asks the guards before it gets one", async () => {
  const seen = "await Deno.writeTextFile(Deno.env.get('SEEN'), 'x', { append: true });";
  const declared = `permissions: { write: ["~/seen"], env: ["SEEN"] }`;
  await using home = await openHookHome({
    "guard.js": hookText(`on: "pre-refresh", ${declared}`, `${seen} throw new Error("not now");`),
    "tell.js": hookText(`on: "post-refresh", ${declared}`, seen),
    "mine.js": hookText(post),
  }, { env: {} });
  await home.test.write("seen/there", "");
  home.test.env["SEEN"] = home.test.path("seen/there");
  for (const name of ["guard", "tell", "mine"]) {
    assertEquals(await home.run("hooks", "allow", name, "--yes"), 0, home.stderr);
  }
  const trial = () => home.run("hooks", "run", "mine", "-p", "default", "--with-session");
  home.types();
  assertEquals(await trial(), 7, home.stderr);
  assertStringIncludes(home.stderr, "not now");
  assertEquals([home.sts.count(), await home.test.read("seen/there")], [0, "x"]);

  // Whoever lets it pass gets a session, and nothing else of the profile's runs.
  const letting = hookText(`on: "pre-refresh", ${declared}`, seen);
  await home.test.write(".config/stsmfa/hooks/guard.js", letting);
  assertEquals(await home.run("hooks", "allow", "guard", "--yes"), 0, home.stderr);
  assertEquals(await trial(), 0, home.stderr);
  assertEquals([home.sts.count() > 0, await home.test.read("seen/there")], [true, "xx"]);
});

testWith(links, "a guard behind a link is known by the link, too", async () => {
  await using home = await openHookHome({ "guard.js": guard() });
  const link = home.test.path(".config/stsmfa/hooks/guard.js");
  await home.test.write("dotfiles/guard.js", guard());
  await home.test.chmod("dotfiles", 0o700);
  await Deno.remove(link);
  await makeLink(home.test.path("dotfiles/guard.js"), link);
  assertEquals(await home.run("hooks", "allow", "guard", "--yes"), 0, home.stderr);
  await Deno.remove(link);
  assertEquals(await home.unchanged(() => home.run()), 7);
  assertStringIncludes(home.stderr, "it guards the refresh");
});

Deno.test("a guard that hid a hook of ours is not replaced by it", async () => {
  await using home = await openHookHome({ "dotenv.js": guard() });
  assertEquals(await home.run("hooks", "allow", "dotenv", "--yes"), 0, home.stderr);
  await Deno.remove(home.test.path(".config/stsmfa/hooks/dotenv.js"));
  assertEquals(await home.unchanged(() => home.run()), 7);
  assertStringIncludes(home.stderr, "hook dotenv is not the one that you have approved");
});

Deno.test("only what was approved to run before a refresh is a guard", async () => {
  await using home = await openHookHome({ "guard.js": guard() });
  home.answer("no");
  await assertRenewed(home, "hook guard has not been approved");

  // Approved as something else since then: the last approval counts.
  assertEquals(await home.run("hooks", "allow", "guard", "--yes"), 0);
  await home.test.write(".config/stsmfa/hooks/guard.js", hookText(post));
  assertEquals(await home.run("hooks", "allow", "guard", "--yes"), 0);
  await home.test.write(".config/stsmfa/hooks/guard.js", "export default {");
  home.test.clock.advance(60);
  home.types();
  assertEquals(await home.run("--force"), 7);
  assertStringIncludes(home.stdout, "renewed");

  // Denied by whoever is asked about a change.
  await home.test.write(".config/stsmfa/hooks/guard.js", guard());
  assertEquals(await home.run("hooks", "allow", "guard", "--yes"), 0);
  await home.test.write(".config/stsmfa/hooks/guard.js", guard("2;"));
  home.test.clock.advance(60);
  home.answer("never");
  home.types();
  assertEquals(await home.run("--force"), 7);
  assertStringIncludes(home.stdout, "renewed");
});

Deno.test("a guard that cannot be read keeps who uses a session at once waiting, too", async () => {
  await using home = await openHookHome({ "guard.js": guard() });
  assertEquals(await home.run("hooks", "allow", "guard", "--yes"), 0);
  await Deno.remove(home.test.path(".config/stsmfa/hooks/guard.js"));
  for (const command of ["process", "env", "whoami"]) {
    assertEquals(await home.unchanged(() => home.run(command)), 7, command);
    assertStringIncludes(home.stderr, "it guards the refresh");
  }
  home.types();
  assertEquals(await home.run("--no-hooks"), 0);
});
