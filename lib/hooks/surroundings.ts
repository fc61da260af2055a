/**
 * What hooks that come with stsmfa are told beyond their own profile, so that what they write stays
 * that profile's: how stsmfa is started, the files in force, and who else asks for the same hook.
 *
 * @module
 */

import { readCaBundle } from "../aws/ca_bundle.ts";
import { configProfiles, profileNames, stsmfaBlock } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { Context, Environment } from "../context.ts";
import { helperOnPath } from "../docker/launcher.ts";
import { StsmfaError } from "../errors.ts";
import { lastingCommand } from "../files/lasting_command.ts";
import type { HookProfile, HookSurroundings } from "../hook.ts";
import { join } from "../path.ts";
import { accountOf } from "../profile/identity.ts";
import { withoutIdentity } from "../profile/identity_variables.ts";
import { managedProfiles } from "../profile/names.ts";
import { resolveProfile } from "../profile/profile.ts";
import { regionOfUse } from "../profile/region.ts";
import { Settings } from "../profile/settings.ts";

/**
 * Returns what is around a hook of this name.
 *
 * @param caBundle the file of certificates that it has to trust, if it calls AWS
 * @throws StsmfaError for a file of certificates that is none
 */
export async function hookSurroundings(
  context: Context,
  files: AwsFiles,
  hook: string,
  caBundle: string | undefined,
): Promise<HookSurroundings> {
  const { config, credentials } = files;
  // What is said of this run says nothing of others.
  const env = withoutIdentity(context.env);
  // A session that is left of a profile is none.
  const isLeft = (name: string) =>
    readSessionSection(credentials.document, name).sessionToken !== undefined;
  const inOrder = new Set([
    ...configProfiles(config.document),
    ...managedProfiles(files, env, {}),
    ...profileNames(files).filter((name) => !isLeft(name)),
  ]);
  const helper = hook === "docker" ? await helperOnPath(context) : undefined;
  const caCerts = await readCaBundle(context, caBundle);
  return {
    command: await lastingCommand(context),
    files: {
      config: await wholePath(context, config.path),
      credentials: await wholePath(context, credentials.path),
    },
    profiles: [...inOrder].map((name) => hookProfile(files, env, name, hook)),
    ...(helper && { helper }),
    ...(caCerts && { caCerts }),
  };
}

async function wholePath({ files }: Context, path: string): Promise<string> {
  if (/^([/\\]|[A-Za-z]:[\\/])/.test(path)) return path;
  return join(await files.resolveLinks("."), path.replace(/^(\.[/\\])+/, ""));
}

function hookProfile(
  files: AwsFiles,
  env: Environment,
  name: string,
  hook: string,
): HookProfile {
  if (stsmfaBlock(files, name) === undefined) return { name };
  let options: HookProfile["options"];
  try {
    options = Settings.ofFiles(files, name).hooks.find((each) => each.name === hook)?.options;
    if (options === undefined) return { name };
    const profile = resolveProfile(files, env, {}, name);
    const region = regionOfUse(files, env, profile).value;
    return { name, options, region, accountId: accountOf(profile) ?? null };
  } catch (error) {
    // What is wrong with another profile is not what this refresh is about.
    if (!(error instanceof StsmfaError)) throw error;
    return { name, ...(options !== undefined && { options, region: null, accountId: null }) };
  }
}
