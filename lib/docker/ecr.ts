/**
 * Amazon ECR's registries and how to sign in to them: host names, the request for a password, and
 * AWS's answer. Pure.
 *
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 *
 * @module
 */

import { answerJson, UnusableAnswer } from "../aws/answer.ts";
import { partitionOfRegion, realRegion } from "../profile/partition.ts";

/** A registry of Amazon ECR. One password works for all registries of a region. */
export interface Registry {
  /** As in an image's name. */
  readonly host: string;
  /** The account that owns it; `undefined` for the public one. */
  readonly accountId: string | undefined;
  /** The region whose API gives its password. */
  readonly region: string;
  /** ECR, or the service of the public registry. */
  readonly service: "ecr" | "ecr-public";
  /** Whether its name asks for FIPS, which then counts for its password, too. */
  readonly isFips: boolean;
}

const privateHost = new RegExp(
  "^(\\d{12})\\.dkr[.-]ecr(-fips)?\\.([a-z0-9][a-z0-9-]*)\\.(amazonaws\\.com(?:\\.cn)?|amazonaws\\.eu|" +
    "on\\.aws|on\\.amazonwebservices\\.com\\.cn|sc2s\\.sgov\\.gov|c2s\\.ic\\.gov|cloud\\.adc-e\\.uk|csp\\.hci\\.ic\\.gov)$",
);

/** What the names of dual-stack registries end with, by what others in the partition end with. */
const dualStackSuffixes: Readonly<Record<string, string>> = {
  "amazonaws.com": "on.aws",
  "amazonaws.com.cn": "on.amazonwebservices.com.cn",
};

/** Returns the registry with this host name, or `undefined` if it is not Amazon's. */
export function registryOf(host: string): Registry | undefined {
  if (host === "public.ecr.aws" || host === "ecr-public.aws.com") {
    const region = "us-east-1";
    return { host, accountId: undefined, region, service: "ecr-public", isFips: false };
  }
  const [, accountId, fips, region, suffix] = privateHost.exec(host) ?? [];
  if (region === undefined) return undefined;
  const { dnsSuffix } = partitionOfRegion(region);
  if (suffix !== dnsSuffix && suffix !== dualStackSuffixes[dnsSuffix]) return undefined;
  return { host, accountId, region, service: "ecr", isFips: fips !== undefined };
}

/** Returns the host name of an account's registry; with a pseudo region, that of the real one. */
export function registryHost(accountId: string, region: string): string {
  return `${accountId}.dkr.ecr.${realRegion(region)}.${partitionOfRegion(region).dnsSuffix}`;
}

/** Returns the host of what docker calls a server, which may have a scheme and a path. */
export function serverHost(server: string): string {
  return server.trim().toLowerCase().replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
}

/** Returns the hosts in an option, which are separated by commas. */
export function registryHosts(option: string): string[] {
  return [...new Set(option.split(",").map(serverHost).filter((host) => host !== ""))];
}

/**
 * Returns a request for a registry's password, to be signed.
 *
 * @param endpoint the URL of the registry's service
 */
export function passwordRequest({ service }: Pick<Registry, "service">, endpoint: string) {
  const target = service === "ecr"
    ? "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
    : "SpencerFrontendService.GetAuthorizationToken";
  return {
    method: "POST",
    url: new URL(endpoint).href,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: "{}",
  };
}

/** The credentials for a registry. */
export interface RegistryPassword {
  readonly username: string;
  readonly password: string;
  /** Absent if AWS does not say. */
  readonly expiresAt?: Date;
  /** The account whose registry it is for, if AWS says so. */
  readonly accountId?: string;
}

/** A user name and a password in printable ASCII. ECR's passwords have about 2 KiB. */
const words = /^([!-9;-~]{1,256}):([!-~]{1,16384})$/;

/**
 * Reads AWS's answer.
 *
 * @throws UnusableAnswer if it has no password
 */
export function readPassword(text: string): RegistryPassword {
  const { authorizationData } = objectOf(text);
  // The public registry answers with one, ECR with a list.
  const { authorizationToken, expiresAt, proxyEndpoint } = Object([authorizationData].flat()[0]);
  const [, username, password] = words.exec(decoded(authorizationToken)) ?? [];
  if (username === undefined || password === undefined) {
    throw new UnusableAnswer("it has no usable password");
  }
  const until = new Date(typeof expiresAt === "number" ? expiresAt * 1000 : textOf(expiresAt));
  const accountId = registryOf(serverHost(textOf(proxyEndpoint)))?.accountId;
  return {
    username,
    password,
    ...(!Number.isNaN(until.getTime()) && { expiresAt: until }),
    ...(accountId !== undefined && { accountId }),
  };
}

/** Reads AWS's error; `Unknown` if the answer is not AWS's. */
export function readFault(text: string): { readonly name: string; readonly message: string } {
  const { __type: type, code, message, Message } = objectOf(text);
  const name = textOf(type ?? code).replace(/^.*#|:.*$/g, "");
  if (name === "") return { name: "Unknown", message: "Unknown" };
  return { name, message: textOf(message ?? Message) };
}

function decoded(base64: unknown): string {
  try {
    return atob(textOf(base64));
  } catch {
    return "";
  }
}

/** Returns `""` for anything but a string: the server controls how an object is converted. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function objectOf(text: string): Record<string, unknown> {
  return Object(answerJson(text));
}
