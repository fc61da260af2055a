/**
 * The real docker against registries on the loopback, reached as its proxy: signed in by the docker
 * hook, and by `docker-credential-stsmfa`.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { needsDocker } from "../support/docker_command.ts";
import { type LoopbackEcr, startLoopbackEcr } from "../support/loopback_ecr.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const { name: skipped, ignore } = needsDocker();
const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/** A home with stsmfa, the loopback AWS and docker in it. */
class DockerHome implements AsyncDisposable {
  private constructor(
    readonly home: SpawnedHome,
    readonly sts: LoopbackSts,
    readonly ecr: LoopbackEcr,
  ) {}

  static async open(...block: readonly string[]): Promise<DockerHome> {
    const sts = await startLoopbackSts();
    const ecr = await startLoopbackEcr({ findKey: (id) => sts.findKey(id) });
    const home = await SpawnedHome.create({ ...sts.env(), ...ecr.env() });
    const lines = ["hooks = docker", `mfa_serial = ${ALICE_DEVICE}`, ...block];
    await home.write(".aws/credentials", longTermSection("default-long-term", alice()));
    await home.write(
      ".aws/config",
      `[default]\nregion = eu-west-1\nstsmfa =\n${lines.map((line) => `  ${line}\n`).join("")}`,
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
    return new DockerHome(home, sts, ecr);
  }

  get #env(): Record<string, string> {
    return { PATH: `${this.home.path("bin")}:${this.home.env["PATH"]}` };
  }

  stsmfa(...args: string[]): Promise<Ended> {
    return this.home.run(args, this.#env);
  }

  /** Runs docker, to which the loopback is the whole network. */
  async docker(...args: string[]): Promise<Ended> {
    const { code, stdout, stderr } = await new Deno.Command("docker", {
      args,
      clearEnv: true,
      env: {
        ...this.home.env,
        ...this.#env,
        HTTP_PROXY: this.ecr.url,
        HTTPS_PROXY: this.ecr.url,
        NO_PROXY: "127.0.0.1",
      },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** What a pull begins with. */
  inspect(): Promise<Ended> {
    return this.docker("manifest", "inspect", "--insecure", `${host}/shop:1`);
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

Deno.test({
  name: `after a refresh docker is signed in, also with a credsStore in the way${skipped}`,
  ignore,
  fn: async () => {
    await using world = await DockerHome.open();
    await world.home.write(".docker/config.json", `{\n\t"credsStore": "desktop"\n}\n`);
    const before = await world.inspect();
    assertEquals(before.code, 1);
    assertEquals(world.ecr.pulls.some(({ isSignedIn }) => isSignedIn), false);
    await Deno.remove(world.home.path("asked"));

    const { code, stderr } = await world.stsmfa("--token-code", await world.sts.code());
    assertEquals(code, 0, stderr);
    const written = await world.config;
    const after = await world.inspect();
    assertEquals(after.code, 0, after.stderr);
    assertStringIncludes(after.stdout, "application/vnd.docker.distribution.manifest.v2+json");
    assertEquals(world.home.list(".").includes("asked"), false, "docker asked its store");

    assertEquals(await world.config, written);
    assertEquals((await world.docker("logout", host)).code, 0);
    assertEquals((await world.config).includes(world.ecr.auth("eu-west-1")), false);
    // And docker's own rewriting of the file is in nobody's way.
    assertEquals((await world.stsmfa("--force", "--token-code", await world.sts.code())).code, 0);
    assertEquals((await world.inspect()).code, 0);
  },
});

Deno.test({
  name: `docker asks docker-credential-stsmfa, also after a logout${skipped}`,
  ignore,
  fn: async () => {
    await using world = await DockerHome.open("docker_mode = helper");
    const { code, stderr } = await world.stsmfa("--token-code", await world.sts.code());
    assertEquals(code, 0, stderr);
    const without = await world.inspect();
    assertEquals(without.code, 1, "there is no helper yet");

    const installed = await world.stsmfa("docker-credential", "install", world.home.path("bin"));
    assertEquals(installed.code, 0, installed.stderr);
    const { code: ended, stderr: said } = await world.inspect();
    assertEquals(ended, 0, said);
    assert(world.ecr.pulls.some(({ isSignedIn }) => isSignedIn));
    assertEquals((await world.config).includes('auth"'), false);

    // Docker tells the helper of it, and takes no harm.
    const out = await world.docker("logout", host);
    assertEquals([out.code, out.stderr], [0, ""]);
    assertEquals((await world.inspect()).code, 0);
  },
});
