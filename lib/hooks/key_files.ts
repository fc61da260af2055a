/**
 * Files that a hook writes a session's keys to, named by its options: each belongs to one profile,
 * is where it was said to be, and is looked up in version control, before the hook runs.
 *
 * @module
 */

import { configProfiles } from "../aws_files/profile_sections.ts";
import { type AwsFiles, expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { versionControlOf } from "../files/version_control.ts";
import type { HookKeyFile } from "../hook.ts";
import { dirname, isAbsolute, join } from "../path.ts";
import { Settings } from "../profile/settings.ts";
import { systemReason } from "../storage_error.ts";
import type { InspectedHook } from "./inspect.ts";

/** Whose hook it is, and with which options. */
export interface KeyFilesOf {
  readonly profile: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Looks at the files that a hook's options name.
 *
 * @throws StsmfaError `HookFailed` for a file that is another profile's, or a link out of its folder
 */
export async function keyFilesOf(
  context: Context,
  files: AwsFiles,
  { file: { name }, manifest }: Pick<InspectedHook, "file" | "manifest">,
  { profile, options }: KeyFilesOf,
): Promise<Record<string, HookKeyFile>> {
  const found: Record<string, HookKeyFile> = {};
  for (const option of manifest.keyFiles) {
    const key = `${name.toLowerCase().replaceAll("-", "_")}_${option}`;
    const given = Object.hasOwn(options, option) ? options[option]! : "";
    const path = await fileAt(context, given).catch((error) => {
      const problem = `hook ${name}: ${key} = ${given} cannot be looked up: ${systemReason(error)}`;
      throw new StsmfaError("HookFailed", problem, { cause: error });
    });
    // What is no path is refused as one of its permissions.
    if (path === undefined) continue;
    if (path === notFile) {
      throw new StsmfaError("HookFailed", `hook ${name}: ${key} = ${given} is not a file`, {
        hint: `name a file in a folder of its own: ${key} = ~/PATH/.env`,
      });
    }
    const folder = await context.files.resolveLinks(dirname(expandHome(context.env, given)));
    // A project that someone else has written may have a link in it.
    if (!path.startsWith(join(folder, ""))) {
      throw new StsmfaError(
        "HookFailed",
        `hook ${name}: ${key} = ${given} is a link to ${path}, which is not in the same folder`,
        { hint: `if that is the file you mean, name it itself: ${key} = ${path}` },
      );
    }
    const owner = await ownerOf(context, files, { name, option, path, before: profile });
    if (owner !== undefined) {
      throw new StsmfaError(
        "HookFailed",
        `hook ${name}: ${given} has the session of profile ${owner}, which comes before ` +
          `${profile} in ${files.config.path}`,
        { hint: `give ${profile} a file of its own: ${key} = ~/PATH/.env` },
      );
    }
    const { state, problem } = await versionControlOf(context, path);
    found[option] = {
      path,
      versionControl: state,
      ...(problem !== undefined && { problem }),
    };
  }
  return found;
}

/** There is something else at a path. */
const notFile = Symbol("not a file");

async function fileAt(
  context: Context,
  given: string,
): Promise<string | typeof notFile | undefined> {
  const path = await realPath(context, given);
  const status = path === undefined ? undefined : await context.files.status(path);
  return status === undefined || status.isFile ? path : notFile;
}

async function realPath(context: Context, given: string): Promise<string | undefined> {
  const path = expandHome(context.env, given);
  const isPath = isAbsolute(path) && !/\0|(^|[/\\])\.\.([/\\]|$)/.test(path);
  return isPath ? await context.files.resolveLinks(path) : undefined;
}

/** Returns the first profile in the config file, before this one, that names the same file. */
async function ownerOf(
  context: Context,
  files: AwsFiles,
  { name, option, path, before }: Readonly<Record<"name" | "option" | "path" | "before", string>>,
): Promise<string | undefined> {
  for (const profile of configProfiles(files.config.document)) {
    if (profile === before) return undefined;
    const hook = hooksOf(context, files, profile).find((each) => each.name === name);
    const given = hook && Object.hasOwn(hook.options, option) ? hook.options[option] : undefined;
    // What is wrong with another profile's is said when that is used.
    const theirs = given && await realPath(context, given).catch(() => undefined);
    if (theirs === path) return profile;
  }
  return undefined;
}

function hooksOf({ env }: Context, files: AwsFiles, profile: string) {
  try {
    return new Settings(files, env, {}, profile).hooks;
  } catch (error) {
    // What is wrong with its block is said when that profile is used.
    if (error instanceof StsmfaError) return [];
    throw error;
  }
}
