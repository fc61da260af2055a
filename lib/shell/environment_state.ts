/**
 * The session that an environment has.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { isMarked, isNoRegion, keyMark, profileMark, serverVariable } from "../profile/marks.ts";

/** The session in an environment. */
export interface EnvironmentState {
  /** The profile, if stsmfa set it. */
  readonly profile: string | undefined;
  readonly accessKeyId: string | undefined;
  /** As written in the variable. */
  readonly expiration: string | undefined;
  readonly region: string | undefined;
  /** Whether programs ask a server of `exec --serve` for it, and no keys are set. */
  readonly isServed: boolean;
}

/**
 * Reads the session in an environment.
 *
 * @param env as it is, with the marks
 */
export function environmentState(env: Environment): EnvironmentState {
  const accessKeyId = env.get("AWS_ACCESS_KEY_ID");
  const isOurs = accessKeyId !== undefined && env.get(keyMark) === accessKeyId;
  const isServed = accessKeyId === undefined && isMarked(env, serverVariable);
  const region = env.get("AWS_REGION") ?? env.get("AWS_DEFAULT_REGION");
  return {
    isServed,
    profile: isOurs || isServed ? env.get(profileMark) : undefined,
    accessKeyId,
    expiration: env.get("AWS_CREDENTIAL_EXPIRATION"),
    region: region !== undefined && isNoRegion(region) ? undefined : region,
  };
}
