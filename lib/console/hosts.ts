/**
 * Where the console is, and who signs people in there, in each partition.
 *
 * Source: https://docs.aws.amazon.com/general/latest/gr/signin-service.html;
 * https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { customEndpoint } from "../profile/custom_endpoint.ts";
import { describeOrigin, type Resolved, settingError } from "../profile/origin.ts";
import { type Partition, partitionOfRegion, realRegion } from "../profile/partition.ts";
import { sdkSwitch } from "../profile/sdk_setting.ts";
import type { ConsoleService } from "./services.ts";

interface Hosts {
  readonly console: string;
  readonly signIn: string;
  /** The region whose host has no region in its name. */
  readonly plainRegion?: string;
}

const hosts: Readonly<Record<string, Hosts>> = {
  "aws": { console: "console.aws.amazon.com", signIn: "signin.aws.amazon.com" },
  "aws-cn": {
    console: "console.amazonaws.cn",
    signIn: "signin.amazonaws.cn",
    plainRegion: "cn-north-1",
  },
  "aws-us-gov": {
    console: "console.amazonaws-us-gov.com",
    signIn: "signin.amazonaws-us-gov.com",
    plainRegion: "us-gov-west-1",
  },
  "aws-eusc": { console: "console.amazonaws-eusc.eu", signIn: "signin.amazonaws-eusc.eu" },
};

/** What a console is opened for. */
export interface ConsolePlace {
  /** The partition of the session. */
  readonly partition: Partition;
  /** The region that it is used in, if there is one. */
  readonly region: string | undefined;
}

/**
 * Returns the partition and region of a console: none for a pseudo region of a whole partition.
 *
 * @param region that the session is used in
 * @param partition of the profile, which its session is good for alone
 * @throws StsmfaError `InvalidSetting` for a region of another partition, and for one whose console
 * is not known
 */
export function consolePlace(region: string | undefined, partition: Partition): ConsolePlace {
  const real = region && realRegion(region);
  const ofRegion = real === undefined ? partition : partitionOfRegion(real);
  if (ofRegion.name !== partition.name) {
    throw new StsmfaError(
      "InvalidSetting",
      `the session is one of ${partition.name}, and the region ${real} is in ${ofRegion.name}`,
      { hint: `give a region of ${partition.name}: --region ${partition.homeRegion}` },
    );
  }
  if (hosts[partition.name] === undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `stsmfa does not know where ${partition.name} signs people in to its console`,
      { hint: "use the sign-in page of your organisation" },
    );
  }
  return { partition, region: real?.endsWith("-global") ? undefined : real };
}

/** Returns the URL that the browser ends up at. */
export function consoleUrl(
  { partition, region }: ConsolePlace,
  { path, isGlobal }: ConsoleService,
): string {
  const host = hosts[partition.name]!.console;
  const [place = "", ...fragment] = path.split("#");
  const hash = fragment.length === 0 ? "" : `#${fragment.join("#")}`;
  return region === undefined || isGlobal
    ? `https://${host}/${place}${hash}`
    : `https://${region}.${host}/${place}?region=${region}${hash}`;
}

/** The host that signs in, and what is known about it. */
export interface SignInHost extends Resolved<string> {
  /** Switches that do not concern it, if any are on. */
  readonly ignored: readonly string[];
}

/**
 * Finds where the federation endpoint is: the custom endpoint of the very service `signin`, else
 * AWS's own host of the region. That one has no FIPS or dual-stack name. It is sent a whole session,
 * where others are sent signatures: an endpoint for all services is not meant for that.
 *
 * @param isLogout whether it logs out first, which the host of us-east-1 alone does
 * @returns its URL without a final slash
 * @throws StsmfaError `InvalidSetting` for a custom endpoint that cannot be used; `Usage` if it
 * cannot log out
 */
export function signInHost(
  at: { readonly files: AwsFiles; readonly env: Environment; readonly profile: string },
  { partition, region }: ConsolePlace,
  isLogout: boolean,
): SignInHost {
  const switches = ["use_fips_endpoint", "use_dualstack_endpoint"]
    .flatMap((key) => sdkSwitch(at, key) ?? []).map(({ origin }) => describeOrigin(origin));
  if (isLogout && partition.name !== "aws") {
    throw new StsmfaError(
      "Usage",
      `--logout-first: stsmfa knows no logout host of ${partition.name}`,
      { hint: "log out in the browser", places: [{ kind: "flag", flag: "--logout-first" }] },
    );
  }
  const custom = customEndpoint(at, "signin", true);
  if (custom !== undefined) {
    const { protocol, hostname } = new URL(custom.value);
    if (protocol !== "https:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) {
      throw settingError(custom, "signing in sends the session itself: the URL has to be https");
    }
    return { value: custom.value.replace(/\/+$/, ""), origin: custom.origin, ignored: [] };
  }
  const { signIn, plainRegion } = hosts[partition.name]!;
  const named = isLogout ? "us-east-1" : region ?? partition.homeRegion;
  const host = named === plainRegion ? signIn : `${named}.${signIn}`;
  const reason = isLogout
    ? "the one that logs out"
    : region === undefined
    ? `home of ${partition.name}`
    : "regional endpoint";
  return { value: `https://${host}`, origin: { kind: "default", reason }, ignored: switches };
}
