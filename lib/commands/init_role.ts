/**
 * `stsmfa init PROFILE --adopt` for a role that AWS's tools assume by themselves.
 *
 * @module
 */

import { checkEditable, editAwsFile } from "../aws_files/edit.ts";
import type { CommandResult } from "../cli/command.ts";
import { awsFilePaths, type AwsFiles } from "../aws_files/read.ts";
import type { FileFlags } from "../cli/flags.ts";
import type { Context, Prompter } from "../context.ts";
import { formatExpiration, type ProvidedCredentials } from "../credentials.ts";
import { expiryWords } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { flagWords, withArguments } from "../hint_words.ts";
import { line, linesThatFit, paint } from "../screen.ts";
import { join } from "../path.ts";
import { adoptRoleProfile, type NamedFiles, processCommand } from "../setup/role_profile.ts";
import type { Talk } from "../talk.ts";

/** How a role profile is adopted. */
export interface RoleAdoption {
  readonly backup: boolean;
  readonly talk: Talk;
  readonly named: NamedFiles;
  /** Gets a first session; absent if none is wanted. */
  readonly firstSession: (() => Promise<ProvidedCredentials>) | undefined;
}

/**
 * Returns the files that flags have named, by whole paths: AWS's tools start stsmfa in any folder, and
 * with variables of their own. What variables name here they name there, too.
 */
export async function namedFiles(context: Context, flags: FileFlags): Promise<NamedFiles> {
  const { env, files } = context;
  const paths = awsFilePaths(env, flags);
  const whole = async (given: string | undefined, variable: string, path: string) => {
    if (given === undefined || given === env.get(variable)) return undefined;
    if (/^([/\\]|[A-Za-z]:[/\\])/.test(path)) return path;
    return join(await files.resolveLinks("."), path.replace(/^(\.[/\\])+/, ""));
  };
  return {
    configFile: await whole(flags.configFile, "STSMFA_CONFIG_FILE", paths.config),
    credentialsFile: await whole(
      flags.credentialsFile,
      "STSMFA_CREDENTIALS_FILE",
      paths.credentials,
    ),
  };
}

/**
 * Asks whether a role profile is to be adopted.
 *
 * @throws StsmfaError `Usage` if stsmfa cannot ask for it here
 */
export async function wantsAdoption(
  { terminal, signal }: Context,
  profile: string,
  prompter: Prompter | undefined,
  named: NamedFiles,
): Promise<boolean> {
  if (prompter === undefined) {
    throw new StsmfaError("Usage", `profile ${profile} is a role: it needs no access key`, {
      hint: `to let AWS's tools get its session: ${
        withArguments("stsmfa init", [profile], ` --adopt${flagsOf(named)}`)
      }`,
    });
  }
  const words = [
    `${profile} is a role, and AWS's own tools ask for a code whenever they assume it.`,
    `stsmfa can give them the session instead: the role moves to a stsmfa block of the profile, beside credential_process = ${
      processCommand(profile, named)
    }; every other line stays.`,
  ];
  terminal.stderr.write(linesThatFit(words, terminal.stderr));
  const answer = await prompter.ask(
    "Do that (yes, no)?",
    (text) => ["yes", "no"].includes(text.trim().toLowerCase()) ? undefined : "type yes or no",
    signal,
    terminal.stderr.isTerminal ? [] : words,
  );
  return answer.trim().toLowerCase() === "yes";
}

/** Adopts a role profile; a session that fails leaves it adopted, and is said. */
export async function adoptRole(
  context: Context,
  files: AwsFiles,
  profile: string,
  { backup, talk, named, firstSession }: RoleAdoption,
): Promise<CommandResult> {
  // Before anything is asked or written.
  adoptRoleProfile(files, files.config.document.copy(), profile, named);
  await checkEditable(context, files.config);
  await editAwsFile(
    context,
    (document) =>
      adoptRoleProfile(
        { ...files, config: { ...files.config, document } },
        document,
        profile,
        named,
      ),
    { backup, known: files.config, warn: talk.warn },
  );
  const session = await firstSession?.().catch((error) => {
    if (error instanceof StsmfaError) return error;
    throw error;
  });
  const error = session instanceof StsmfaError ? session : undefined;
  const expiration = session instanceof StsmfaError ? undefined : session?.expiration;
  return {
    json: {
      profile,
      status: "adopted",
      expiration: expiration === undefined ? null : formatExpiration(expiration),
    },
    human: () => [
      `${profile}  AWS's tools get its session from stsmfa now; to undo it: ${
        withArguments("stsmfa clear", [profile], ` --adopted${flagsOf(named)}`)
      }`,
      ...(expiration === undefined ? [] : [
        line`${profile}  ${paint("green", "renewed")}, ${expiryWords(expiration, context.clock)}`,
      ]),
    ],
    exitStatus: error?.exitStatus ?? ExitStatus.Ok,
    ...(error && { errors: [{ error }] }),
  };
}

function flagsOf({ configFile, credentialsFile }: NamedFiles): string {
  const flags = [["--config-file", configFile], ["--credentials-file", credentialsFile]] as const;
  return flags.map(([flag, path]) => path === undefined ? "" : ` ${flagWords(flag, path)}`).join(
    "",
  );
}
