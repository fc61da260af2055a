/**
 * Amazon ECR's registries and how one signs in to them: host names, the request for a password, and
 * what AWS answers. Pure.
 *
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 *
 * @module
 */

import { answerJson, UnusableAnswer } from "../aws/answer.ts";
import { partitionOfRegion } from "../profile/partition.ts";

/** A registry of Amazon ECR. */
export interface Registry {
  /** As in an image's name. */
  readonly host: string;
  /** Who owns it; `undefined` for the public one. */
  readonly accountId: string | undefined;
  /** The region that signs in to it. */
  readonly region: string;
  /** The host that is asked for its password. One password opens all registries of a region. */
  readonly apiHost: string;
  /** ECR, or the service of the public registry. */
  readonly service: "ecr" | "ecr-public";
}

const privateHost = new RegExp(
  "^(\\d{12})\\.dkr[.-]ecr(-fips)?\\.([a-z0-9][a-z0-9-]*)\\.(?:amazonaws\\.com(?:\\.cn)?|amazonaws\\.eu|" +
    "on\\.aws|on\\.amazonwebservices\\.com\\.cn|sc2s\\.sgov\\.gov|c2s\\.ic\\.gov|cloud\\.adc-e\\.uk|csp\\.hci\\.ic\\.gov)$",
);

/** The registry with this host name, or `undefined` for one that is not Amazon's. */
export function registryOf(host: string): Registry | undefined {
  if (host === "public.ecr.aws" || host === "ecr-public.aws.com") {
    const region = "us-east-1";
    const apiHost = `api.ecr-public.${region}.amazonaws.com`;
    return { host, accountId: undefined, region, apiHost, service: "ecr-public" };
  }
  const [, accountId, fips, region] = privateHost.exec(host) ?? [];
  if (region === undefined) return undefined;
  const api = fips === undefined ? "api.ecr" : "ecr-fips";
  const apiHost = `${api}.${region}.${partitionOfRegion(region).dnsSuffix}`;
  return { host, accountId, region, apiHost, service: "ecr" };
}

/** The host name of an account's registry. */
export function registryHost(accountId: string, region: string): string {
  return `${accountId}.dkr.ecr.${region}.${partitionOfRegion(region).dnsSuffix}`;
}

/** The host of what docker calls a server: with or without `https://`, and what follows the host. */
export function serverHost(server: string): string {
  return server.trim().toLowerCase().replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
}

/** The hosts that an option names, separated by commas. */
export function registryHosts(option: string): string[] {
  return [...new Set(option.split(",").map(serverHost).filter((host) => host !== ""))];
}

/** A request for a registry's password, to be signed. */
export function passwordRequest({ apiHost, service }: Registry, endpoint?: string) {
  const target = service === "ecr"
    ? "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
    : "SpencerFrontendService.GetAuthorizationToken";
  return {
    method: "POST",
    url: new URL(endpoint ?? `https://${apiHost}`).href,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: "{}",
  };
}

/** What signs in to a registry. */
export interface RegistryPassword {
  readonly username: string;
  readonly password: string;
  /** Absent when AWS does not tell. */
  readonly expiresAt?: Date;
}

/** A user's name, and a password in printable ASCII. ECR's have about 2 KiB. */
const words = /^([!-9;-~]{1,256}):([!-~]{1,16384})$/;

/**
 * Reads AWS's answer.
 *
 * @throws UnusableAnswer when it holds no password
 */
export function readPassword(text: string): RegistryPassword {
  const { authorizationData } = objectOf(text);
  // The public registry answers with one, ECR with a list.
  const { authorizationToken, expiresAt } = Object([authorizationData].flat()[0]);
  const [, username, password] = words.exec(decoded(authorizationToken)) ?? [];
  if (username === undefined || password === undefined) {
    throw new UnusableAnswer("it holds no usable password");
  }
  const until = new Date(typeof expiresAt === "number" ? expiresAt * 1000 : textOf(expiresAt));
  return { username, password, ...(!Number.isNaN(until.getTime()) && { expiresAt: until }) };
}

/** Reads what AWS says when it refuses; `Unknown` where it is not AWS that says so. */
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

/** What is no text has no words: an object's own string form is the server's, too. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function objectOf(text: string): Record<string, unknown> {
  return Object(answerJson(text));
}
