/**
 * Credentials of the instance that we run on: `credential_source = Ec2InstanceMetadata`.
 *
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 *
 * @module
 */

import { hostOf } from "../aws/failed_call.ts";
import { profileValue } from "../aws_files/profile_sections.ts";
import type { Context } from "../context.ts";
import { type ProvidedCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { patiently } from "../files/patience.ts";
import { unsetCommand } from "../hint_words.ts";
import type { NamedSource } from "../profile/others_source.ts";
import { givenCredentials, type GivenNames } from "./given_credentials.ts";
import {
  askLocally,
  type LocalAnswer,
  type LocalRequest,
  mostSeconds,
  objectOf,
  refused,
} from "./local_server.ts";
import { settingName, type SourceOptions } from "./options.ts";

type Options = Pick<SourceOptions, "files" | "profile">;

/**
 * Checks what can be known before the instance is asked.
 *
 * @throws StsmfaError `InvalidSetting`
 */
export function checkInstance(context: Context, source: NamedSource, options: Options): void {
  baseUrl(context, source, options);
  numberOf(context, source, options, "timeout");
  numberOf(context, source, options, "num_attempts");
}

const names: GivenNames = {
  accessKeyId: "AccessKeyId",
  secretAccessKey: "SecretAccessKey",
  sessionToken: "Token",
  expiration: "Expiration",
  accountId: "AccountId",
};

const rolePath = "latest/meta-data/iam/security-credentials/";

/**
 * Asks the instance for the credentials of its role. Needs the permission net.
 *
 * @throws StsmfaError what {@link checkInstance} throws; `RequestRefused`, `SessionExpired`, and if
 * this is no instance
 */
export async function instanceCredentials(
  context: Context,
  source: NamedSource,
  options: Options,
): Promise<ProvidedCredentials> {
  const base = baseUrl(context, source, options);
  const limits = {
    seconds: numberOf(context, source, options, "timeout"),
    attempts: numberOf(context, source, options, "num_attempts"),
  };
  // A token, the role's name and its credentials.
  return await patiently(
    context,
    hostOf(base),
    mostSeconds(limits, 3),
    () => credentialsFrom(context, base, limits, source, options),
  );
}

async function credentialsFrom(
  context: Context,
  base: string,
  limits: Pick<LocalRequest, "seconds" | "attempts">,
  source: NamedSource,
  options: Options,
): Promise<ProvidedCredentials> {
  const setting = settingName(source.origin, source.section);
  const ask = (
    method: "GET" | "PUT",
    path: string,
    action: string,
    headers: Readonly<Record<string, string>>,
    secrets: readonly Secret[],
  ): LocalRequest => ({
    method,
    url: base + path,
    headers,
    ...limits,
    secrets,
    action,
    setting,
    hint: "it works on an EC2 instance with a role; in a container there, its hop limit must be 2",
  });
  const token = await metadataToken(
    context,
    source,
    options,
    (headers) => ask("PUT", "latest/api/token", "token", headers, []),
  );
  const secrets = token === undefined ? [] : [token];
  const headers = token && { "x-aws-ec2-metadata-token": token.reveal() };
  const get = async (path: string, action: string) => {
    const request = ask("GET", path, action, headers ?? {}, secrets);
    const answer = await askLocally(context, request);
    if (answer.status !== 200) throw refused(request, answer);
    return { request, text: answer.text };
  };
  const { request: asked, text } = await get(rolePath, "role");
  const role = text.trim();
  if (!/^[\w+=,.@-]{1,128}$/.test(role)) throw refused(asked, { status: 200, text: "" });
  const { request, text: answer } = await get(`${rolePath}${role}`, "credentials");
  const values = objectOf(request, answer);
  const { Code, Message } = values;
  if (typeof Code === "string" && Code !== "Success") {
    throw refused(request, { status: 200, text: JSON.stringify({ message: Message }) });
  }
  return givenCredentials(values, names, context.clock.now(), (problem, code) =>
    new StsmfaError(
      code === "SessionExpired" ? code : "ServiceUnavailable",
      `${setting}: the credentials of the instance cannot be used: ${problem}`,
      { hint: request.hint },
    ), true);
}

/** Returns the token of the second version of the service; `undefined` for the first one. */
async function metadataToken(
  context: Context,
  source: NamedSource,
  options: Options,
  ask: (headers: Readonly<Record<string, string>>) => LocalRequest,
): Promise<Secret | undefined> {
  const request = ask({ "x-aws-ec2-metadata-token-ttl-seconds": "21600" });
  let answer: LocalAnswer | undefined;
  let problem: StsmfaError | undefined;
  try {
    answer = await askLocally(context, request);
  } catch (error) {
    // From within a container the answer may not arrive, though the first version's does.
    const isSilent = error instanceof StsmfaError && error.code === "NetworkTimeout";
    if (!isSilent) throw error;
    problem = error;
  }
  if (answer?.status === 200) {
    if (/^[!-~]{1,1024}$/.test(answer.text)) return new Secret(answer.text);
    throw refused(request, { status: 200, text: "" }, "ServiceUnavailable");
  }
  const isOld = answer === undefined || [403, 404, 405].includes(answer.status);
  const isOldForbidden = setting(context, source, options, "V1_DISABLED", "v1_disabled")
    ?.toLowerCase() === "true";
  if (isOld && !isOldForbidden) return undefined;
  throw problem ?? refused(request, answer!);
}

function baseUrl(context: Context, source: NamedSource, options: Options): string {
  const name = settingName(source.origin, source.section);
  const problem = (what: string, hint?: string) =>
    new StsmfaError("InvalidSetting", `${name}: ${what}`, { hint });
  if (context.env.get("AWS_EC2_METADATA_DISABLED")?.toLowerCase() === "true") {
    throw problem(
      "AWS_EC2_METADATA_DISABLED forbids to ask the instance",
      `${unsetCommand(context.env, "AWS_EC2_METADATA_DISABLED")}, or name another source`,
    );
  }
  const custom = setting(context, source, options, "SERVICE_ENDPOINT", "service_endpoint");
  if (custom !== undefined) {
    const url = URL.canParse(custom) ? new URL(custom) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
      throw problem("the endpoint of the metadata service is not an http or https URL");
    }
    return custom.endsWith("/") ? custom : `${custom}/`;
  }
  const mode = setting(context, source, options, "SERVICE_ENDPOINT_MODE", "service_endpoint_mode")
    ?.toLowerCase();
  if (mode !== undefined && mode !== "ipv4" && mode !== "ipv6") {
    throw problem(`the mode of the metadata service is ${mode}, not IPv4 or IPv6`);
  }
  const imds = context.env.get("AWS_IMDS_USE_IPV6") ??
    profileValue(options.files, options.profile ?? source.section, "imds_use_ipv6")?.value;
  const isIpv6 = mode === undefined ? imds?.toLowerCase() === "true" : mode === "ipv6";
  return isIpv6 ? "http://[fd00:ec2::254]/" : "http://169.254.169.254/";
}

/** Returns how long one attempt may take, or how many there are; both are 1 by default. */
function numberOf(
  { env }: Context,
  { section, origin }: NamedSource,
  { files, profile = section }: Options,
  name: "timeout" | "num_attempts",
): number {
  const key = `metadata_service_${name}`;
  const text = env.get(`AWS_${key.toUpperCase()}`) ?? profileValue(files, profile, key)?.value ??
    "1";
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new StsmfaError(
    "InvalidSetting",
    `${settingName(origin, section)}: ${key} is not a number from 1 to 99`,
  );
}

/** Returns a setting of the metadata service: the variable's, else the profile's. */
function setting(
  { env }: Context,
  { section }: NamedSource,
  { files, profile = section }: Options,
  variable: string,
  key: string,
): string | undefined {
  return env.get(`AWS_EC2_METADATA_${variable}`) ??
    profileValue(files, profile, `ec2_metadata_${key}`)?.value;
}
