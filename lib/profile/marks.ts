/**
 * Marks: variables in which `stsmfa use`, `exec` and `env` record whose session an environment has
 * and which variables they set beside the keys, so that none of these passes for a person's own
 * when another profile is resolved there. What has been changed since is the person's own.
 *
 * @module
 */

import type { Environment } from "../context.ts";

/** The profile whose session it is. */
export const profileMark = "STSMFA_PROFILE";

/** The id of the access key, which is no secret. */
export const keyMark = "STSMFA_SET_KEY";

/** The variable by which most prompts show whose session a shell has, and which no SDK reads. */
export const promptMark = "AWS_VAULT";

/** Returns {@link promptMark} if a session in this environment has set it, and not aws-vault. */
export function promptMarkOf(env: Environment): string[] {
  const hasSession = env.get(keyMark) !== undefined ||
    isMarked(wholeEnvironment(env), serverVariable);
  const profile = hasSession ? env.get(profileMark) : undefined;
  return profile !== undefined && env.get(promptMark) === profile ? [promptMark] : [];
}

/** Returns what to set for a program that may be aws-vault, which would not run under that mark. */
export function withoutPromptMark(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(promptMarkOf(env).map((name) => [name, ""]));
}

/** The variables of the region, the stronger first. */
export const regionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;

/** One of {@link regionVariables}. */
export type RegionVariable = (typeof regionVariables)[number];

/** The variable by which a program asks a server for its session, as `exec --serve` sets it. */
export const serverVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/** The prefix of marks that hold what a variable was set to. */
export const setPrefix = "STSMFA_SET_";

/** Returns the mark that holds what a variable was set to. */
export function markOf(variable: string): string {
  return setPrefix + variable.replace(/^AWS_/, "");
}

/** Returns the variable that holds the region a person had when another one was set. */
export function formerRegionMark(variable: RegionVariable): string {
  return variable.replace(/^AWS/, "STSMFA_WAS");
}

/** Reports whether a variable has the value that its mark says. */
export function isMarked(env: Environment, variable: string): boolean {
  const mark = markOf(variable);
  return env.has(mark) && env.has(variable) && env.get(mark) === env.get(variable);
}

/** Returns the region that a person has set in a variable, or had set before stsmfa did. */
export function personsRegion(env: Environment, variable: RegionVariable): string | undefined {
  return env.get(isMarked(env, variable) ? formerRegionMark(variable) : variable);
}

/**
 * Returns the region in a variable as it counts for a profile: not one that was set for the session
 * of another, but what the person had before.
 */
export function ownRegion(
  env: Environment,
  variable: RegionVariable,
  profile: string,
): string | undefined {
  const value = env.get(variable);
  const isOfProfile = value !== undefined && env.get(profileMark) === profile && !isNoRegion(value);
  return (isOfProfile ? value : personsRegion(env, variable))?.trim() || undefined;
}

/**
 * Returns the region that SDKs take for none: they know it, it is where services without regions
 * are, and others have no host there.
 */
export function noRegionOf(partition: string): string {
  return `${partition}-global`;
}

/** Reports whether a region is one of {@link noRegionOf}. */
export function isNoRegion(region: string): boolean {
  return region.endsWith("-global");
}

function isRegionVariable(variable: string): variable is RegionVariable {
  return (regionVariables as readonly string[]).includes(variable);
}

/** Holds the path of the config file that a person had in AWS_CONFIG_FILE before `exec --serve`. */
export const formerConfigMark = "STSMFA_WAS_CONFIG_FILE";

/** No variable has this name. */
const nowhere = "STSMFA_NOWHERE";

const wholeEnvironments = new WeakMap<Environment, Environment>();

/**
 * Returns the environment as the person has made it: without the settings of SDKs that were set for
 * a session, such as its profile's endpoints, which must not become another profile's. The region
 * stays; see {@link ownRegion}.
 */
export function ownEnvironment(env: Environment): Environment {
  const isOthers = (name: string) =>
    /^(AWS|BOTOCORE)_/.test(name) && !isRegionVariable(name) && isMarked(env, name);
  /** Returns the variable that has what the person had; most have none. */
  const placeOf = (name: string) =>
    !isOthers(name) ? name : name === "AWS_CONFIG_FILE" ? formerConfigMark : nowhere;
  const own: Environment = {
    ...env,
    get: (name) => env.get(placeOf(name)),
    has: (name) => env.has(placeOf(name)),
    ...(env.homeOf && { homeOf: (user) => env.homeOf!(user) }),
    startingWith: (prefix) =>
      Object.fromEntries(
        Object.entries(env.startingWith(prefix)).filter(([name]) => !isOthers(name)),
      ),
  };
  wholeEnvironments.set(own, env);
  return own;
}

/** Returns the environment as it is, given what {@link ownEnvironment} has returned. */
export function wholeEnvironment(env: Environment): Environment {
  return wholeEnvironments.get(env) ?? env;
}
