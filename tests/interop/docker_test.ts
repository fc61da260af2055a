/**
 * The real docker, skopeo, podman and buildah against registries on the loopback, reached as their
 * proxy: signed in by the docker hook, and by `docker-credential-stsmfa`. Each is judged by the
 * access key for which the password that it sends was given out.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { type LoopbackEcr, startLoopbackEcr } from "../support/loopback_ecr.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import {
  type ClientName,
  clientNames,
  fetchCommand,
  hasClient,
  needsClient,
} from "../support/registry_clients.ts";
import { cliCommand, type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough, seed } from "../support/thorough.ts";

const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const stale = { auth: btoa("AWS:stale") };
const roles = ["222222222222", "333333333333"].map((account) => ({
  roleArn: `arn:aws:iam::${account}:role/Administrator`,
}));

/** A home with stsmfa, the loopback AWS and clients in it. */
class ClientHome implements AsyncDisposable {
  private constructor(
    readonly home: SpawnedHome,
    readonly sts: LoopbackSts,
    readonly ecr: LoopbackEcr,
  ) {}

  static async open(block: readonly string[] = [], more = ""): Promise<ClientHome> {
    const sts = await startLoopbackSts({ roles });
    const ecr = await startLoopbackEcr({ findKey: (id) => sts.findKey(id) });
    const home = await SpawnedHome.create({ ...sts.env(), ...ecr.env() });
    const lines = ["hooks = docker", `mfa_serial = ${ALICE_DEVICE}`, ...block];
    await home.write(".aws/credentials", longTermSection("default-long-term", alice()));
    await home.write(
      ".aws/config",
      `[default]\nregion = eu-west-1\nstsmfa =\n${
        lines.map((line) => `  ${line}\n`).join("")
      }${more}`,
    );
    const words = cliCommand().map((word) => `'${word}'`).join(" ");
    await home.write("bin/stsmfa", `#!/bin/sh\nexec ${words} "$@"\n`);
    // What Docker Desktop has; it knows nothing.
    await home.write(
      "bin/docker-credential-desktop",
      `#!/bin/sh\necho "$1" >>"$HOME/asked"\necho "credentials not found in native keychain"\nexit 1\n`,
    );
    for (const program of ["stsmfa", "docker-credential-desktop"]) {
      await Deno.chmod(home.path(`bin/${program}`), 0o755);
    }
    await Deno.mkdir(home.path("run"));
    Object.assign(home.extraEnv, {
      PATH: `${home.path("bin")}:${home.env["PATH"]}`,
      XDG_RUNTIME_DIR: home.path("run"),
    });
    return new ClientHome(home, sts, ecr);
  }

  /** Sets a variable for stsmfa and all clients. */
  set(variable: string, value: string): void {
    this.home.extraEnv[variable] = value;
  }

  /** Refreshes profiles with a code; fails if a hook does. */
  async refresh(...profiles: string[]): Promise<void> {
    const code = await this.sts.code();
    const { code: ended, stderr } = await this.home.run([
      "--force",
      "--token-code",
      code,
      ...profiles,
    ]);
    assertEquals(ended, 0, stderr);
  }

  async install(): Promise<void> {
    const { code, stderr } = await this.home.run([
      "docker-credential",
      "install",
      this.home.path("bin"),
    ]);
    assertEquals(code, 0, stderr);
  }

  /** Runs a client, to which the loopback is the whole network. */
  async run([program, ...args]: readonly [string, ...string[]]): Promise<Ended> {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      clearEnv: true,
      cwd: this.home.home,
      env: {
        ...this.home.env,
        HTTP_PROXY: this.ecr.url,
        HTTPS_PROXY: this.ecr.url,
        NO_PROXY: "127.0.0.1",
        // Whoever runs the tests at a terminal is not asked.
        STSMFA_NON_INTERACTIVE: "true",
      },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** Fetches an image's manifest, as a pull does. */
  fetch(client: ClientName, from = host): Promise<Ended> {
    return this.run(fetchCommand(client, `${from}/shop:1`, this.home.path("storage")));
  }

  /** Fetches, and returns the account of the session whose password was sent; its key, too. */
  async fetchAs(client: ClientName, from = host) {
    this.ecr.pulls.length = 0;
    const ended = await this.fetch(client, from);
    const keys = this.ecr.keysAt(from);
    assertEquals(keys.length, 1, `${client}: ${ended.stderr}`);
    if (client === "docker" || client === "skopeo") assertEquals(ended.code, 0, ended.stderr);
    const { accountId } = Object(this.sts.findKey(keys[0]!));
    return { key: keys[0], accountId };
  }

  /** Returns the access key of a profile's session. */
  async keyOf(profile: string): Promise<string | undefined> {
    const text = await this.home.read();
    const [, section = ""] = text.split(`[${profile}]\n`);
    return /^aws_access_key_id *= *(\S+)/m.exec(section.split("\n[")[0]!)?.[1];
  }

  get config(): Promise<string> {
    return this.home.read(".docker/config.json");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ecr[Symbol.asyncDispose]();
    await this.sts.close();
    await this.home[Symbol.asyncDispose]();
  }
}

/** The files that a person may have, and where the login then is. */
const layouts: Readonly<
  Record<string, (world: ClientHome) => Promise<{ block?: string[] } | void>>
> = {
  "nothing yet": () => Promise.resolve(),
  "Docker Desktop's credsStore": async ({ home }) => {
    await home.write(".docker/config.json", `{\n\t"credsStore": "desktop"\n}\n`);
  },
  "an empty helper of an older stsmfa": async ({ home }) => {
    await home.write(
      ".docker/config.json",
      JSON.stringify({ credsStore: "desktop", credHelpers: { [host]: "" } }),
    );
  },
  "older logins of podman": async ({ home }) => {
    for (const path of ["run/containers/auth.json", ".config/containers/auth.json"]) {
      const auths = { [host]: stale, [`${host}/shop`]: stale, [`https://${host}/v1/`]: stale };
      await home.write(path, JSON.stringify({ auths }));
    }
  },
  "REGISTRY_AUTH_FILE": async (world) => {
    await world.home.write("ci/auth.json", JSON.stringify({ auths: { [host]: stale } }));
    world.set("REGISTRY_AUTH_FILE", world.home.path("ci/auth.json"));
  },
  "DOCKER_CONFIG": async (world) => {
    await world.home.write(".docker/config.json", JSON.stringify({ auths: { [host]: stale } }));
    world.set("DOCKER_CONFIG", world.home.path("ci"));
  },
};

const modes = ["auths", "helper"];

for (const [at, [what, prepare]] of Object.entries(layouts).entries()) {
  // In turn, and for two clients; thoroughly, each layout in both modes, for all.
  for (const mode of isThorough ? modes : [modes[(at + seed) % modes.length]!]) {
    const half = clientNames.filter((_, n) => isThorough || at === 0 || (n + (at >> 1)) % 2 === 0);
    const clients = half.filter(hasClient);
    const missing = half.filter((name) => !hasClient(name));
    const without = missing.length === 0 ? "" : ` (skipped: ${missing.join(", ")}, not here)`;
    testOrSkip({
      name: `docker_mode = ${mode}, ${what}: ${
        half.join(", ")
      } send the session's password${without}`,
      ignore: clients.length === 0,
      fn: async () => {
        await using world = await ClientHome.open([`docker_mode = ${mode}`]);
        await prepare(world);
        await world.install();
        await world.refresh();
        for (const client of clients) {
          assertEquals((await world.fetchAs(client)).key, await world.keyOf("default"), client);
        }
      },
    });
  }
}

testOrSkip({
  name: `after a refresh docker is signed in, and after a logout not${needsClient("docker").name}`,
  ignore: needsClient("docker").ignore,
  fn: async () => {
    await using world = await ClientHome.open();
    const before = await world.fetch("docker");
    assertEquals(before.code, 1);
    await world.refresh();
    const written = await world.config;
    const after = await world.fetch("docker");
    assertEquals(after.code, 0, after.stderr);
    assertStringIncludes(after.stdout, "application/vnd.docker.distribution.manifest.v2+json");
    assertEquals(await world.config, written);

    assertEquals((await world.run(["docker", "logout", host])).code, 0);
    assertEquals((await world.config).includes(world.ecr.auth("eu-west-1")), false);
    // And docker's own rewriting of the file is in nobody's way.
    await world.refresh();
    assertEquals((await world.fetch("docker")).code, 0);
  },
});

testOrSkip({
  name: `docker asks docker-credential-stsmfa, also after a logout${needsClient("docker").name}`,
  ignore: needsClient("docker").ignore,
  fn: async () => {
    await using world = await ClientHome.open(["docker_mode = helper"]);
    await world.refresh();
    assertEquals((await world.fetch("docker")).code, 1, "there is no helper yet");
    await world.install();
    await world.fetchAs("docker");
    assertEquals((await world.config).includes('auth"'), false);

    // Docker tells the helper of it, and takes no harm.
    const out = await world.run(["docker", "logout", host]);
    assertEquals([out.code, out.stderr], [0, ""]);
    await world.fetchAs("docker");
  },
});

/** Profiles of three accounts and two regions; the shell is for none of them. */
const profiles = `[profile b]
region = us-west-2
stsmfa =
  source_profile = default-long-term
  mfa_serial = ${ALICE_DEVICE}
  role_arn = ${roles[0]!.roleArn}
  hooks = docker
  docker_mode = helper
[profile c]
region = eu-west-1
source_profile = default-long-term
mfa_serial = ${ALICE_DEVICE}
role_arn = ${roles[1]!.roleArn}
[profile public]
region = eu-west-1
stsmfa =
  source_profile = default-long-term
  mfa_serial = ${ALICE_DEVICE}
  role_arn = ${roles[1]!.roleArn}
  hooks = docker
  docker_mode = helper
  docker_registries = public.ecr.aws
`;

/** Adds a test with a step for each client. */
function testClients(
  promise: string,
  open: () => Promise<ClientHome>,
  step: (world: ClientHome, client: ClientName) => Promise<void>,
): void {
  const clients = clientNames.filter(hasClient);
  const missing = clientNames.filter((name) => !hasClient(name));
  const without = missing.length === 0 ? "" : ` (skipped: ${missing.join(", ")}, not here)`;
  testOrSkip({
    name: promise + without,
    ignore: clients.length === 0,
    fn: async (t) => {
      await using world = await open();
      for (const client of clients) {
        world.ecr.pulls.length = 0;
        world.ecr.passwords.length = 0;
        await t.step(client, () => step(world, client));
      }
    },
  });
}

const far = "222222222222.dkr.ecr.us-west-2.amazonaws.com";
const other = "333333333333.dkr.ecr.eu-west-1.amazonaws.com";

testClients(
  "each client gets the password of each account's and region's own profile",
  async () => {
    const world = await ClientHome.open(["docker_mode = helper"], profiles);
    await world.install();
    await world.refresh("default", "b", "public");
    world.set("AWS_PROFILE", "c");
    world.set("AWS_REGION", "ap-south-1");
    world.set("STSMFA_ROLE_ARN", roles[1]!.roleArn);
    const config = JSON.parse(await world.config);
    config.credHelpers[other] = "stsmfa";
    await world.home.write(".docker/config.json", JSON.stringify(config));
    return world;
  },
  async (world, client) => {
    assertEquals((await world.fetchAs(client)).key, await world.keyOf("default"));
    assertEquals((await world.fetchAs(client, far)).key, await world.keyOf("b"));
    assertEquals((await world.fetchAs(client, other)).accountId, "333333333333");
    assertEquals((await world.fetchAs(client, "public.ecr.aws")).key, await world.keyOf("public"));
    assertEquals(world.ecr.passwords.map(({ region }) => region), [
      "eu-west-1",
      "us-west-2",
      "eu-west-1",
      "us-east-1",
    ]);
  },
);

testClients(
  "with nobody there, each client ends at once and shows what to run",
  async () => {
    const world = await ClientHome.open();
    await world.install();
    await world.home.write(
      ".docker/config.json",
      JSON.stringify({ credHelpers: { [host]: "stsmfa" } }),
    );
    return world;
  },
  async (world, client) => {
    const { code, stderr } = await world.fetch(client);
    assert(code !== 0);
    assertMatch(
      stderr,
      /^stsmfa: error: profile default: an MFA code of \S+ is needed, and stsmfa cannot ask for it here; run: stsmfa default$/m,
    );
    assertEquals(stderr.includes("--token-code"), false);
    assertEquals(world.ecr.keysAt(host), []);
  },
);

const strangers = ["888888888888.dkr.ecr.eu-west-1.amazonaws.com", "registry.example.com"];

testClients(
  "each client goes on without a password where no profile is the registry's",
  async () => {
    const world = await ClientHome.open();
    await world.install();
    await world.refresh();
    assertEquals(world.ecr.passwords.length, 1, "the hook's own");
    const credHelpers = Object.fromEntries(strangers.map((each) => [each, "stsmfa"]));
    await world.home.write(".docker/config.json", JSON.stringify({ credHelpers }));
    return world;
  },
  async (world, client) => {
    for (const each of strangers) {
      world.ecr.pulls.length = 0;
      const { stderr } = await world.fetch(client, each);
      assert(world.ecr.pulls.some((pull) => pull.host === each), `no request: ${stderr}`);
      assertEquals(world.ecr.keysAt(each), []);
      assertEquals(stderr.includes("error getting credentials"), false, stderr);
    }
    assertEquals(world.ecr.passwords, []);
  },
);
