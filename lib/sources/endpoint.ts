/**
 * Where IAM Identity Center and AWS's sign-in are. Pure.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { resolveEndpoint } from "../profile/endpoint.ts";

/** A service that people sign in with. */
export type SignInService = "sso" | "sso-oidc" | "signin";

/**
 * Returns the URL of a service in a region, without a final slash.
 *
 * @param profile the profile that is used: its settings count, not the source's
 * @throws StsmfaError `InvalidSetting` for a setting that cannot be followed
 */
export function signInEndpoint(
  files: AwsFiles,
  env: Environment,
  profile: string,
  service: SignInService,
  region: string,
): string {
  const origin = { kind: "convention", reason: "the region of the sign-in" } as const;
  const { value } = resolveEndpoint(files, env, profile, service, { value: region, origin });
  return value.replace(/\/+$/, "");
}
