/**
 * The docker hook and the files that docker, podman, skopeo, buildah and crane read: whose login a
 * client finds first.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { native } from "../../lib/path.ts";
import { modes, posix, testWith } from "../support/abilities.ts";
import { type DockerWorld, openDocker } from "../support/docker_world.ts";
import { assertMode } from "../support/file_mode.ts";

const own = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const stale = { auth: btoa("AWS:stale") };
const install = "once, if you have not: stsmfa docker-credential install";

const config = (world: DockerWorld) => world.home.test.read(".docker/config.json");

/** Sets the variables of a desktop session. */
function onDesktop({ home: { test } }: DockerWorld): void {
  test.env["XDG_RUNTIME_DIR"] = test.path("run");
}

Deno.test("beside a credsStore, docker asks stsmfa, and no client is given an empty helper", async () => {
  for (const before of ["", ` , "credHelpers": { "${own}": "" }`]) {
    await using world = await openDocker([], { docker: `{ "credsStore": "desktop"${before} }` });
    assertEquals(await world.refresh(), [
      0,
      `docker asks stsmfa for ${own}, since beside desktop (credsStore) it reads no password in its file; ${install}`,
    ]);
    assertEquals(JSON.parse(await config(world)), {
      credsStore: "desktop",
      credHelpers: { [own]: "stsmfa" },
    });
    // Whether the session may have a password is known all the same.
    assertEquals(world.ecr.passwords.length, 1);
  }
});

Deno.test("once the credsStore is gone, the password is docker's again", async () => {
  await using world = await openDocker([], { docker: `{ "credsStore": "desktop" }` });
  assertEquals((await world.refresh())[0], 0);
  await world.home.test.write(".docker/config.json", `{ "credHelpers": { "${own}": "stsmfa" } }`);
  assertEquals((await world.refresh())[0], 0);
  assertEquals(JSON.parse(await config(world)), {
    credHelpers: {},
    auths: { [own]: { auth: world.ecr.auth("eu-west-1") } },
  });
});

for (const mode of ["auths", "helper"]) {
  Deno.test(`docker_mode = ${mode} removes older logins that podman, skopeo and buildah find first`, async () => {
    await using world = await openDocker([`docker_mode = ${mode}`]);
    onDesktop(world);
    const { test } = world.home;
    const ghcr = { auth: btoa("me:mine") };
    for (const path of ["run/containers/auth.json", ".config/containers/auth.json"]) {
      const auths = {
        "ghcr.io": ghcr,
        [own]: stale,
        [`https://${own}/v1/`]: stale,
        [`${own}/shop`]: stale,
      };
      await test.write(path, JSON.stringify({ auths, credHelpers: { [own]: "stsmfa" } }), 0o600);
    }
    const [exitStatus, said] = await world.refresh();
    assertEquals(exitStatus, 0, said);
    for (const path of ["run/containers/auth.json", ".config/containers/auth.json"]) {
      assertEquals(JSON.parse(await test.read(path)), {
        auths: { "ghcr.io": ghcr },
        credHelpers: {},
      });
      assertMode(0o600, test.path(path));
    }
    // None of them is made.
    assertEquals(await test.list("run/containers"), ["auth.json"]);
  });
}

Deno.test("files of podman that are not there, or have nothing of ours, stay as they are", async () => {
  await using world = await openDocker([]);
  onDesktop(world);
  const { test } = world.home;
  const text = `{"auths": {"${own}.example.com": {"auth": "QVdTOng="}, "${own}": {}}}`;
  await test.write(".config/containers/auth.json", text);
  const before = Deno.statSync(test.path(".config/containers/auth.json"));
  const [exitStatus, said] = await world.refresh();
  assertEquals(exitStatus, 0, said);
  assertEquals(await test.read(".config/containers/auth.json"), text);
  assertEquals(Deno.statSync(test.path(".config/containers/auth.json")).ino, before.ino);
  assertEquals(await test.list(".").then((names) => names.includes("run")), false);
});

for (
  const [what, text, said] of [
    [
      "another user's login",
      JSON.stringify({ auths: { [own]: { auth: btoa("bob:x") } } }),
      `podman, skopeo and buildah use the login of bob for ${own}: remove that entry of auths in `,
    ],
    [
      "a login for one repository",
      JSON.stringify({ auths: { [`${own}/shop`]: { auth: btoa("bob:x") } } }),
      `podman, skopeo and buildah use the login of bob for ${own}/shop: remove that entry of auths`,
    ],
    [
      "a login that cannot be read",
      JSON.stringify({ auths: { [own]: { auth: "%" } } }),
      `podman, skopeo and buildah use a login for ${own}: remove that entry of auths in `,
    ],
    [
      "another helper",
      JSON.stringify({ credHelpers: { [own]: "ecr-login" } }),
      `podman, skopeo and buildah ask ecr-login for ${own}: remove that entry of credHelpers in `,
    ],
    [
      "no JSON",
      `{"auths": {}`,
      "podman, skopeo and buildah may use another login: ",
    ],
    [
      "auths in another form",
      `{"auths": []}`,
      "podman, skopeo and buildah may use another login: ",
    ],
  ] as const
) {
  Deno.test(`${what} in a file that podman reads first is said by name, and stays`, async () => {
    await using world = await openDocker([]);
    onDesktop(world);
    const { test } = world.home;
    await test.write("run/containers/auth.json", text);
    const [exitStatus, message] = await world.refresh();
    assertEquals(exitStatus, 0, message);
    assertMatch(message, new RegExp(`^docker is signed in to ${own} until `));
    assertStringIncludes(message, said);
    assertStringIncludes(message, test.path("run/containers/auth.json"));
    assertEquals(await test.read("run/containers/auth.json"), text);
    assertEquals(JSON.parse(await config(world)).auths[own].auth, world.ecr.auth("eu-west-1"));
  });
}

Deno.test("REGISTRY_AUTH_FILE, beside which newer clients read nothing, gets the login, too", async () => {
  await using world = await openDocker([], { docker: `{ "credsStore": "desktop" }` });
  const { test } = world.home;
  test.env["REGISTRY_AUTH_FILE"] = test.path("ci/auth.json");
  await test.write("ci/auth.json", JSON.stringify({ auths: { [`${own}/shop`]: stale } }));
  const [exitStatus, said] = await world.refresh();
  assertEquals(exitStatus, 0, said);
  assertEquals(JSON.parse(await test.read("ci/auth.json")), {
    auths: { [own]: { auth: world.ecr.auth("eu-west-1") } },
  });
  assertEquals(JSON.parse(await config(world)).credHelpers, { [own]: "stsmfa" });

  await world.home.test.write(
    ".aws/config",
    (await test.read(".aws/config")).replace(
      "hooks = docker",
      "hooks = docker\n  docker_mode = helper",
    ),
  );
  assertEquals((await world.refresh())[0], 0);
  assertEquals(JSON.parse(await test.read("ci/auth.json")), {
    auths: {},
    credHelpers: { [own]: "stsmfa" },
  });
});

Deno.test("REGISTRY_AUTH_FILE may be docker's own file, or one of podman's", async () => {
  for (
    const path of [
      ".docker/config.json",
      ".config/containers/auth.json",
      "run/containers/auth.json",
    ]
  ) {
    await using world = await openDocker([]);
    onDesktop(world);
    const { test } = world.home;
    test.env["REGISTRY_AUTH_FILE"] = test.path(path);
    const bundle = Deno.readTextFileSync(new URL("../support/tls/ca.pem", import.meta.url));
    await test.write("ca.pem", bundle);
    test.env["AWS_CA_BUNDLE"] = test.path("ca.pem");
    const [exitStatus, said] = await world.refresh();
    assertEquals(exitStatus, 0, said);
    const auths = { [own]: { auth: world.ecr.auth("eu-west-1") } };
    assertEquals(JSON.parse(await config(world)), { auths });
    assertEquals(JSON.parse(await test.read(path)), { auths });
    assertMode(0o600, test.path(path));
    assertEquals(await test.read("ca.pem"), bundle);
  }
});

for (
  const [what, text, message] of [
    ["no JSON", "{", "auth.json is not JSON; nothing was changed"],
    [
      "another helper",
      JSON.stringify({ credHelpers: { [own]: "ecr-login" } }),
      `auth.json has ecr-login asked for ${own} (credHelpers): remove that entry`,
    ],
  ] as const
) {
  Deno.test(`${what} in REGISTRY_AUTH_FILE: exit 7, and docker's file is not touched`, async () => {
    await using world = await openDocker([], { docker: "{}" });
    const { test } = world.home;
    test.env["REGISTRY_AUTH_FILE"] = test.path("ci/auth.json");
    await test.write("ci/auth.json", text);
    const [exitStatus, said] = await world.refresh();
    assertEquals(exitStatus, 7);
    assertStringIncludes(said, message);
    assertEquals([await config(world), await test.read("ci/auth.json")], ["{}", text]);
    assertMatch((await world.home.section("default"))["aws_access_key_id"]!, /^ASIA/);
  });
}

Deno.test("from docker_mode = auths to helper and back, only the one login is left", async () => {
  await using world = await openDocker([]);
  const { test } = world.home;
  assertEquals((await world.refresh())[0], 0);
  const first = world.ecr.auth("eu-west-1");
  const asAuths = await test.read(".aws/config");
  await test.write(
    ".aws/config",
    asAuths.replace("hooks = docker", "hooks = docker\n  docker_mode = helper"),
  );
  assertEquals((await world.refresh())[0], 0);
  assertEquals((await config(world)).includes(first), false);
  assertEquals(JSON.parse(await config(world)).credHelpers, { [own]: "stsmfa" });
  await test.write(".aws/config", asAuths);
  assertEquals((await world.refresh())[0], 0);
  assertEquals(JSON.parse(await config(world)), {
    auths: { [own]: { auth: world.ecr.auth("eu-west-1") } },
    credHelpers: {},
  });
});

for (
  const [what, options, more] of [
    ["by default", [], `[profile b]\nregion = eu-west-1\nsource_profile = default-long-term\n`],
    ["by name", [`docker_registries = public.ecr.aws`], `[profile b]\n`],
  ] as const
) {
  Deno.test(`two profiles that write one registry's login, ${what}: the first keeps it, the second is told`, async () => {
    const block = [
      "stsmfa =",
      "  source_profile = default-long-term",
      "  hooks = docker",
      ...options
        .map((line) => `  ${line}`),
    ];
    await using world = await openDocker([...options], {
      more: `${more.replace("source_profile = default-long-term\n", "")}${block.join("\n")}\n` +
        "  mfa_serial = arn:aws:iam::123456789012:mfa/alice\n",
    });
    // It is the first, even before it was ever refreshed.
    const [second, said] = await world.refresh("b");
    assertEquals(second, 7, said);
    const host = options.length === 0 ? own : "public.ecr.aws";
    assertStringIncludes(
      said,
      `the login for ${host} belongs to profile default, which comes first in ${
        world.home.test.path(".aws/config")
      }: take the registry from one of them (docker_registries); nothing was changed`,
    );
    assertMatch((await world.home.section("b"))["aws_access_key_id"]!, /^ASIA/);
    assertEquals(await world.home.test.list(".").then((all) => all.includes(".docker")), false);
    assertEquals((await world.refresh())[0], 0);
    const { aws_access_key_id: accessKeyId } = await world.home.section("default");
    assertEquals(world.ecr.passwords.map((each) => each.accessKeyId), [accessKeyId]);
  });
}

Deno.test("a docker-credential-stsmfa on PATH that is not stsmfa's is not put into docker's file", async () => {
  for (
    const [options, docker] of [[["docker_mode = helper"], "{}"], [
      [],
      `{"credsStore":"x"}`,
    ]] as const
  ) {
    await using world = await openDocker(options, { docker });
    const { test } = world.home;
    const program = `bin/docker-credential-stsmfa${test.os === "windows" ? ".exe" : ""}`;
    await test.write(program, "#!/bin/sh\necho mine\n", 0o755);
    test.env["PATH"] = native(test.path("bin"));
    const [exitStatus, said] = await world.refresh();
    assertEquals(exitStatus, 7);
    assertStringIncludes(
      said,
      `${test.path(program)}, which is not stsmfa's`,
    );
    assertEquals(await config(world), docker);
  }
  // Where it is not asked, it is in nobody's way.
  await using world = await openDocker([]);
  await world.home.test.write("bin/docker-credential-stsmfa", "#!/bin/sh\n", 0o755);
  world.home.test.env["PATH"] = world.home.test.path("bin");
  assertEquals((await world.refresh())[0], 0);
});

Deno.test("what stands in the place of docker's file or folder is said, and stays", async () => {
  await using world = await openDocker([]);
  const { test } = world.home;
  await Deno.mkdir(test.path(".docker/config.json"), { recursive: true });
  const [exitStatus, said] = await world.refresh();
  assertEquals(exitStatus, 7);
  assertStringIncludes(said, `${test.path(".docker/config.json")} is not a file`);
  assert(Deno.statSync(test.path(".docker/config.json")).isDirectory);

  // To Windows, what is below a file is not there.
  if (!posix.isHere) return;
  await test.write("docker", "no folder");
  test.env["DOCKER_CONFIG"] = test.path("docker");
  const [status, why] = await world.refresh();
  assert(status !== 0 && status !== 1, why);
  assertStringIncludes(why, "hook docker: permission read ");
  assertStringIncludes(why, `${test.path("docker/config.json")} cannot be looked up: `);
  assert(Deno.statSync(test.path("docker")).isFile);
});

testWith(
  modes.isHere ? { isHere: Deno.uid() !== 0, reason: "root may write everywhere" } : modes,
  "a folder of docker's that may not be written is said by its reason",
  async () => {
    await using world = await openDocker([], { docker: "{}" });
    const { test } = world.home;
    await test.chmod(".docker", 0o500);
    const [exitStatus, said] = await world.refresh();
    await test.chmod(".docker", 0o700);
    assertEquals(exitStatus, 7);
    assertStringIncludes(said, `${test.path(".docker/config.json")} cannot be written: `);
    assertMatch(said, /nothing was changed$/m);
    assertEquals(await config(world), "{}");
  },
);
