/**
 * Resolves the section a session is written to.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { assertSectionName } from "../ini/names.ts";
import { withSuffix } from "./names.ts";
import { type Resolved, settingError } from "./origin.ts";
import { type ProfileFlags, Settings } from "./settings.ts";

/** Returns the target if nothing else is named. */
export function theProfileItself(name: string): Resolved<string> {
  return { value: name, origin: { kind: "convention", reason: "the profile itself" } };
}

/**
 * Returns the target section of a profile: the one named, else the profile with the short-term
 * suffix, else the profile itself.
 */
export function resolveTarget(settings: Settings, name: string): Resolved<string> {
  const named = settings.find("targetProfile");
  const suffix = settings.find("shortTermSuffix");
  return named ??
    (suffix === undefined
      ? theProfileItself(name)
      : { value: withSuffix(name, suffix.value), origin: suffix.origin });
}

/**
 * Refuses the name of a section that some SDK would not read back unchanged.
 *
 * @throws StsmfaError `InvalidSetting`, `Usage`
 */
export function checkTargetName(target: Resolved<string>): void {
  try {
    assertSectionName(target.value);
  } catch (error) {
    throw settingError(target, `${JSON.stringify(target.value)}: ${(error as Error).message}`);
  }
  if (target.value === "DEFAULT" || target.value === "__proto__") {
    throw settingError(
      target,
      `[${target.value}] cannot be a profile: some SDKs treat it specially`,
    );
  }
}

/** Returns the target section even of an invalid profile; `undefined` if it is itself invalid. */
export function targetSection(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  name: string,
): string | undefined {
  try {
    const target = resolveTarget(new Settings(files, env, flags, name), name);
    checkTargetName(target);
    return target.value;
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}
