/**
 * Asks STS for the time, without a signature, to learn whether it can be reached and how far this
 * machine's clock is off.
 *
 * @module
 */

import { answerDate } from "../aws/answer.ts";
import { readCaBundle } from "../aws/ca_bundle.ts";
import { hostOf } from "../aws/failed_call.ts";
import { networkError } from "../aws/network_errors.ts";
import { profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context, Environment } from "../context.ts";
import { Secret } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { patiently } from "../files/patience.ts";
import { setCommand, unsetCommand } from "../hint_words.ts";
import { type Endpoints, resolveEndpoints } from "../profile/endpoint.ts";
import { describeOrigin, fromFile, type Resolved } from "../profile/origin.ts";
import { isRegion, partitionOfRegion } from "../profile/partition.ts";
import { type Finding, findingOf } from "./finding.ts";

type Way = Pick<Endpoints, "sts" | "caBundle">;

/** Finds CA bundles that can't be used. */
export async function certificateFindings(
  context: Context,
  ways: readonly Way[],
): Promise<Finding[]> {
  const bundles = new Map(
    ways.flatMap(({ caBundle }) => caBundle === undefined ? [] : [[caBundle.value, caBundle]]),
  );
  const findings = await Promise.all(
    [...bundles.values()].map(async ({ value, origin }) => {
      try {
        await readCaBundle(context, value);
        return [];
      } catch (error) {
        const fix = origin.kind === "variable"
          ? `correct the path, or: ${unsetCommand(context.env, origin.variable)}`
          : "correct the path, or remove the line";
        return [{ ...findingOf(error, describeOrigin(origin)), fix }];
      }
    }),
  );
  return findings.flat();
}

/** Finds settings of endpoints that cannot be followed, each once. */
export function endpointFindings(
  { env }: Context,
  files: AwsFiles,
  profiles: readonly string[],
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const name of profiles) {
    const set = profileValue(files, name, "region");
    const region = set !== undefined && isRegion(set.value) ? fromFile(set) : usualRegion(env);
    try {
      resolveEndpoints(files, env, name, region);
    } catch (error) {
      const finding = findingOf(error, `profile ${name}`);
      if (!findings.has(finding.what)) findings.set(finding.what, finding);
    }
  }
  return [...findings.values()];
}

/** Returns the region of the variables, else the default one. */
export function usualRegion(env: Environment): Resolved<string> {
  const variable = ["AWS_REGION", "AWS_DEFAULT_REGION"].find((each) =>
    isRegion(env.get(each) ?? "")
  );
  if (variable !== undefined) {
    return { value: env.get(variable)!, origin: { kind: "variable", variable } };
  }
  return {
    value: partitionOfRegion("").homeRegion,
    origin: { kind: "default", reason: "default" },
  };
}

const proxyVariables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** Returns the proxy for HTTPS, and its variable. */
function proxyOf({ env }: Context): { variable: string; url: URL | undefined } | undefined {
  const variable = proxyVariables.find((name) => env.get(name) !== undefined);
  if (variable === undefined) return undefined;
  const value = env.get(variable)!;
  const text = value.includes("://") ? value : `http://${value}`;
  return { variable, url: URL.canParse(text) ? new URL(text) : undefined };
}

/** Finds a proxy setting that is not a URL. */
export function proxyFindings(context: Context): Finding[] {
  const proxy = proxyOf(context);
  if (proxy === undefined || proxy.url !== undefined) return [];
  return [{
    level: "problem",
    code: "InvalidSetting",
    what: "it is not the URL of a proxy",
    where: `variable ${proxy.variable}`,
    fix: `${setCommand(context.env, proxy.variable, "http://HOST:PORT")}, or: ${
      unsetCommand(context.env, proxy.variable)
    }`,
  }];
}

/** Nobody waits longer to learn that there is no network. */
const seconds = 10;

/** Checks that each STS endpoint answers, and the clock by the first answer. */
export async function networkFindings(
  context: Context,
  ways: readonly Way[],
): Promise<Finding[]> {
  const distinct = new Map(ways.map((way) => [`${way.sts.value} ${way.caBundle?.value}`, way]));
  const answers = await Promise.all([...distinct.values()].map((way) => ask(context, way)));
  const skews = answers.flatMap(({ skewSeconds }) => skewSeconds ?? []);
  return [
    ...answers.flatMap(({ finding }) => finding ?? []),
    ...(skews[0] === undefined ? [] : clockFindings(context, skews[0])),
  ];
}

async function ask(
  context: Context,
  { sts: { value: endpoint }, caBundle }: Way,
): Promise<{ finding?: Finding; skewSeconds?: number }> {
  let caCerts: readonly string[] | undefined;
  try {
    caCerts = await readCaBundle(context, caBundle?.value);
  } catch {
    // Already reported; without it the connection to AWS cannot be checked.
    return {};
  }
  const deadline = context.clock.deadline(seconds * 1000);
  const before = context.clock.now().getTime();
  try {
    const asked = () =>
      context.fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "Action=GetCallerIdentity&Version=2011-06-15",
        signal: AbortSignal.any([context.signal, deadline.signal]),
        caCerts,
      });
    const response = await patiently(context, hostOf(endpoint), seconds, asked);
    const { status, headers } = response;
    await response.body?.cancel();
    if (headers.get("x-amzn-requestid") === null) {
      return { finding: stranger(context, endpoint, status) };
    }
    if (status >= 500) return { finding: ill(endpoint, status) };
    const here = (before + context.clock.now().getTime()) / 2;
    const there = answerDate(headers);
    return there === undefined ? {} : { skewSeconds: Math.round((here - there.getTime()) / 1000) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { finding: unreachable(context, endpoint, error, deadline.signal.aborted) };
  } finally {
    deadline.cancel();
  }
}

/** Names the proxy, if there is one. */
function throughProxy(context: Context): string {
  const proxy = proxyOf(context);
  return proxy?.url === undefined ? "" : ` (through ${proxy.variable}, ${proxy.url.host})`;
}

function unreachable(
  context: Context,
  endpoint: string,
  error: unknown,
  timedOut: boolean,
): Finding {
  const { username = "", password = "" } = proxyOf(context)?.url ?? {};
  const secrets = [username, password].filter((each) => each !== "").map((each) =>
    new Secret(each)
  );
  const call = { action: "a request for the time", endpoint, secrets, timedOut };
  const finding = findingOf(networkError(error, call), endpoint);
  return { ...finding, what: finding.what + throughProxy(context) };
}

function stranger(context: Context, endpoint: string, status: number): Finding {
  return {
    level: "problem",
    code: "NetworkUnreachable",
    what: `the answer from ${hostOf(endpoint)} (HTTP ${status}) is not from AWS${
      throughProxy(context)
    }`,
    where: endpoint,
    fix: "sign in to the network, or check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL",
  };
}

function ill(endpoint: string, status: number): Finding {
  return {
    level: "problem",
    code: "ServiceUnavailable",
    what: `${hostOf(endpoint)} answers with HTTP ${status}`,
    where: endpoint,
    fix: "try again in a minute",
  };
}

/** STS refuses signatures that are fifteen minutes off, other services those that are five off. */
const consequences = [
  { seconds: 900, level: "problem", words: ", and AWS refuses what it signs" },
  { seconds: 300, level: "problem", words: ", and some services of AWS refuse what it signs" },
  { seconds: 60, level: "warning", words: "" },
] as const;

function clockFindings({ os }: Context, skewSeconds: number): Finding[] {
  const off = Math.abs(skewSeconds);
  const consequence = consequences.find((each) => off >= each.seconds);
  if (consequence === undefined) return [];
  const direction = skewSeconds > 0 ? "ahead of" : "behind";
  return [{
    level: consequence.level,
    code: "ClockSkew",
    what: `this machine's clock is ${formatDuration(off)} ${direction} AWS's${consequence.words}`,
    where: "clock",
    fix: os === "windows"
      ? "w32tm /resync"
      : "on Linux: sudo timedatectl set-ntp true; on macOS: sudo sntp -sS time.apple.com",
  }];
}
