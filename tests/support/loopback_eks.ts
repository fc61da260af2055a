/**
 * EKS on loopback: DescribeCluster, for anyone whom the loopback STS knows.
 *
 * @module
 */

import type { LoopbackSts } from "./loopback_sts.ts";
import { verifySigV4 } from "./sigv4_oracle.ts";

/** A cluster, as DescribeCluster returns it. */
export interface LoopbackCluster {
  readonly endpoint?: string;
  /** PEM */
  readonly certificateAuthority: string;
  readonly status?: string;
}

/** Options for {@linkcode LoopbackEks}. */
export interface LoopbackEksOptions {
  readonly sts: LoopbackSts;
  /** By ARN. */
  readonly clusters: Readonly<Record<string, LoopbackCluster>>;
  readonly tls?: boolean;
  readonly now?: () => Date;
}

const pem = (name: string) => Deno.readTextFileSync(new URL(`./tls/${name}`, import.meta.url));

/** Returns the options for a TLS server on loopback. */
export function tlsOptions(): { cert: string; key: string } {
  return { cert: pem("server.pem"), key: pem("server.key") };
}

/** Returns the certificate authority of that certificate, as PEM. */
export function loopbackAuthority(): string {
  return pem("ca.pem");
}

/** A running loopback EKS. */
export class LoopbackEks implements AsyncDisposable {
  /** The requested paths, and by whom. */
  readonly requests: { readonly path: string; readonly accessKeyId: string | undefined }[] = [];
  /** Whether to deny everything from now on. */
  denied = false;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(private readonly options: LoopbackEksOptions) {
    const at = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const handler = (request: Request) => this.#answer(request);
    this.#server = options.tls
      ? Deno.serve({ ...at, ...tlsOptions() }, handler)
      : Deno.serve(at, handler);
  }

  get url(): string {
    return `${this.options.tls ? "https" : "http"}://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Returns the variable that points clients to this server. */
  env(): Record<string, string> {
    return { AWS_ENDPOINT_URL_EKS: this.url };
  }

  async #answer({ url, method, headers }: Request): Promise<Response> {
    const { sts, clusters, now = () => new Date() } = this.options;
    const { pathname, host } = new URL(url);
    const request = new Request(url, { method, headers });
    // HTTP/2 does not have this header.
    request.headers.set("host", host);
    const verdict = await verifySigV4(request, {
      findKey: (accessKeyId) => sts.findKey(accessKeyId),
      now,
      service: "eks",
    });
    const accessKeyId = verdict.ok ? verdict.accessKeyId : undefined;
    this.requests.push({ path: `${request.method} ${pathname}`, accessKeyId });
    if (!verdict.ok) return refusal(403, `${verdict.code}Exception`, verdict.message);
    const name = /^\/clusters\/([^/]+)$/.exec(pathname)?.[1];
    if (request.method !== "GET" || name === undefined) {
      return refusal(404, "UnknownOperationException", "");
    }
    if (this.denied) {
      const message = "User is not authorized to perform: eks:DescribeCluster";
      return refusal(403, "AccessDeniedException", message);
    }
    const arn = Object.keys(clusters).find((each) =>
      each.split(":")[3] === verdict.region && each.endsWith(`:cluster/${name}`)
    );
    if (arn === undefined) {
      return refusal(404, "ResourceNotFoundException", `No cluster found for name: ${name}.`);
    }
    const { endpoint, certificateAuthority, status = "ACTIVE" } = clusters[arn]!;
    return Response.json({
      cluster: {
        name,
        arn,
        status,
        ...(endpoint !== undefined && {
          endpoint,
          certificateAuthority: { data: btoa(certificateAuthority) },
        }),
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function refusal(status: number, kind: string, message: string): Response {
  const headers = { "x-amzn-errortype": `${kind}:http://internal.amazon.com/coral/com.amazon/` };
  return Response.json({ message }, { status, headers });
}
