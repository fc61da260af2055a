/**
 * A home whose profile has the docker hook.
 *
 * @module
 */

import { type Home, openHome } from "./homes.ts";
import { type LoopbackEcr, startLoopbackEcr } from "./loopback_ecr.ts";
import type { LoopbackStsOptions } from "./loopback_sts.ts";
import { ALICE_DEVICE } from "./sts_people.ts";

/** A home with the docker hook, and its ECR. */
export interface DockerWorld extends AsyncDisposable {
  readonly home: Home;
  readonly ecr: LoopbackEcr;
  /** Refreshes and returns the exit status and what the hook said. */
  refresh(profile?: string): Promise<[exitStatus: number, said: string]>;
}

/**
 * Opens a home whose profile has the hook, with these options in its block and this config.json.
 */
export async function openDocker(
  options: readonly string[],
  { docker, more = "", region = "eu-west-1", mfaSerial = ALICE_DEVICE, sts }: {
    docker?: string;
    /** More of the config file. */
    more?: string;
    region?: string;
    mfaSerial?: string;
    sts?: LoopbackStsOptions;
  } = {},
): Promise<DockerWorld> {
  const lines = ["hooks = docker", `mfa_serial = ${mfaSerial}`, ...options];
  const home = await openHome({
    config: `[default]\nregion = ${region}\nstsmfa =\n${
      lines.map((line) => `  ${line}\n`).join("")
    }${more}`,
    hooks: true,
    // The hook's process uses the machine's clock.
    now: new Date(),
    ...(sts && { sts }),
  });
  const ecr = await startLoopbackEcr({ findKey: (id) => home.sts.findKey(id) });
  Object.assign(home.test.env, ecr.env());
  if (docker !== undefined) await home.test.write(".docker/config.json", docker);
  return {
    home,
    ecr,
    refresh: async (profile = "default") => {
      home.types();
      const exitStatus = await home.run("--force", profile);
      return [exitStatus, /hook docker {2}done in \S+: (.*)/.exec(home.stdout)?.[1] ?? home.stderr];
    },
    [Symbol.asyncDispose]: async () => {
      await ecr[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}
