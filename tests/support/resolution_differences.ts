/**
 * Compares two resolutions of one profile.
 *
 * @module
 */

import { type Base, type Hop, isRefused, type Resolution, type Resolved } from "./resolution.ts";

/** What differs: the name of a value, or that only one of them is refused. */
export type Difference =
  | "refused"
  | "accepted"
  | "roles"
  | "region"
  | `base.${keyof Base}`
  | `role.${keyof Hop}`;

const baseKeys = [
  "kind",
  "section",
  "accessKeyId",
  "command",
  "roleArn",
  "tokenFile",
  "roleSessionName",
  "startUrl",
  "ssoRegion",
  "accountId",
  "roleName",
  "ssoSession",
  "loginSession",
] as const satisfies readonly (keyof Base)[];
const hopKeys = [
  "section",
  "roleSessionName",
  "externalId",
  "serialNumber",
  "durationSeconds",
] as const satisfies readonly (keyof Hop)[];

/** Returns in what a resolution is not as expected; nothing if it is the same. */
export function differences(expected: Resolution, actual: Resolution): Difference[] {
  if (isRefused(expected) || isRefused(actual)) {
    if (isRefused(expected) && isRefused(actual)) return [];
    return [isRefused(expected) ? "accepted" : "refused"];
  }
  const found = new Set<Difference>();
  for (const key of baseKeys) {
    // Which keys are in the variables is known when they are taken from there.
    if (key === "accessKeyId" && expected.base.kind === "environment") continue;
    if (expected.base[key] !== actual.base[key]) found.add(`base.${key}`);
  }
  const arns = (roles: readonly Hop[]) => roles.map((role) => role.roleArn).join(" ");
  if (arns(expected.roles) !== arns(actual.roles)) found.add("roles");
  else {
    expected.roles.forEach((role, at) => {
      for (const key of hopKeys) if (role[key] !== actual.roles[at]![key]) found.add(`role.${key}`);
    });
  }
  if (regionOf(expected) !== regionOf(actual)) found.add("region");
  return [...found];
}

/** Returns the region in which requests are signed. */
function regionOf({ region, roles }: Resolved): string {
  if (region !== null) return region;
  // Without one, AWS's tools ask the one host of the partition, which is this region's.
  const isInChina = roles.some((each) => each.roleArn.startsWith("arn:aws-cn:"));
  return isInChina ? "cn-north-1" : "us-east-1";
}
