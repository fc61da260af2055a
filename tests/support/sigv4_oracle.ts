/**
 * Decides, as AWS does, whether a request was signed with the key it names (Signature Version 4, in
 * an Authorization header or in the query). Written from the published algorithm and with no AWS
 * SDK, so that a client can't be right merely by agreeing with itself.
 *
 * @module
 */

import { createHash, createHmac } from "node:crypto";

/**
 * What the verifier knows about one access key. A key with a session token must be used with
 * exactly that token.
 */
export interface SigningKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** The verifier's keys, clock and service. */
export interface Verifier {
  findKey(accessKeyId: string): SigningKey | undefined;
  now(): Date;
  readonly service: string;
}

/** AWS's code for a refused signature. */
export type SignatureRefusalCode =
  | "MissingAuthenticationToken"
  | "IncompleteSignature"
  | "InvalidClientTokenId"
  | "ExpiredToken"
  | "SignatureDoesNotMatch";

/** Who signed, for which region and service, and when; or why AWS would refuse it. */
export type Verdict =
  | {
    readonly ok: true;
    readonly accessKeyId: string;
    readonly region: string;
    readonly service: string;
    readonly date: Date;
  }
  | { readonly ok: false; readonly code: SignatureRefusalCode; readonly message: string };

/** What an Authorization header claims; nothing in it is verified. */
export interface Claim {
  readonly accessKeyId: string;
  /** `yyyymmdd` */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const MAX_SKEW_MINUTES = 15;

/**
 * Reads the claim in an Authorization header; returns `undefined` if it isn't a complete SigV4
 * header.
 */
export function parseAuthorization(header: string): Claim | undefined {
  const match =
    /^AWS4-HMAC-SHA256 +Credential=(\w+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/
      .exec(header);
  if (match === null) return undefined;
  const [, accessKeyId = "", day = "", region = "", service = "", headers = "", signature = ""] =
    match;
  return { accessKeyId, day, region, service, signedHeaders: headers.split(";"), signature };
}

/** What there is to verify in a request. */
interface Signed {
  readonly claim: Claim | undefined;
  readonly timestamp: string;
  readonly token: string | null;
  readonly isInUrl: boolean;
}

/**
 * Verifies the request's signature, in its Authorization header or in its query; reads a copy of
 * its body, so the caller can still read it.
 */
export async function verifySigV4(request: Request, verifier: Verifier): Promise<Verdict> {
  const signed = inHeader(request) ?? inQuery(request);
  if (signed === undefined) {
    return refuse("MissingAuthenticationToken", "Request is missing Authentication Token");
  }
  const { claim, timestamp, token, isInUrl } = signed;
  const date = parseTimestamp(timestamp);
  if (claim === undefined || date === undefined) {
    return refuse("IncompleteSignature", "Authorization header or X-Amz-Date is incomplete");
  }
  const key = verifier.findKey(claim.accessKeyId);
  if (key === undefined || token !== (key.sessionToken ?? null)) {
    return refuse(
      "InvalidClientTokenId",
      "The security token included in the request is invalid",
    );
  }
  if (key.expiration !== undefined && key.expiration <= verifier.now()) {
    return refuse("ExpiredToken", "The security token included in the request is expired");
  }
  const mustSign = isInUrl
    ? ["host"]
    : ["host", "x-amz-date", ...(token !== null ? ["x-amz-security-token"] : [])];
  const flaw = flawInScope(claim, timestamp, mustSign, verifier.service) ??
    skew(date, verifier.now());
  if (flaw !== undefined) return refuse("SignatureDoesNotMatch", flaw);

  const payloadHash = sha256Hex(new Uint8Array(await request.clone().arrayBuffer()));
  const claimedHash = request.headers.get("x-amz-content-sha256") ?? payloadHash;
  const scope = `${claim.day}/${claim.region}/${claim.service}/aws4_request`;
  const canonical = canonicalRequest(request, claim.signedHeaders, payloadHash);
  const stringToSign = [ALGORITHM, timestamp, scope, sha256Hex(canonical)].join("\n");
  const signature = createHmac("sha256", signingKey(key.secretAccessKey, claim))
    .update(stringToSign).digest("hex");
  if (signature !== claim.signature || claimedHash !== payloadHash) {
    return refuse(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret " +
        "Access Key and signing method. Consult the service documentation for details.",
    );
  }
  const { accessKeyId, region, service } = claim;
  return { ok: true, accessKeyId, region, service, date };
}

function inHeader({ headers }: Request): Signed | undefined {
  const header = headers.get("authorization");
  return header === null ? undefined : {
    claim: parseAuthorization(header),
    timestamp: headers.get("x-amz-date") ?? "",
    token: headers.get("x-amz-security-token"),
    isInUrl: false,
  };
}

function inQuery(request: Request): Signed | undefined {
  const { searchParams } = new URL(request.url);
  const of = (name: string) => searchParams.get(`X-Amz-${name}`);
  if (of("Signature") === null) return undefined;
  const [credential, headers] = [of("Credential"), of("SignedHeaders")];
  return {
    claim: parseAuthorization(
      `${of("Algorithm")} Credential=${credential}, SignedHeaders=${headers}, Signature=${
        of("Signature")
      }`,
    ),
    timestamp: of("Date") ?? "",
    token: of("Security-Token"),
    isInUrl: true,
  };
}

/** Formats a time as SigV4 does: `20150830T123600Z`. */
export function amzDate(at: Date): string {
  return at.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}

function refuse(code: SignatureRefusalCode, message: string): Verdict {
  return { ok: false, code, message };
}

function parseTimestamp(text: string): Date | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const date = new Date(iso);
  return iso === text || Number.isNaN(date.getTime()) ? undefined : date;
}

function flawInScope(
  claim: Claim,
  timestamp: string,
  mustSign: readonly string[],
  service: string,
): string | undefined {
  const unsigned = mustSign.find((name) => !claim.signedHeaders.includes(name));
  if (unsigned !== undefined) {
    return `'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`;
  }
  if (claim.service !== service) {
    return `Credential should be scoped to correct service: '${service}'. `;
  }
  if (!timestamp.startsWith(claim.day)) {
    return "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
      `'${claim.day}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`;
  }
  return undefined;
}

function skew(signed: Date, now: Date): string | undefined {
  const allowed = MAX_SKEW_MINUTES * 60_000;
  const earliest = new Date(now.getTime() - allowed);
  const latest = new Date(now.getTime() + allowed);
  const [at, server] = [amzDate(signed), amzDate(now)];
  if (signed < earliest) {
    return `Signature expired: ${at} is now earlier than ${
      amzDate(earliest)
    } (${server} - 15 min.)`;
  }
  if (signed > latest) {
    return `Signature not yet current: ${at} is still later than ${
      amzDate(latest)
    } (${server} + 15 min.)`;
  }
  return undefined;
}

function canonicalRequest(
  request: Request,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const url = new URL(request.url);
  const query = [...url.searchParams].filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map((pair) => pair.join("="));
  const headers = signedHeaders.map((name) =>
    `${name}:${(request.headers.get(name) ?? "").trim().replaceAll(/ +/g, " ")}\n`
  );
  return [
    request.method,
    url.pathname.split("/").map(uriEncode).join("/"),
    query.join("&"),
    headers.join(""),
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Encodes everything but the unreserved characters of RFC 3986, in upper-case hexadecimal. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signingKey(secretAccessKey: string, claim: Claim): Uint8Array {
  let key: Uint8Array | string = `AWS4${secretAccessKey}`;
  for (const part of [claim.day, claim.region, claim.service, "aws4_request"]) {
    key = createHmac("sha256", key).update(part).digest();
  }
  return key as Uint8Array;
}

function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}
