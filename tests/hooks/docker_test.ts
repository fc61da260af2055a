/**
 * The docker hook: what it does to docker's config.json, and with whose authority.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { links, makeLink, testWith } from "../support/abilities.ts";
import { type DockerWorld, openDocker } from "../support/docker_world.ts";
import { assertMode } from "../support/file_mode.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const own = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const other = "444444444444.dkr.ecr.eu-west-1.amazonaws.com";

const config = (world: DockerWorld) => world.home.test.read(".docker/config.json");

Deno.test("a refresh signs docker in to the registry of the profile's account and region", async () => {
  await using world = await openDocker([]);
  const [exitStatus, said] = await world.refresh();
  assertEquals(exitStatus, 0, said);
  assertMatch(said, new RegExp(`^docker is signed in to ${own} until 20..-..-..T..:..:..Z$`));
  assertEquals(JSON.parse(await config(world)), {
    auths: { [own]: { auth: world.ecr.auth("eu-west-1") } },
  });
  const path = world.home.test.path(".docker/config.json");
  assertMode(0o600, path);
  const { aws_access_key_id: accessKeyId = "" } = await world.home.section("default");
  assertEquals(world.ecr.passwords, [{ accessKeyId, region: "eu-west-1", service: "ecr" }]);
  assertEquals(await world.home.test.list(".docker"), ["config.json"]);
});

Deno.test("several registries: one password for a region, and one for the public registry", async () => {
  await using world = await openDocker([
    `docker_registries = https://${own}/, ${other}, public.ecr.aws`,
  ]);
  assertEquals((await world.refresh())[0], 0);
  const auth = world.ecr.auth("eu-west-1");
  assertEquals(JSON.parse(await config(world)).auths, {
    [own]: { auth },
    [other]: { auth },
    "public.ecr.aws": { auth: world.ecr.auth("us-east-1", "ecr-public") },
  });
  assertEquals(world.ecr.passwords.map(({ service }) => service).sort(), ["ecr", "ecr-public"]);
});

/** Files as people have them, and what becomes of them with the password in the place of AUTH. */
const files: Readonly<Record<string, readonly [before: string, after: string]>> = {
  "docker's own style": [
    `{\n\t"auths": {\n\t\t"ghcr.io": {\n\t\t\t"auth": "eDp5"\n\t\t}\n\t},\n\t"myOwnKey": [1,2],\n\t"z": 1.0\n}`,
    `{\n\t"auths": {\n\t\t"ghcr.io": {\n\t\t\t"auth": "eDp5"\n\t\t},\n\t\t"${own}": {\n\t\t\t"auth": "AUTH"\n\t\t}\n\t},\n\t"myOwnKey": [1,2],\n\t"z": 1.0\n}`,
  ],
  "two spaces, CRLF and a last line end": [
    `{\r\n  "psFormat": "a\\u003cb {}",\r\n  "auths": {}\r\n}\r\n`,
    `{\r\n  "psFormat": "a\\u003cb {}",\r\n  "auths": {\r\n    "${own}": {\r\n      "auth": "AUTH"\r\n    }\r\n  }\r\n}\r\n`,
  ],
  "one line": [
    `{"experimental":"enabled","auths":{"${own}":{"email":"a@b","auth":"old"}}}`,
    `{"experimental":"enabled","auths":{"${own}":{"email":"a@b","auth":"AUTH"}}}`,
  ],
  "nothing in it": [
    "",
    `{\n\t"auths": {\n\t\t"${own}": {\n\t\t\t"auth": "AUTH"\n\t\t}\n\t}\n}\n`,
  ],
  "another tool's helper for another registry": [
    `{ "credHelpers": { "gcr.io": "gcloud" } }\n`,
    `{ "credHelpers": { "gcr.io": "gcloud" }, "auths": {"${own}": {"auth": "AUTH"}} }\n`,
  ],
  "our helper, from before": [
    `{\n  "credHelpers": {\n    "${own}": "stsmfa",\n    "gcr.io": "gcloud"\n  }\n}\n`,
    `{\n  "credHelpers": {\n    "gcr.io": "gcloud"\n  },\n  "auths": {\n    "${own}": {\n      "auth": "AUTH"\n    }\n  }\n}\n`,
  ],
  "a credsStore, which docker would ask instead": [
    `{\n  "credsStore": "desktop"\n}\n`,
    `{\n  "credsStore": "desktop",\n  "credHelpers": {\n    "${own}": "stsmfa"\n  }\n}\n`,
  ],
};

Deno.test("config.json keeps every byte that is not the password's", async (t) => {
  await using world = await openDocker([]);
  for (const [what, [before, after]] of Object.entries(files)) {
    await t.step(what, async () => {
      await world.home.test.write(".docker/config.json", before);
      const [exitStatus, said] = await world.refresh();
      assertEquals(exitStatus, 0, said);
      assertEquals(await config(world), after.replace("AUTH", world.ecr.auth("eu-west-1")));
    });
  }
});

Deno.test("a file that can't be edited safely is left alone, and why is said", async (t) => {
  await using world = await openDocker([]);
  for (
    const [what, text, message] of [
      ["broken JSON", `{"auths": {},}`, "config.json is not JSON; nothing was changed"],
      ["no object", `["auths"]`, "config.json is not a JSON object"],
      ["auths is a text", `{"auths": "x"}`, "has something other than an object as auths"],
      ["a key that is there twice", `{"auths": {}, "auths": {}}`, 'has "auths" twice'],
      [
        "another helper for this registry",
        `{"credHelpers": {"${own}": "ecr-login"}}`,
        `has ecr-login asked for ${own} (credHelpers): remove that entry`,
      ],
    ] as const
  ) {
    await t.step(what, async () => {
      await world.home.test.write(".docker/config.json", text);
      const [exitStatus, said] = await world.refresh();
      assertEquals(exitStatus, 7);
      assertStringIncludes(said, message);
      assertEquals(await config(world), text);
      assertMatch((await world.home.section("default"))["aws_access_key_id"]!, /^ASIA/);
    });
  }
});

testWith(
  links,
  "mode and symbolic link of config.json stay, and an open file is told of",
  async () => {
    await using world = await openDocker([], { docker: "{}" });
    const { test } = world.home;
    await test.write("dotfiles/docker.json", "{}\n", 0o640);
    await Deno.remove(test.path(".docker/config.json"));
    await makeLink(test.path("dotfiles/docker.json"), test.path(".docker/config.json"));
    const [exitStatus, said] = await world.refresh();
    assertEquals(exitStatus, 0, said);
    assertEquals(Deno.lstatSync(test.path(".docker/config.json")).isSymlink, true);
    assertMode(0o640, test.path("dotfiles/docker.json"));
    assertStringIncludes(await test.read("dotfiles/docker.json"), world.ecr.auth("eu-west-1"));
    assertStringIncludes(said, "others may read the password: chmod 600 ");
    assertEquals(await test.list("dotfiles"), ["docker.json"]);
  },
);

Deno.test("DOCKER_CONFIG is the folder, made when it is missing", async () => {
  await using world = await openDocker([]);
  const { test } = world.home;
  test.env["DOCKER_CONFIG"] = test.path("ci/docker");
  await Deno.mkdir(test.path("ci"));
  const [exitStatus, said] = await world.refresh();
  assertEquals(exitStatus, 0, said);
  assertStringIncludes(await test.read("ci/docker/config.json"), own);
  assertMode(0o700, test.path("ci/docker"));
});

Deno.test("docker_mode = helper has docker ask stsmfa, in any region, and needs no password", async () => {
  const far = "123456789012.dkr.ecr.us-west-2.amazonaws.com";
  const docker = `{\n  "credsStore": "desktop",\n  "credHelpers": {\n    "${own}": ""\n  }\n}\n`;
  await using world = await openDocker(
    ["docker_mode = helper", `docker_registries = ${own}, ${far}`],
    { docker },
  );
  const [exitStatus, said] = await world.refresh();
  assertEquals(exitStatus, 0, said);
  assertEquals(
    said,
    `docker asks stsmfa for ${own}, ${far}; once, if you have not: stsmfa docker-credential install`,
  );
  const after = docker.replace(`"${own}": ""`, `"${own}": "stsmfa",\n    "${far}": "stsmfa"`);
  assertEquals(await config(world), after);
  assertEquals(world.ecr.passwords, []);
  world.home.test.env["PATH"] = world.home.test.path("bin");
  await world.home.test.write("bin/stsmfa", "#!/bin/sh\n", 0o755);
  const bin = world.home.test.path("bin");
  assertEquals(await world.home.run("docker-credential", "install", bin), 0, world.home.stderr);
  assertEquals(await world.refresh(), [0, `docker asks stsmfa for ${own}, ${far}`]);
});

Deno.test("docker_mode = helper leaves no password of docker_mode = auths behind", async () => {
  const others = `"index.docker.io": { "auth": "bWU6bWluZQ==" }`;
  const docker = `{ "auths": { ${others}, "${own}": { "auth": "QVdTOm9sZA==", "email": "me" } } }`;
  await using world = await openDocker(["docker_mode = helper"], { docker });
  assertEquals((await world.refresh())[0], 0, world.home.stderr);
  assertEquals(JSON.parse(await config(world)), {
    auths: { ...JSON.parse(`{ ${others} }`), [own]: { email: "me" } },
    credHelpers: { [own]: "stsmfa" },
  });
});

Deno.test("partitions have registries of their own names", async () => {
  const mfaSerial = ALICE_DEVICE.replace("aws", "aws-cn");
  const devices = [{ serialNumber: mfaSerial, secret: alice().devices[0]!.secret }];
  const sts = { partition: "aws-cn", users: [alice({ devices })] };
  await using world = await openDocker(["docker_mode = helper"], {
    region: "cn-north-1",
    mfaSerial,
    sts,
  });
  assertEquals((await world.refresh())[0], 0, world.home.stderr);
  assertStringIncludes(await config(world), "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn");
});

for (
  const [what, options, message] of [
    [
      "no registry of ECR",
      ["docker_registries = ghcr.io"],
      "ghcr.io is not an Amazon ECR registry",
    ],
    ["an unknown mode", ["docker_mode = magic"], "docker_mode is auths or helper, not magic"],
    ["a mistyped option", ["docker_registry = x"], "there is no docker_registry, but docker_regis"],
    [
      "a registry of another region",
      ["docker_registries = 123456789012.dkr.ecr.us-west-2.amazonaws.com"],
      "reaches no other region than the profile's: give it to a profile with region = us-west-2, or set docker_mode = helper",
    ],
  ] as const
) {
  Deno.test(`${what} is refused, and docker's folder not touched`, async () => {
    await using world = await openDocker(options);
    const [exitStatus, said] = await world.refresh();
    assertEquals(exitStatus, 7);
    assertStringIncludes(said, message);
    assertEquals(
      Deno.readDirSync(world.home.test.home).some(({ name }) => name === ".docker"),
      false,
    );
  });
}

Deno.test("what AWS says against it is told, and docker's file stays", async () => {
  await using world = await openDocker([], { docker: "{}" });
  const body = JSON.stringify({ __type: "AccessDeniedException", message: "User: x may not" });
  for (
    const [fault, message] of [
      [
        { status: 400, body },
        "AWS refused GetAuthorizationToken: AccessDeniedException: User: x may not " +
        "(profile default, eu-west-1); nothing was changed",
      ],
      [{ status: 502, body: "<html>" }, "did not answer as ECR does (HTTP 502)"],
      [{ status: 200, body: "{}" }, "did not answer as ECR does (HTTP 200)"],
    ] as const
  ) {
    world.ecr.fault = fault;
    const [exitStatus, said] = await world.refresh();
    assertEquals(exitStatus, 7);
    assertStringIncludes(said, message);
    assertEquals(await config(world), "{}");
  }
});

Deno.test("the profile's services section says where ECR is", async () => {
  const fips = own.replace(".ecr.", ".ecr-fips.");
  await using world = await openDocker([`docker_registries = ${own}, ${fips}`]);
  const { home, ecr } = world;
  for (const name of Object.keys(ecr.env())) delete home.test.env[name];
  const profile = await home.test.read(".aws/config");
  const services = `[services local]\necr =\n  endpoint_url = ${ecr.url}\n`;
  await home.test.write(
    ".aws/config",
    profile.replace("[default]", "[default]\nservices = local") + services,
  );
  const [exitStatus, said] = await world.refresh();
  assertEquals(exitStatus, 0, said);
  const asked = ["eu-west-1", "ecr"];
  assertEquals(ecr.passwords.map(({ region, service }) => [region, service]), [asked, asked]);
  assertEquals(Object.keys(JSON.parse(await config(world)).auths), [own, fips]);
});

Deno.test("where ECR's endpoint cannot be used, the session is in place, and that is said", async () => {
  await using world = await openDocker([]);
  const { home } = world;
  home.test.env["AWS_ENDPOINT_URL_ECR"] = "ecr.test";
  home.types();
  assertEquals(await home.run("--force"), 7);
  assertStringIncludes(
    home.stderr,
    "hook docker: variable AWS_ENDPOINT_URL_ECR: ecr.test is not an http or https URL",
  );
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
});
