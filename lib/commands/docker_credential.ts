/**
 * `stsmfa docker-credential`: docker's credential helper for Amazon ECR.
 *
 * Source: https://github.com/docker/docker-credential-helpers (credentials/credentials.go)
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { commonFlags, fileFlags, promptFlag, text, toggle } from "../cli/flags.ts";
import { pluginContext } from "../cli/plugin_environment.ts";
import { namedProfiles, usualProfile } from "../cli/profile_argument.ts";
import { type ProfileSession, profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { type Registry, registryOf, serverHost } from "../docker/ecr.ts";
import type { Signer } from "../docker/registry_profile.ts";
import { type ErrorCode, ExitStatus, StsmfaError } from "../errors.ts";
import { renewCommand } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { resolveCaBundle, resolveEndpoint } from "../profile/endpoint.ts";
import type { Resolved } from "../profile/origin.ts";
import { terminalTalk } from "../talk.ts";
import { type DockerCredentialFlags as Flags, filesOf } from "./docker_credential_flags.ts";

const words = ["get", "store", "erase", "list", "version", "install"] as const;

type Word = (typeof words)[number];

const command: Command<Flags> = {
  examples: [
    ["stsmfa docker-credential install", "install the credential helper for docker"],
    ["stsmfa docker-credential list", "list registries that profiles name"],
  ],
  description: [
    "Gives docker passwords for Amazon ECR; docker runs it as docker-credential-stsmfa. The `docker` " +
    "hook sets that up with docker_mode = helper. By hand, in docker's config.json:",
    {
      code: ['"credHelpers": {', '  "123456789012.dkr.ecr.eu-west-1.amazonaws.com": "stsmfa"', "}"],
    },
    {
      terms: [
        ["install [DIR]", "Put the helper into DIR (default: ~/.local/bin)"],
        ["get", "Print the password for the registry on standard input"],
        ["list", "List the registries that profiles name"],
        ["store, erase", "Do nothing: no password is stored"],
      ],
    },
    "The password comes from the first profile whose docker hook signs in to the registry, else from " +
    "one of the account that owns it, and never from one of another account.",
  ],
  details: [
    "For the public registry, it comes from the usual profile. With --profile or a file, `install` has the helper " +
    "use these alone, whatever docker's environment says. Variables of docker's environment do not " +
    "change whose session it is. The session is renewed first if it has to be; questions go to the " +
    "terminal.",
  ],
  flags: {
    ...commonFlags,
    profile: text("Use only this profile", "profile"),
    nonInteractive: toggle("Never ask; fail if an answer is needed"),
    prompt: promptFlag,
    ...fileFlags,
  },
  aliases: { q: "quiet" },
  positionals: `${words.join("|")} [DIR]`,
  positionalWords: words,
  run,
};
export default command;

type Answer = (context: Context, flags: Flags) => Promise<CommandResult>;

/** What docker asks. */
const answers: Readonly<Record<Exclude<Word, "install">, Answer>> = {
  get,
  store,
  erase,
  list,
  version,
};

async function run(
  context: Context,
  flags: Flags,
  [name, ...more]: readonly string[],
): Promise<CommandResult> {
  const word = words.find((each) => each === name);
  if (word === undefined) {
    const problem = name === undefined ? "it needs an action" : `there is no action ${name}`;
    const near = name === undefined ? undefined : nearest(name, words);
    throw new StsmfaError("Usage", `docker-credential: ${problem}`, {
      hint: near === undefined ? `one of ${words.join(", ")}` : `did you mean ${near}?`,
    });
  }
  if (more.length > (word === "install" ? 1 : 0)) {
    throw new StsmfaError(
      "Usage",
      `docker-credential ${word}: too many arguments: ${more.join(" ")}`,
    );
  }
  if (word === "install") {
    const { install } = await import("./docker_credential_install.ts");
    return await install(context, flags, more[0] ?? "~/.local/bin");
  }
  try {
    return await answers[word](context, flags);
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    return fault(error);
  }
}

/** Docker continues without a password if it reads exactly these words. */
const notFound = "credentials not found in native keychain";

/** Returns an error as docker expects it: status 1, and the reason on stdout, which it shows. */
function refusal(reason: string): CommandResult {
  return {
    json: undefined,
    human: () => [reason],
    isAnswer: true,
    exitStatus: ExitStatus.Unexpected,
  };
}

/**
 * Returns an error in one line, on both streams: clients show one or the other, and put it into
 * lines of their own.
 */
function fault(error: StsmfaError): CommandResult {
  const { code, message, hint } = error;
  const whole = (hint === undefined ? message : `${message}; ${hint}`).replace(
    /\s*[\r\n]+\s*/g,
    " ",
  );
  return { ...refusal(whole), errors: [{ error: new StsmfaError(code, whole, { cause: error }) }] };
}

/** What a code would help with: it cannot be given here, but another command can ask for it. */
const askingCodes: readonly ErrorCode[] = [
  "TokenCodeNeeded",
  "TokenCodeRefused",
  "TokenCodeUsed",
  "MfaDeviceChoiceNeeded",
];

/** Names the profile, and says what to run, which docker's own command line can't be given. */
function ofProfile(error: StsmfaError, name: string): StsmfaError {
  const { code, message, hint = "", places } = error;
  const isAsking = askingCodes.includes(code) || hint.includes("--token-code");
  const isOver = hint.includes("the same command with --force");
  const run = isAsking || isOver ? `run: ${renewCommand(name)}${isOver ? " --force" : ""}` : hint;
  return new StsmfaError(code, `profile ${name}: ${message}`, {
    hint: run === "" ? undefined : run,
    places,
    cause: error,
  });
}

function answer(json: unknown): CommandResult {
  return {
    json,
    data: `${JSON.stringify(json)}\n`,
    exitStatus: ExitStatus.Ok,
  };
}

const done: CommandResult = { json: {}, exitStatus: ExitStatus.Ok };

async function get(context: Context, flags: Flags): Promise<CommandResult> {
  const server = (await context.terminal.readAll(context.signal)).trim();
  if (server === "") return refusal("no credentials server URL");
  const registry = registryOf(serverHost(server));
  if (registry === undefined) return refusal(notFound);
  const signer = await signerOf(context, flags, registry);
  const given = signer && await passwordOf(context, flags, registry, signer);
  if (given === undefined) {
    const { host, accountId } = registry;
    const who = signer === undefined
      ? `no profile${accountId === undefined ? "" : ` of account ${accountId}`} signs in to ${host}`
      : `cannot tell whether profile ${signer.profile} is in the account of ${host}`;
    const { note } = terminalTalk(context, flags);
    note(`${who}; to use one, name the registry in its docker_registries`);
    return refusal(notFound);
  }
  return answer({ ServerURL: server, Username: given.username, Secret: given.password });
}

async function signerOf(
  context: Context,
  flags: Flags,
  registry: Registry,
): Promise<Signer | undefined> {
  const [named] = namedProfiles(flags, []);
  const { profileOfRegistry } = await import("../docker/registry_profile.ts");
  const files = await filesOf(context, flags);
  const { env } = context;
  return profileOfRegistry(files, env, registry, { named, usual: usualProfile(env) });
}

/** Returns the password; `undefined` if it turns out to be for another account. */
async function passwordOf(
  context: Context,
  { profile: _, ...flags }: Flags,
  registry: Registry,
  { profile: name, isSure }: Signer,
) {
  try {
    const { credentials, resolved } = await profileSession(context, flags, name, {
      isPlugin: true,
      within: pluginContext,
    });
    const given = await askPassword(context, registry, name, { credentials, resolved });
    return isSure || given.accountId === registry.accountId ? given : undefined;
  } catch (error) {
    throw error instanceof StsmfaError ? ofProfile(error, name) : error;
  }
}

async function askPassword(
  context: Context,
  registry: Registry,
  name: string,
  { credentials, resolved: { files, env } }: Pick<ProfileSession, "credentials" | "resolved">,
) {
  const { registryPassword } = await import("../docker/ecr_client.ts");
  const { service, region, isFips } = registry;
  const asked: Resolved<string> = {
    value: region,
    origin: { kind: "argument", reason: `the region of ${registry.host}` },
  };
  const endpoint = resolveEndpoint(files, env, name, service, asked, { isFips });
  const caBundle = resolveCaBundle(files, env, name)?.value;
  try {
    return await registryPassword(context, registry, credentials, { endpoint, caBundle });
  } catch (error) {
    throw error instanceof StsmfaError ? inRegion(error, endpoint.signingRegion) : error;
  }
}

/** Adds AWS's own name for the error, and where it was asked. */
function inRegion(error: StsmfaError, region: string): StsmfaError {
  const { code, message, hint, places, cause } = error;
  const name = cause instanceof Error && /^\w*(Exception|Error|Fault)$/.test(cause.name)
    ? cause.name
    : "Error";
  const where = name === "Error" ? `in ${region}` : `${name} in ${region}`;
  return new StsmfaError(code, `${message} (${where})`, { hint, places, cause });
}

/**
 * Answers `docker login`, which passes the password it was given, or just got from us. One for
 * Amazon ECR is accepted but not stored, since the next one comes from the session anyway, and
 * scripts that sign in keep working; one for another registry is refused, since it would be lost.
 */
async function store(context: Context): Promise<CommandResult> {
  const text = await context.terminal.readAll(context.signal);
  let given: { ServerURL?: unknown; Username?: unknown };
  try {
    given = Object(JSON.parse(text));
  } catch {
    return refusal("the credentials to store are not JSON");
  }
  const { ServerURL: server, Username: username } = given;
  if (typeof server !== "string" || server.trim() === "") {
    return refusal("no credentials server URL");
  }
  if (typeof username !== "string" || username === "") return refusal("no credentials username");
  if (registryOf(serverHost(server)) !== undefined) return done;
  return refusal(
    `stsmfa keeps no passwords, and ${serverHost(server)} is not an Amazon ECR registry`,
  );
}

/** Answers `docker logout`: nothing is stored, so there is nothing to erase. */
async function erase(context: Context): Promise<CommandResult> {
  const server = await context.terminal.readAll(context.signal);
  if (server.trim() === "") return refusal("no credentials server URL");
  return registryOf(serverHost(server)) === undefined ? refusal(notFound) : done;
}

async function list(context: Context, flags: Flags): Promise<CommandResult> {
  const { servedHosts } = await import("../docker/registry_profile.ts");
  const hosts = servedHosts(await filesOf(context, flags), context.env);
  return answer(Object.fromEntries(hosts.map((host) => [host, "AWS"])));
}

async function version(): Promise<CommandResult> {
  const { version } = await import("../version.ts");
  return { ...answer({ version }), data: `docker-credential-stsmfa (stsmfa) ${version}\n` };
}
