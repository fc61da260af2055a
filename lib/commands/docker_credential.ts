/**
 * `stsmfa docker-credential`: docker's credential helper for Amazon ECR.
 *
 * Source: https://github.com/docker/docker-credential-helpers (credentials/credentials.go)
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import { commonFlags, type FileFlags, fileFlags, toggle } from "../cli/flags.ts";
import { usualProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { type Registry, registryOf, serverHost } from "../docker/ecr.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { pathWord } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { resolveCaBundle, resolveEndpoint } from "../profile/endpoint.ts";
import type { Resolved } from "../profile/origin.ts";
import { terminalTalk } from "../talk.ts";

interface Flags extends CommonFlags, FileFlags {
  readonly nonInteractive?: boolean;
}

const words = ["get", "store", "erase", "list", "version", "install"] as const;

type Word = (typeof words)[number];

const command: Command<Flags> = {
  description: [
    "Answers docker, which starts it as docker-credential-stsmfa, with passwords for registries of",
    "Amazon ECR. A registry's profile is the one whose hook names it (docker_registries), else one of",
    "the account that owns it, else the usual one; its session is renewed first when it has to be.",
    "Questions go to the terminal.",
    "",
    "  stsmfa docker-credential install [DIR]   put the helper into DIR (default: ~/.local/bin)",
    "  stsmfa docker-credential get             print the password of the registry on stdin",
    "  stsmfa docker-credential list            print the registries that profiles name",
    "  stsmfa docker-credential store, erase    do nothing: a session's password is kept nowhere",
    "",
    "For a registry by hand, in docker's config.json; the docker hook does it with docker_mode = helper:",
    '  "credHelpers": { "123456789012.dkr.ecr.eu-west-1.amazonaws.com": "stsmfa" }',
  ],
  flags: {
    ...commonFlags,
    nonInteractive: toggle("Never ask; fail when something is needed"),
    ...fileFlags,
  },
  aliases: { q: "quiet" },
  positionals: `${words.join("|")} [DIR]`,
  positionalWords: words,
  run,
};
export default command;

type Action = (context: Context, flags: Flags, positional: string) => Promise<CommandResult>;

const actions: Readonly<Record<Word, Action>> = {
  get,
  store,
  erase,
  list,
  version,
  install,
};

async function run(
  context: Context,
  flags: Flags,
  [name, ...more]: readonly string[],
): Promise<CommandResult> {
  const known = Object.keys(actions);
  if (name === undefined || !known.includes(name)) {
    const problem = name === undefined ? "it needs an action" : `there is no action ${name}`;
    const near = name === undefined ? undefined : nearest(name, known);
    throw new StsmfaError("Usage", `docker-credential: ${problem}`, {
      hint: near === undefined ? `one of ${known.join(", ")}` : `did you mean ${near}?`,
    });
  }
  if (more.length > (name === "install" ? 1 : 0)) {
    throw new StsmfaError("Usage", `docker-credential ${name}: too many words: ${more.join(" ")}`);
  }
  if (name === "install") return await install(context, flags, more[0] ?? "~/.local/bin");
  try {
    return await actions[name as Word](context, flags, "");
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    // Docker reads stdout; the hint on stderr is for the user.
    return { ...refusal(error.message), errors: [{ error }] };
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
  const { username, password } = await passwordOf(context, flags, registry);
  return answer({ ServerURL: server, Username: username, Secret: password });
}

async function passwordOf(context: Context, flags: Flags, registry: Registry) {
  const { env } = context;
  const known = await filesOf(context, flags);
  const { profileOfRegistry } = await import("../docker/registry_profile.ts");
  const name = profileOfRegistry(known, env, registry, usualProfile(env));
  const { credentials, resolved: { files } } = await profileSession(context, flags, name, {
    isPlugin: true,
  });
  const { registryPassword } = await import("../docker/ecr_client.ts");
  const { service, region, isFips } = registry;
  const asked: Resolved<string> = {
    value: region,
    origin: { kind: "argument", reason: `the region of ${registry.host}` },
  };
  const endpoint = resolveEndpoint(files, env, name, service, asked, { isFips });
  const caBundle = resolveCaBundle(files, env, name)?.value;
  return await registryPassword(context, registry, credentials, { endpoint, caBundle });
}

function filesOf(context: Context, flags: Flags): Promise<AwsFiles> {
  return readAwsFiles(context, awsFilePaths(context.env, flags));
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
    `stsmfa keeps no passwords, and ${serverHost(server)} is no registry of Amazon ECR`,
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

async function install(
  context: Context,
  flags: Flags,
  directory: string,
): Promise<CommandResult> {
  const { installLauncher } = await import("../docker/launcher.ts");
  const { warn } = terminalTalk(context.terminal, flags);
  const { path, isOnPath } = await installLauncher(context, directory, warn);
  const lines = [
    `wrote ${path}`,
    ...(isOnPath ? [] : [
      `docker looks for it along PATH, where that folder is not: export PATH=${
        pathWord(path.replace(/[/\\][^/\\]*$/, ""))
      }:$PATH`,
    ]),
  ];
  return {
    json: { path, isOnPath },
    human: () => lines,
    exitStatus: ExitStatus.Ok,
  };
}
