/**
 * Signs docker in to the profile's registries at Amazon ECR.
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
 * config.json. With `docker_mode = helper`, docker asks `docker-credential-stsmfa` each time, and
 * no password is stored; `stsmfa docker-credential install` installs that program.
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
import { getJson, JsonProblem, removeJson, setJson } from "../lib/text/json.ts";
import { ask, plain } from "./ask.ts";
import { editFile } from "./edit_file.ts";

const configFile = "{env:DOCKER_CONFIG|~/.docker}/config.json";

export default {
  on: "post-refresh",
  needs: ["credentials"],
  permissions: {
    // The file is replaced by a new one in the same folder.
    read: [configFile, `${configFile}/..`, "{env:AWS_CA_BUNDLE}"],
    write: [`${configFile}/..`],
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
    const hosts = registries.map(({ host }) => host).join(", ");
    if (mode === "helper") {
      const { isNew } = await edit(event, registries.map((registry) => ({ registry })));
      const install = "once, if you have not: stsmfa docker-credential install";
      return { message: `docker asks stsmfa for ${hosts}${isNew ? `; ${install}` : ""}` };
    }
    const entries = await withPasswords(event, registries);
    const { isOpen } = await edit(event, entries);
    const warning = isOpen
      ? `; others may read the password: chmod 600 ${paths(event).config}`
      : "";
    const ends = entries.flatMap(({ password: { expiresAt } }) => expiresAt?.getTime() ?? []);
    const until = ends.length === 0
      ? ""
      : ` until ${new Date(Math.min(...ends)).toISOString().replace(/\.\d+/, "")}`;
    return { message: `docker is signed in to ${hosts}${until}${warning}` };
  },
} satisfies Hook as Hook;

function registriesOf({ options, accountId, region, profile }: HookEvent): Registry[] {
  const named = registryHosts(options["registries"] ?? "");
  if (named.length === 0 && accountId === null) {
    throw new Error(
      `nothing names the account of profile ${profile}: name its registries, ` +
        `docker_registries = ${registryHost("ACCOUNT", region)}`,
    );
  }
  const hosts = named.length === 0 ? [registryHost(accountId!, region)] : named;
  return hosts.map((host) => {
    const registry = registryOf(host);
    if (registry !== undefined) return registry;
    throw new Error(`docker_registries: ${host} is no registry of Amazon ECR`);
  });
}

interface Entry {
  readonly registry: Registry;
  /** Without one, docker asks our helper. */
  readonly password?: RegistryPassword;
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
  return await Promise.all(
    registries.map(async (registry) => ({ registry, password: await password(registry) })),
  );
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
  const { caBundle } = paths(event);
  const { status, text } = await ask({ ...request, headers }, caBundle);
  let fault: ReturnType<typeof readFault>;
  try {
    if (status === 200) return readPassword(text);
    fault = readFault(text);
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    fault = { name: "Unknown", message: error.message };
  }
  throw new Error(
    fault.name === "Unknown"
      ? `${new URL(request.url).host} did not answer as ECR does (HTTP ${status})`
      : plain(event, `AWS refused GetAuthorizationToken: ${fault.name}: ${fault.message}`),
  );
}

/** Returns the resolved paths; permissions are in alphabetical order of their declarations. */
function paths({ permissions: { read, write } }: HookEvent) {
  const [config, caBundle] = read.filter((each) => each !== write[0]).reverse();
  return { config: config!, caBundle };
}

/** Writes the entries to docker's file. */
async function edit(event: HookEvent, entries: readonly Entry[]) {
  const { config: path } = paths(event);
  let isNew = false;
  try {
    const { oldMode = 0o600 } = await editFile({
      path,
      change: (old = "") => {
        isNew = false;
        return entries.reduce((text, { registry: { host }, password }) => {
          const helper = getJson(text, ["credHelpers", host]);
          if (helper !== undefined && helper !== "" && helper !== "stsmfa") {
            throw new JsonProblem(
              `has docker ask ${helper} for ${host} (credHelpers): remove that entry, ` +
                "or the registry from docker_registries",
            );
          }
          if (password === undefined) {
            isNew ||= helper !== "stsmfa";
            // A password from docker_mode = auths or docker login is no longer used.
            const written = removeJson(text, ["auths", host, "auth"]);
            return setJson(written, ["credHelpers", host], "stsmfa");
          }
          const auth = btoa(`${password.username}:${password.password}`);
          const written = setJson(text, ["auths", host, "auth"], auth);
          // Docker asks only credsStore, unless the registry has a helper: an empty name means the
          // file.
          return getJson(text, ["credsStore"])
            ? setJson(written, ["credHelpers", host], "")
            : removeJson(written, ["credHelpers", host]);
        }, old);
      },
    });
    return { isNew, isOpen: (oldMode & 0o077) !== 0 };
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new Error(`${path} ${error.message}; nothing was changed`);
  }
}
