/**
 * `stsmfa exec --serve`: a program that is given sessions by a server, renewed as long as they can
 * be without a person.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles } from "../aws_files/read.ts";
import { environmentSession } from "../cli/environment_session.ts";
import { parseMinLeft, type SessionFlags } from "../cli/flags.ts";
import { type ProfileSession, profileSession } from "../cli/profile_session.ts";
import type { Context, EnvironmentChanges } from "../context.ts";
import { Secret } from "../credentials.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { homeDirectory, join } from "../path.ts";
import { pathWord, renewCommand, withArguments } from "../hint_words.ts";
import { wholeEnvironment } from "../profile/marks.ts";
import { completeProfile } from "../profile/profile.ts";
import { HeldSession, type ServedSession, usualLeadSeconds } from "../server/held_session.ts";
import { CredentialServer } from "../server/server.ts";
import type { EnvironmentSession } from "../shell/environment.ts";
import { withoutBotoKeys } from "../shell/boto_config.ts";
import { servedEnvironment } from "../shell/served_environment.ts";
import { givesCredentials, type ServedConfig, servedConfig } from "../shell/served_profile.ts";
import { askingFor } from "../state/asking.ts";
import { type ConfigCopy, openConfigCopy } from "../state/config_copy.ts";
import { stateDirectory } from "../state/directory.ts";
import { terminalTalk } from "../talk.ts";

/** With less left, botocore asks the server at each use. */
const leastSeconds = { usual: usualLeadSeconds, partOfDuration: 0.5 };

/** A session that programs can ask for. */
export interface Served {
  readonly session: ProfileSession & EnvironmentSession;
  readonly environment: EnvironmentChanges;
  /** Ends it, and tells the person what they should know about it. */
  readonly close: () => Promise<void>;
}

/**
 * Gets the profile's session, and begins to serve it.
 *
 * @throws StsmfaError whatever keeps the profile from getting a session, `InvalidSetting` for a
 * `[DEFAULT]` that gives credentials to everyone, and for what keeps the copy of the config file
 * from being made
 */
export async function serve(
  context: Context,
  flags: SessionFlags,
  name: string,
): Promise<Served> {
  let theirs: AwsFiles | undefined;
  const session = await environmentSession(context, flags, name, {
    leastSeconds,
    isDefaultHidden: (files, { identity: { target } }) => {
      const isGiving = givesCredentials(files) || target.section === "default";
      if (isGiving) theirs = files;
      return isGiving;
    },
  });
  const config = theirs && servedConfig(theirs, session.resolved.files, name, session.region);
  const copy = config && await openConfigCopy(context, config.text);
  let held: HeldSession | undefined;
  try {
    held = hold(context, flags, name, session);
    const server = await CredentialServer.open(context, held);
    const botoConfig = await withoutBotoKeys(context);
    const environment = environmentOf(context, session, server, config, copy, botoConfig);
    const ending = { name, server, held, copy };
    let ended: Promise<void> | undefined;
    return { session, environment, close: () => ended ??= close(context, flags, ending) };
  } catch (error) {
    await held?.close();
    await copy?.remove();
    throw error;
  }
}

function environmentOf(
  { env }: Context,
  session: EnvironmentSession,
  { uri, token }: CredentialServer,
  config: ServedConfig | undefined,
  copy: ConfigCopy | undefined,
  botoConfig: string | undefined,
): EnvironmentChanges {
  return servedEnvironment(wholeEnvironment(env), session, {
    uri,
    token,
    botoConfig,
    ...(config && copy && { config: { path: copy.path, profile: config.profile } }),
  });
}

/** Keeps the session fresh, without a word and without a person: the terminal is the program's. */
function hold(
  context: Context,
  flags: SessionFlags,
  name: string,
  first: ProfileSession,
): HeldSession {
  const { force: _force, tokenCode: _tokenCode, ...rest } = flags;
  const unattended: SessionFlags = { ...rest, quiet: true };
  return new HeldSession({
    clock: context.clock,
    first,
    leadSeconds: leadOf(flags, first),
    renew: async (signal): Promise<ServedSession> => {
      try {
        return await profileSession(inBackground(context, signal), unattended, name, {
          leastSeconds,
          isPlugin: true,
        });
      } catch (error) {
        throw error instanceof StsmfaError ? withRefresh(error, name) : error;
      }
    },
    look: () => fingerprint(context, flags),
    asked: () => questionFor(context, name),
  });
}

/** Returns how long before its end the session is renewed. */
function leadOf({ minLeft }: SessionFlags, { resolved }: ProfileSession): number {
  if (minLeft !== undefined) return parseMinLeft(minLeft);
  try {
    const { durationSeconds } = completeProfile(resolved);
    return Math.min(leastSeconds.usual, durationSeconds * leastSeconds.partOfDuration);
  } catch {
    return leastSeconds.usual;
  }
}

/**
 * Returns a context in which nothing is read from the terminal, and nothing shown there: the terminal
 * is the program's, and who can be asked is somebody at a window, if at all.
 */
function inBackground(context: Context, signal: AbortSignal): Context {
  const silent = { isTerminal: false, write: () => {} };
  const terminal: Context["terminal"] = {
    isTyped: false,
    stdout: silent,
    stderr: silent,
    readLine: () => Promise.resolve(""),
    readAll: () => Promise.resolve(""),
    prompter: () => Promise.resolve(undefined),
    // Who waits for an answer looks whether we are still there.
    seat: () => Promise.resolve({ process: context.process }),
  };
  const runCommand: Context["runCommand"] = (command) =>
    context.runCommand({
      ...command,
      isApart: true,
      // A code is good for one session, and gpg would ask on the terminal that is named there.
      unset: ["STSMFA_TOKEN_CODE", "GPG_TTY"],
      stdin: command.stdin ?? new Secret(""),
      onStderr: command.onStderr ?? (() => {}),
    });
  const hidden = Object.entries({ terminal, signal, runCommand, waits: undefined })
    .map(([key, value]) => [key, { value, enumerable: true }]);
  // Not a copy: to read the signal is to listen for it.
  return Object.create(context, Object.fromEntries(hidden));
}

/** Returns what to tell whoever wants a session of a profile whose code is just asked for. */
async function questionFor(context: Context, name: string): Promise<StsmfaError | undefined> {
  const asking = await askingFor(context, name);
  if (asking === undefined) return undefined;
  const { isWindow, terminal } = asking;
  const instead = isWindow ? "close it, and in a terminal" : "end that, and in another terminal";
  const asker = isWindow ? "a window asks" : `stsmfa asks on ${terminal ?? "another terminal"}`;
  return new StsmfaError(
    "TokenCodeNeeded",
    `no session of ${name}: ${asker} for its MFA code`,
    { hint: `type it there; or ${instead}: ${withArguments("stsmfa refresh", [name])}` },
  );
}

/** Names the whole command in what the program will show. */
function withRefresh({ code, message, hint, cause }: StsmfaError, name: string): StsmfaError {
  const short = `in a terminal: ${renewCommand(name)}`;
  const told = hint?.startsWith(short)
    ? `in another terminal: ${withArguments("stsmfa refresh", [name])}${hint.slice(short.length)}`
    : hint;
  return new StsmfaError(code, `no session of ${name}: ${message}`, { hint: told, cause });
}

/** Returns a digest of all from which a session can come without a code: AWS's files and sign-ins. */
async function fingerprint(context: Context, flags: SessionFlags): Promise<string> {
  const { env, files } = context;
  const { config, credentials } = awsFilePaths(env, flags);
  const state = stateDirectory(context);
  const home = homeDirectory(env);
  const folders = [
    ...(state === undefined ? [] : [join(state, "sessions")]),
    ...(home === undefined
      ? []
      : ["sso", "login"].map((each) => join(home, ".aws", each, "cache"))),
  ];
  const listed = await Promise.all(folders.map(async (folder) => {
    const names = await files.list(folder).catch(() => []);
    return names.filter((each) => !each.endsWith(".asking")).sort()
      .map((each) => join(folder, each));
  }));
  const texts = [config, credentials, ...listed.flat()].map(async (path) => {
    const bytes = await files.read(path).catch(() => undefined);
    return `${path}\n${bytes && new TextDecoder("latin1").decode(bytes)}`;
  });
  return await digest((await Promise.all(texts)).join("\n"));
}

/** What is to be ended. */
interface Ending {
  readonly name: string;
  readonly server: CredentialServer;
  readonly held: HeldSession;
  readonly copy: ConfigCopy | undefined;
}

async function close(
  context: Context,
  flags: SessionFlags,
  { name, server, held, copy }: Ending,
): Promise<void> {
  const talk = terminalTalk(context, flags);
  await Promise.all([server.close(), held.close()]);
  if (held.isOver && held.fault !== undefined) {
    talk.warn(`the session of ${name} has expired and could not be renewed: ${held.fault.message}`);
  }
  try {
    const kept = await copy?.remove();
    if (kept === undefined) return;
    talk.warn(
      `the program changed its copy of the config file, kept as ${pathWord(kept)}`,
    );
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    talk.warn(`the program's copy of the config file is still there: ${error.message}`);
  }
}
