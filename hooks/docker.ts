/**
 * Signs docker, and what reads its logins, in to the profile's registries at Amazon ECR.
 *
 * ```ini
 * [profile prod]
 * region = eu-west-1
 * stsmfa =
 *   hooks = docker
 *   docker_registries = 222222222222.dkr.ecr.eu-west-1.amazonaws.com, public.ecr.aws
 *   docker_mode = auths
 * ```
 *
 * The default for `docker_registries` is the registry of the profile's account in its region. With
 * `docker_mode = auths`, the default, ECR's password (valid for 12 hours) is written to docker's
 * config.json; beside a `credsStore`, where docker reads no passwords in that file, docker is told to
 * ask `docker-credential-stsmfa`. With `docker_mode = helper` it always asks that program, and no
 * password is stored; `stsmfa docker-credential install` installs it. podman, skopeo, buildah and
 * crane read docker's file, too; older logins in files that they read first are removed, and the
 * login is written to the file that REGISTRY_AUTH_FILE names, beside which they read no other.
 *
 * @module
 */

import { UnusableAnswer } from "../lib/aws/answer.ts";
import {
  passwordRequest,
  readFault,
  readPassword,
  type Registry,
  registryHost,
  registryHosts,
  registryOf,
  type RegistryPassword,
} from "../lib/docker/ecr.ts";
import type { Hook, HookEvent } from "../lib/hook.ts";
import { realRegion } from "../lib/profile/partition.ts";
import { ask, plain } from "./ask.ts";
import { type Entry, loginFiles, writeLogins } from "./docker_files.ts";

const configFile = "{env:DOCKER_CONFIG|~/.docker}/config.json";
const podmanFile = "{env:REGISTRY_AUTH_FILE}";
const otherFiles = [
  "{env:XDG_CONFIG_HOME|~/.config}/containers/auth.json",
  "{env:XDG_RUNTIME_DIR|~/.config}/containers/auth.json",
];

export default {
  on: "post-refresh",
  needs: ["credentials"],
  permissions: {
    // A file is replaced by a new one in the same folder.
    read: [configFile, podmanFile, ...otherFiles].flatMap((path) => [path, `${path}/..`]),
    write: [
      configFile,
      podmanFile,
      ...[configFile, podmanFile, ...otherFiles].map((path) => `${path}/..`),
    ],
    net: ["{endpoint:ecr}", "{endpoint:ecr-fips}", "{endpoint:ecr-public}"],
    env: ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"],
  },
  async run(event) {
    const mode = event.options["mode"] ?? "auths";
    if (mode !== "auths" && mode !== "helper") {
      throw new Error(`docker_mode is auths or helper, not ${mode}`);
    }
    const unknown = Object.keys(event.options).find((key) => !["mode", "registries"].includes(key));
    if (unknown !== undefined) {
      throw new Error(`there is no docker_${unknown}, but docker_registries and docker_mode`);
    }
    const registries = registriesOf(event);
    for (const { host } of registries) refuseAnothers(event, host);
    const passwords = mode === "helper" ? [] : await withPasswords(event, registries);
    const { store, notes, open } = await writeLogins(
      loginFiles(event),
      registries.map(({ host }, at): Entry => ({ host, password: passwords[at] })),
      event.surroundings?.helper,
    );
    const hosts = registries.map(({ host }) => host).join(", ");
    const said = mode === "helper" || store !== undefined
      ? asksUs(event, hosts, mode === "helper" ? undefined : store)
      : `docker is signed in to ${hosts}${until(passwords)}`;
    const warnings = open.map((path) => `others may read the password: chmod 600 ${path}`);
    return { message: [said, ...notes, ...warnings].join("; ") };
  },
} satisfies Hook as Hook;

function asksUs({ surroundings }: HookEvent, hosts: string, store: string | undefined): string {
  const why = store === undefined || store === "stsmfa"
    ? ""
    : `, since beside ${store} (credsStore) it reads no password in its file`;
  const install = surroundings?.helper === undefined
    ? "; once, if you have not: stsmfa docker-credential install"
    : "";
  return `docker asks stsmfa for ${hosts}${why}${install}`;
}

function until(passwords: readonly RegistryPassword[]): string {
  const ends = passwords.flatMap(({ expiresAt }) => expiresAt?.getTime() ?? []);
  return ends.length === 0
    ? ""
    : ` until ${new Date(Math.min(...ends)).toISOString().replace(/\.\d+/, "")}`;
}

function hostsOf(
  options: HookEvent["options"],
  accountId: string | null | undefined,
  region: string | null | undefined,
): string[] {
  const named = registryHosts(options["registries"] ?? "");
  return named.length > 0 || !accountId || !region ? named : [registryHost(accountId, region)];
}

function registriesOf({ options, accountId, region, profile }: HookEvent): Registry[] {
  const hosts = hostsOf(options, accountId, region);
  if (hosts.length === 0) {
    throw new Error(
      `nothing names the account of profile ${profile}: name its registries, ` +
        `docker_registries = ${registryHost("ACCOUNT", region)}`,
    );
  }
  return hosts.map((host) => {
    const registry = registryOf(host);
    if (registry !== undefined) return registry;
    throw new Error(`docker_registries: ${host} is not an Amazon ECR registry`);
  });
}

/** Refuses a registry whose login is that of a profile that comes first in the config file. */
function refuseAnothers({ surroundings, profile }: HookEvent, host: string): void {
  for (const { name, options, accountId, region } of surroundings?.profiles ?? []) {
    if (name === profile) return;
    if (options === undefined || !hostsOf(options, accountId, region).includes(host)) continue;
    throw new Error(
      `the login for ${host} belongs to profile ${name}, which comes first in ` +
        `${surroundings!.files.config}: take the registry from one of them (docker_registries); ` +
        "nothing was changed",
    );
  }
}

/** Asks for one password per service, which works for all its registries in the region. */
async function withPasswords(event: HookEvent, registries: readonly Registry[]) {
  const passwords = new Map<string, Promise<RegistryPassword>>();
  const password = (registry: Registry) => {
    const service = `${registry.service}${registry.isFips ? "-fips" : ""}`;
    const asked = passwords.get(service) ?? askPassword(event, registry, service);
    passwords.set(service, asked);
    return asked;
  };
  const ownRegion = realRegion(event.region);
  const other = registries.find(({ service, region }) => service === "ecr" && region !== ownRegion);
  if (other !== undefined) {
    throw new Error(
      `${other.host} is not in ${ownRegion}, and this hook reaches no other region than ` +
        `the profile's: give it to a profile with region = ${other.region}, or set docker_mode = helper`,
    );
  }
  return await Promise.all(registries.map(password));
}

async function askPassword(
  event: HookEvent,
  registry: Registry,
  endpoint: string,
): Promise<RegistryPassword> {
  const { signedHeaders } = await import("../lib/aws/sigv4.ts");
  const { service } = registry;
  const { url, signingRegion: region } = event.endpoints![endpoint]!;
  const request = passwordRequest(registry, url);
  const signing = { credentials: event.credentials!, region, service, at: new Date() };
  const headers = await signedHeaders(request, signing);
  const { status, text } = await ask({ ...request, headers }, event.surroundings?.caCerts);
  let fault: ReturnType<typeof readFault>;
  try {
    if (status === 200) return readPassword(text);
    fault = readFault(text);
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    fault = { name: "Unknown", message: error.message };
  }
  const said = fault.name === "Unknown"
    ? `${new URL(request.url).host} did not answer as ECR does (HTTP ${status})`
    : plain(event, `AWS refused GetAuthorizationToken: ${fault.name}: ${fault.message}`);
  throw new Error(`${said} (profile ${event.profile}, ${region}); nothing was changed`);
}
