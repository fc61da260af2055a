/**
 * What `stsmfa keys rotate` would do, and the permissions that it needs.
 *
 * @module
 */

import { rotationActions } from "../aws/iam.ts";
import type { CommandResult } from "../cli/command.ts";
import type { Environment } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { ExitStatus } from "../errors.ts";
import type { KeyPlace } from "../keys/places.ts";
import type { Rotation } from "../keys/rotation_journal.ts";
import { withTilde } from "../path.ts";
import { type Line, line } from "../screen.ts";

/** What a plan is made of. */
export interface PlannedRotation {
  readonly place: KeyPlace;
  /** Other sections with the same key. */
  readonly beside: readonly KeyPlace[];
  readonly begun: readonly Rotation[];
  /** The new key that stands beside it. */
  readonly next: LongTermCredentials | undefined;
  /** Whether a kept session makes a code unnecessary. */
  readonly isProved: boolean;
  readonly keepOld: boolean;
  readonly deleteInactive: boolean;
}

/** A rotation that is not finished, as `--json` shows it. */
interface Begun {
  readonly oldAccessKeyId: string;
  readonly newAccessKeyId: string | null;
}

/** Returns the plan; nothing was asked or sent for it. */
export function rotationPlan(env: Environment, planned: PlannedRotation): CommandResult {
  const { place, beside, isProved, keepOld } = planned;
  const begun = unfinished(planned);
  const { profile, accessKeyId, store, path } = place;
  return {
    json: {
      profile,
      accessKeyId,
      store,
      path,
      line: place.line,
      status: "planned",
      needsCode: !isProved,
      unfinished: begun,
      otherSections: beside.map(({ header, path, line }) => ({ section: header, path, line })),
      oldKey: keepOld ? "inactive" : "deleted",
      permissions: rotationActions,
    },
    human: () => planLines(env, planned),
    isAnswer: true,
    exitStatus: ExitStatus.Ok,
  };
}

/** Returns what has begun; the lines beside the key tell of it, too. */
function unfinished({ place, begun, next }: PlannedRotation): Begun[] {
  const noted = begun.map(({ oldKeyId, newKeyId }) => ({
    oldAccessKeyId: oldKeyId,
    newAccessKeyId: newKeyId ?? next?.accessKeyId ?? null,
  }));
  if (next === undefined || noted.length > 0) return noted;
  return [{ oldAccessKeyId: place.accessKeyId, newAccessKeyId: next.accessKeyId }];
}

function planLines(env: Environment, planned: PlannedRotation): Line[] {
  const { place, beside, isProved, keepOld, deleteInactive } = planned;
  const { profile, accessKeyId, store, path } = place;
  const where = store === "file" ? `${path}: line ${place.line}` : `the key store (${store})`;
  const steps = [
    ...unfinished(planned).map(({ oldAccessKeyId, newAccessKeyId }) =>
      `finish or undo the rotation of ${oldAccessKeyId} that was begun${
        newAccessKeyId === null ? "" : ` (the new key is ${newAccessKeyId})`
      }`
    ),
    isProved ? "use the MFA session that is kept: no code" : "ask for one MFA code",
    ...(deleteInactive
      ? [
        "check that the user has no other active key; create a new one",
        "if AWS allows that but has no room, delete the inactive key and create the new one",
      ]
      : ["check that the user has no other key; create a new one"]),
    store === "file"
      ? `write it beside the old one in ${path}, and read it back`
      : `put it into the key store (${store}), and read it back`,
    "try it until AWS accepts it, up to 60 s",
    `replace the old one with it in [${place.header}]`,
    ...beside.map(({ header, path, line }) => `and in [${header}] (${path}: line ${line})`),
    "make the old key inactive, and try the new one again",
    keepOld ? "leave the old key inactive" : "delete the old key",
  ];
  return [
    line`${profile}  ${accessKeyId}, in ${withTilde(env, where)}`,
    ...steps.map((step, at) => line`  ${at + 1}. ${withTilde(env, step)}`),
    `needs: ${rotationActions.join(", ")}`,
  ];
}

/** Returns the policy that a user needs to rotate keys with MFA, as IAM takes it. */
export function rotationPolicy(partition: string): CommandResult {
  const resource = (path: string) => `arn:${partition}:iam::*:user/${path}\${aws:username}`;
  const policy = {
    Version: "2012-10-17",
    Statement: [{
      Sid: "RotateOwnAccessKeysWithMfa",
      Effect: "Allow",
      Action: rotationActions,
      Resource: [resource(""), resource("*/")],
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    }],
  };
  return {
    json: policy,
    data: `${JSON.stringify(policy, null, 2)}\n`,
    exitStatus: ExitStatus.Ok,
  };
}
