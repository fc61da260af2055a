/**
 * Which profiles a command is for.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";

/**
 * Returns the profile to use if none is named: STSMFA_PROFILE, AWS_PROFILE, AWS_DEFAULT_PROFILE,
 * else default.
 */
export function usualProfile(env: Environment): string {
  return env.get("STSMFA_PROFILE") ?? env.get("AWS_PROFILE") ?? env.get("AWS_DEFAULT_PROFILE") ??
    "default";
}

/**
 * Returns the profiles that arguments or `--profile` name, each once; none if nothing is named.
 *
 * @throws StsmfaError `Usage` if both are given, or for an empty name, such as a quoted unset
 * variable
 */
export function namedProfiles(
  { profile }: { readonly profile?: string },
  positionals: readonly string[],
): string[] {
  if (profile === "" || positionals.includes("")) {
    throw new StsmfaError("Usage", "the profile name is empty");
  }
  if (profile === undefined) return [...new Set(positionals)];
  if (positionals.length === 0) return [profile];
  throw new StsmfaError(
    "Usage",
    `two profiles are named: ${positionals[0]} and --profile ${profile}`,
  );
}

/** Reports whether a profile is named, so that variables do not say which one it is. */
export function isNamed(
  flags: { readonly profile?: string },
  positionals: readonly string[],
): boolean {
  return namedProfiles(flags, positionals).length > 0;
}

/**
 * Returns the one profile of a command: the named one, else the usual one.
 *
 * @throws StsmfaError `Usage` if more than one is named
 */
export function oneProfile(
  env: Environment,
  flags: { readonly profile?: string },
  positionals: readonly string[],
): string {
  const [name = usualProfile(env), ...more] = namedProfiles(flags, positionals);
  if (more.length === 0) return name;
  throw new StsmfaError("Usage", `one profile at a time, not ${more.length + 1}`);
}
