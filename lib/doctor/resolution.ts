/**
 * What the resolver says of each profile: the same that every command goes by.
 *
 * @module
 */

import { profileEntry } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context, Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { isRole } from "../profile/chain.ts";
import { type ResolvedIdentity, resolveIdentity } from "../profile/identity.ts";
import { completeProfile, type Profile } from "../profile/profile.ts";
import { type ProfileFlags, settingSpecs } from "../profile/settings.ts";

/** A profile as far as it can be resolved. */
export interface Resolution {
  readonly name: string;
  /** Whether stsmfa renews it. */
  readonly isManaged: boolean;
  /** Whether stsmfa is asked about it by name. */
  readonly isNamed: boolean;
  /** Its source, roles and target. */
  readonly resolved?: ResolvedIdentity;
  /** All of it; absent for a session that somebody else has made, too: it is used as it is. */
  readonly profile?: Profile;
  /** Why it cannot be resolved. */
  readonly error?: StsmfaError;
}

/**
 * Resolves a profile: one that stsmfa renews or is asked about as it would in this shell, another
 * one by what the files say of it, as other tools do.
 */
export function resolution(
  { env }: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  about: Pick<Resolution, "name" | "isManaged" | "isNamed">,
): Resolution {
  const { name, isManaged, isNamed } = about;
  const own = isManaged || isNamed ? env : withoutOurs(env);
  return { ...about, ...resolve(files, own, flags, name) };
}

function resolve(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  name: string,
): Pick<Resolution, "resolved" | "profile" | "error"> {
  let resolved: ResolvedIdentity | undefined;
  try {
    resolved = resolveIdentity(files, env, flags, name);
    return { resolved, profile: completeProfile(resolved) };
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    // Nothing else is a session that is used as it is.
    const isSession = error.code === "SourceIsSession" && resolved?.identity.kind === "others";
    return { ...(resolved && { resolved }), ...(!isSession && { error }) };
  }
}

const ourVariables = new Set(
  Object.entries(settingSpecs).flatMap(([name, { variables }]) =>
    name.endsWith("Suffix") ? [] : variables
  ),
);

/** Returns the environment without variables that make another profile of the one in the files. */
function withoutOurs(env: Environment): Environment {
  const isOurs = (name: string) => ourVariables.has(name);
  return {
    ...env,
    get: (name) => isOurs(name) ? undefined : env.get(name),
    has: (name) => !isOurs(name) && env.has(name),
    startingWith: (prefix) => env.startingWith(prefix),
  };
}

/**
 * Reports whether the error is none that keeps anybody from anything: a profile that nobody uses for
 * its credentials, or whose credentials another tool may have.
 *
 * @param hasOtherTool whether one is in use that gives profiles credentials no file mentions
 */
export function isTolerable(
  files: AwsFiles,
  { name, isManaged, isNamed, error }: Resolution,
  hasOtherTool: boolean,
): boolean {
  if (error === undefined || isManaged) return false;
  const [place] = error.places;
  const lacks = (...keys: readonly string[]) =>
    keys.every((key) => profileEntry(files, name, key) === undefined);
  if (error.code === "LongTermCredentialsMissing") {
    const isHalfKey = place?.kind === "file" && place.key?.startsWith("aws_") === true;
    return (hasOtherTool && !isHalfKey) ||
      (!isNamed && place === undefined && lacks("credential_process"));
  }
  return hasOtherTool && error.code === "InvalidSetting" && isRole(files, name) &&
    lacks("source_profile", "credential_source");
}
