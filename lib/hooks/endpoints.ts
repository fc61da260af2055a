/**
 * The endpoints that a hook may ask: `{endpoint:ecr}` among its hosts is the one that the profile's
 * sessions are used with, which files, variables and the region decide.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import type { HookEndpoint, HookPermissions } from "../hook.ts";
import { type Service, services } from "../profile/aws_host.ts";
import { resolveEndpoint } from "../profile/endpoint.ts";
import type { Resolved } from "../profile/origin.ts";
import type { Profile } from "../profile/profile.ts";
import { regionOfUse } from "../profile/region.ts";

/** By the names in `{endpoint:NAME}`. */
export type HookEndpoints = Readonly<Record<string, HookEndpoint>>;

/** The public registry's service is only there. */
const publicRegion: Resolved<string> = {
  value: "us-east-1",
  origin: { kind: "convention", reason: "the region of public registries" },
};

/**
 * Resolves the endpoints that a scope names.
 *
 * @throws StsmfaError `InvalidSetting`, `Usage` for a setting that cannot be followed
 */
export function hookEndpoints(
  files: AwsFiles,
  env: Environment,
  profile: Pick<Profile, "name" | "region" | "origins">,
  { net }: Pick<Required<HookPermissions>, "net">,
): HookEndpoints {
  const { name } = profile;
  const own = regionOfUse(files, env, profile);
  const found = net.flatMap((word) => {
    const wanted = endpointIn(word);
    if (wanted === undefined) return [];
    const { service, isFips } = wanted;
    const asked = service === "ecr-public" ? publicRegion : own;
    const { value: url, signingRegion } = resolveEndpoint(files, env, name, service, asked, {
      isFips,
    });
    return [[wanted.word, { url, signingRegion }] as const];
  });
  return Object.fromEntries(found);
}

/**
 * Returns what `{endpoint:NAME}` asks for: a service, or one with `-fips` behind it, which is its
 * FIPS endpoint unless a custom one is set.
 */
export function endpointIn(
  word: string,
): { readonly word: string; readonly service: Service; readonly isFips: boolean } | undefined {
  const inside = /^\{endpoint:([\w-]+)\}$/.exec(word)?.[1];
  if (inside === undefined) return undefined;
  const plain = inside.replace(/-fips$/, "");
  const service = services.find((each) => each === plain);
  return service && { word: inside, service, isFips: plain !== inside };
}
