/**
 * Signature Version 4, for calls that need no SDK client. Pure; loaded when something is signed.
 *
 * @module
 */

import { SignatureV4 } from "@smithy/signature-v4";
import { WebSha256 } from "./sha256.ts";

/** Who signs, for which service, and when. */
export interface Signing {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly region: string;
  /** As in a signature's scope: `sts`, `ecr`, `eks`. */
  readonly service: string;
  readonly at: Date;
}

/** What is signed. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Without `host`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Returns the headers to send, including the signature; without `host`, which every client adds.
 */
export async function signedHeaders(
  request: SignedRequest,
  signing: Signing,
): Promise<Record<string, string>> {
  const signed = await signer(signing).sign(parts(request), { signingDate: signing.at });
  const { host: _, ...headers } = signed.headers;
  return headers;
}

/** Returns the URL with the signature in it; it must be sent with exactly these headers. */
export async function presignedUrl(
  request: SignedRequest,
  signing: Signing,
  expiresIn: number,
): Promise<string> {
  const options = { signingDate: signing.at, expiresIn };
  const { query = {} } = await signer(signing).presign(parts(request), options);
  const words = Object.entries(query).map(([name, value]) =>
    `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`
  );
  const { origin, pathname } = new URL(request.url);
  return `${origin}${pathname}?${words.join("&")}`;
}

function signer({ credentials, region, service }: Signing): SignatureV4 {
  return new SignatureV4({ credentials, region, service, sha256: WebSha256 });
}

function parts({ method, url, headers = {}, body }: SignedRequest) {
  const { protocol, host, hostname, port, pathname, searchParams } = new URL(url);
  return {
    method,
    protocol,
    hostname,
    ...(port !== "" && { port: Number(port) }),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { ...headers, host },
    body,
  };
}
