/**
 * Finds rotations of access keys that are not finished.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { withArguments } from "../hint_words.ts";
import { type KeyPlace, keyPlaces } from "../keys/places.ts";
import { type Rotation, rotationsOf } from "../keys/rotation_journal.ts";
import { nextKeyBeside } from "../keys/rotation_places.ts";
import { type Finding, findingOf, locationOf } from "./finding.ts";

/**
 * Returns what rotations have left.
 *
 * @param names the profiles whose keys are looked at; all if `undefined`
 */
export async function rotationFindings(
  context: Context,
  files: AwsFiles,
  names: readonly string[] | undefined,
): Promise<Finding[]> {
  const places = keyPlaces(files).filter(({ profile }) => names?.includes(profile) ?? true);
  return (await Promise.all(places.map((place) => ofPlace(context, files, place)))).flat();
}

async function ofPlace(context: Context, files: AwsFiles, place: KeyPlace): Promise<Finding[]> {
  const { profile, file, header, accessKeyId } = place;
  const at = { where: locationOf(place), section: { file, name: header } };
  const rotate = (flags = "") => withArguments("stsmfa keys rotate", [profile], flags);
  let begun: Rotation[];
  try {
    begun = await rotationsOf(context, accessKeyId);
  } catch (error) {
    return [{ ...findingOf(error, at.where, "warning"), section: at.section }];
  }
  const left = begun.find(({ isOldLeft }) => isOldLeft);
  const isOpen = begun.some(({ isOldLeft }) => !isOldLeft) ||
    nextKeyBeside(files, place) !== undefined;
  return [
    ...(isOpen
      ? [{
        level: "warning" as const,
        code: "UnfinishedRotation",
        what: `a rotation of the access key of ${profile} is not finished`,
        fix: `go on with it: ${rotate()}`,
        ...at,
      }]
      : []),
    ...(left === undefined ? [] : [{
      level: "note" as const,
      code: "OldKeyLeft",
      what: `the old key ${left.oldKeyId}, replaced by ${accessKeyId}, is inactive but not deleted`,
      fix: `if nobody needs it: ${rotate(" --finish")}`,
      ...at,
    }]),
  ];
}
