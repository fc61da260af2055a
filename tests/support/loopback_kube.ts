/**
 * The API server of a cluster on loopback, which lets in whom STS vouches for, as EKS does. Checks
 * tokens like aws-iam-authenticator (pkg/token/token.go), but is written anew.
 *
 * @module
 */

import { loopbackAuthority, tlsOptions } from "./loopback_eks.ts";

const parameters = [
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
  "x-amz-user-agent",
];

/** What to check a token against. */
export interface TokenReview {
  readonly cluster: string;
  /** The host of STS. */
  readonly stsHost: string;
  readonly now?: () => Date;
  /** Whether STS is on loopback without TLS. */
  readonly isPlain?: boolean;
}

/**
 * Finds out whose token it is.
 *
 * @returns the ARN
 * @throws Error for one that no cluster accepts
 */
export async function reviewToken(token: string, review: TokenReview): Promise<string> {
  const { cluster, stsHost, now = () => new Date(), isPlain = false } = review;
  const refuse = (why: string) => new Error(`the token: ${why}`);
  if (token.length > 4096) throw refuse("is too large");
  const [, encoded] = /^k8s-aws-v1\.([\w-]+)$/.exec(token) ?? [];
  if (encoded === undefined) throw refuse("has no prefix, or is not base64url without padding");
  const url = new URL(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")));
  if (url.protocol !== (isPlain ? "http:" : "https:")) throw refuse(`has scheme ${url.protocol}`);
  if (url.host !== stsHost) throw refuse(`is for host ${url.host}, not ${stsHost}`);
  if (url.pathname !== "/") throw refuse(`has path ${url.pathname}`);
  const found = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const key = name.toLowerCase();
    if (!parameters.includes(key)) throw refuse(`has parameter ${name}`);
    if (found.has(key)) throw refuse(`has parameter ${name} twice`);
    found.set(key, value);
  }
  const of = (name: string) => found.get(name) ?? "";
  if (of("action") !== "GetCallerIdentity") throw refuse(`asks for ${of("action")}`);
  if (!of("x-amz-signedheaders").split(";").includes("x-k8s-aws-id")) {
    throw refuse("does not sign the name of the cluster");
  }
  const expires = Number(of("x-amz-expires") || NaN);
  if (!(expires >= 0 && expires <= 900)) throw refuse(`expires after ${of("x-amz-expires")}`);
  const date = new Date(
    of("x-amz-date").replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"),
  );
  const age = now().getTime() - date.getTime();
  if (!(age <= 15 * 60_000)) throw refuse(`is from ${of("x-amz-date")}`);
  using client = Deno.createHttpClient({ caCerts: [loopbackAuthority()] });
  const answer = await fetch(url, { headers: { "x-k8s-aws-id": cluster }, client });
  const text = await answer.text();
  if (!answer.ok) throw refuse(`is refused by STS: ${text}`);
  return /<Arn>([^<]+)<\/Arn>/.exec(text)![1]!;
}

/** Returns the id of the access key in a token. */
export function accessKeyOf(token: string): string {
  const encoded = token.replace("k8s-aws-v1.", "").replaceAll("-", "+").replaceAll("_", "/");
  return new URL(atob(encoded)).searchParams.get("X-Amz-Credential")!.split("/")[0]!;
}

const resources: Readonly<Record<string, unknown>> = {
  "/version": { major: "1", minor: "32", gitVersion: "v1.32.0" },
  "/api": { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
  "/api/v1": {
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [
      {
        name: "namespaces",
        singularName: "namespace",
        namespaced: false,
        kind: "Namespace",
        verbs: ["get", "list"],
      },
    ],
  },
  "/api/v1/namespaces": {
    kind: "NamespaceList",
    apiVersion: "v1",
    metadata: {},
    items: [{ kind: "Namespace", apiVersion: "v1", metadata: { name: "of-the-loopback" } }],
  },
};

/** A running API server. */
export class LoopbackKube implements AsyncDisposable {
  /** The ARNs of those who were let in, in order. */
  readonly callers: string[] = [];
  /** The ids of the access keys that their tokens carry. */
  readonly accessKeyIds: string[] = [];
  /** Why others were refused. */
  readonly refusals: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(private readonly review: TokenReview) {
    const at = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve({ ...at, ...tlsOptions() }, (request) => this.#answer(request));
  }

  get url(): string {
    return `https://127.0.0.1:${this.#server.addr.port}`;
  }

  async #answer(request: Request): Promise<Response> {
    const status = (code: number, reason: string, message: string) =>
      Response.json(
        { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message },
        {
          status: code,
        },
      );
    const [, token = ""] = /^Bearer (.*)$/.exec(request.headers.get("authorization") ?? "") ?? [];
    try {
      this.callers.push(await reviewToken(token, this.review));
      this.accessKeyIds.push(accessKeyOf(token));
    } catch (error) {
      this.refusals.push(String(error));
      return status(401, "Unauthorized", "Unauthorized");
    }
    const found = resources[new URL(request.url).pathname];
    return found === undefined ? status(404, "NotFound", "not found") : Response.json(found);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
