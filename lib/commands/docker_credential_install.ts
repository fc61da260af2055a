/**
 * `stsmfa docker-credential install`: puts the program that docker starts into a folder.
 *
 * @module
 */

import { awsFilePaths } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { namedProfiles } from "../cli/profile_argument.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { pathWord } from "../hint_words.ts";
import { dirname, join } from "../path.ts";
import { terminalTalk } from "../talk.ts";
import { type DockerCredentialFlags, filesOf } from "./docker_credential_flags.ts";

/** Puts the helper into a folder, so that docker finds it. */
export async function install(
  context: Context,
  flags: DockerCredentialFlags,
  directory: string,
): Promise<CommandResult> {
  const { installLauncher } = await import("../docker/launcher.ts");
  const { warn } = terminalTalk(context, flags);
  const words = await lastingWords(context, flags);
  const { path, isOnPath } = await installLauncher(context, directory, words, warn);
  const named = dirname(path);
  const folder = isWhole(named)
    ? named
    : join(await context.files.resolveLinks("."), named.replace(/^(\.[/\\])+/, ""));
  // For good, and for PowerShell and cmd alike, Windows changes PATH in its settings.
  const howTo = context.os === "windows"
    ? `add ${folder} to your account's PATH in Windows' settings`
    : `export PATH=${pathWord(folder)}:$PATH`;
  const lines = [
    `wrote ${path}`,
    ...(isOnPath ? [] : [`that folder is not on PATH, where docker looks: ${howTo}`]),
  ];
  return {
    json: { path, isOnPath },
    human: () => lines,
    exitStatus: ExitStatus.Ok,
  };
}

/** Reports whether a path names the same from any folder, on any system. */
function isWhole(path: string): boolean {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path);
}

/**
 * Returns the flags that the helper is always started with.
 *
 * @throws StsmfaError `ProfileNotFound`; `Usage` for a path that depends on a folder
 */
async function lastingWords(context: Context, flags: DockerCredentialFlags): Promise<string[]> {
  const { env } = context;
  const [profile] = namedProfiles(flags, []);
  if (profile !== undefined) {
    const { requireProfiles } = await import("../profile/names.ts");
    const command = "stsmfa docker-credential install --profile";
    requireProfiles(await filesOf(context, flags), env, {}, [profile], command);
  }
  const { config, credentials } = awsFilePaths(env, flags);
  const whole = (flag: string, path: string) => {
    if (isWhole(path)) return `${flag}=${path}`;
    throw new StsmfaError("Usage", `${flag}: ${path} does not begin with / or ~`, {
      hint: "docker starts the helper from any folder: give the full path",
    });
  };
  return [
    ...(profile === undefined ? [] : [`--profile=${profile}`]),
    ...(flags.configFile === undefined ? [] : [whole("--config-file", config)]),
    ...(flags.credentialsFile === undefined ? [] : [whole("--credentials-file", credentials)]),
  ];
}
