/**
 * Advice on profiles that work: what would make them work in more places. Each is given once, for
 * all profiles that it is good for.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { withSuffix } from "../profile/names.ts";
import { isLongTerm, type KnownSource } from "../profile/source.ts";
import { checkAdoptable } from "../setup/role_profile.ts";
import { type Finding, locationOf, namesOf } from "./finding.ts";
import type { Resolution } from "./resolution.ts";
import { askedFor } from "./roles.ts";
import type { Setup } from "./setup.ts";

/**
 * Advises on roles whose code only a person at a terminal can give.
 *
 * @param told lines on which more than advice is given
 */
export function adoptionNotes(
  { files }: Setup,
  resolutions: readonly Resolution[],
  told: ReadonlySet<string>,
): Finding[] {
  const asking = resolutions.flatMap((each) => {
    const line = each.profile && askedFor(files, each);
    if (line === undefined || told.has(locationOf(line))) return [];
    return isAdoptable(files, each.name) ? [{ ...each, line }] : [];
  });
  const [first] = asking;
  if (first === undefined) return [];
  return [{
    level: "note",
    code: "AsksForCode",
    what: `tools that name ${
      namesOf(asking)
    } by name (Terraform, CDK, Serverless, boto3, IDEs) ask for a code each time, or fail`,
    where: locationOf(first.line),
    fix: `to let them get the session from stsmfa: ${
      withArguments("stsmfa init", [first.name], " --adopt")
    }`,
  }];
}

function isAdoptable(files: AwsFiles, name: string): boolean {
  try {
    checkAdoptable(files, name);
    return true;
  } catch (error) {
    if (error instanceof StsmfaError) return false;
    throw error;
  }
}

/**
 * Advises on access keys that stand where the session would go.
 *
 * @param usual the profile that stsmfa renews when none is named
 * @param told lines on which more than advice is given
 */
export function ownKeysNotes(
  { suffix, names }: Setup,
  resolutions: readonly Resolution[],
  { usual, told }: { readonly usual: string; readonly told: ReadonlySet<string> },
): Finding[] {
  const siblings = new Set(names.map((name) => withSuffix(name, suffix)));
  const isUsual = (name: string) => names.length === 0 && name === usual;
  const found = resolutions.flatMap((each) => {
    const { name, isNamed, resolved, profile } = each;
    const keys = profile && ownKeys(each);
    if (keys === undefined || siblings.has(name) || told.has(locationOf(keys))) return [];
    const hasDevice = resolved?.serialNumber?.origin.kind === "file";
    return hasDevice || isNamed || isUsual(name) ? [{ ...each, keys }] : [];
  });
  const [first] = found;
  if (first === undefined) return [];
  const them = found.length === 1 ? "the session" : "their sessions";
  return [{
    level: "note",
    code: "SourceIsTarget",
    what: `the access key of ${namesOf(found)} is where stsmfa has to write ${them}`,
    where: locationOf(first.keys),
    fix: `to move it to [${withSuffix(first.name, suffix)}]: ${
      withArguments("stsmfa init", [first.name], " --adopt")
    }`,
  }];
}

/** Returns the long-term keys in a profile's own section, if it is nothing but these. */
function ownKeys({ name, resolved }: Resolution): KnownSource | undefined {
  const { source, hops } = resolved!.chain;
  return isLongTerm(source) && hops.length === 0 && source.section === name ? source : undefined;
}
