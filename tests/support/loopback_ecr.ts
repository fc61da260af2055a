/**
 * Amazon ECR on loopback: gives passwords for sessions of a loopback STS, whose signatures it
 * verifies, and serves as the registries that accept them, for a docker that uses it as its proxy.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { type SigningKey, verifySigV4 } from "./sigv4_oracle.ts";

/** Options for {@linkcode startLoopbackEcr}. */
export interface LoopbackEcrOptions {
  findKey(accessKeyId: string): SigningKey & { readonly accountId?: string } | undefined;
  now?(): Date;
}

/** A verified request for a password. */
export interface PasswordRequest {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** A request to a registry. */
export interface RegistryRequest {
  readonly host: string;
  readonly path: string;
  /** Whether it came with a password of that region. */
  readonly isSignedIn: boolean;
  /** The access key that got the password. */
  readonly accessKeyId?: string;
}

const targets: Readonly<Record<string, string>> = {
  "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken": "ecr",
  "SpencerFrontendService.GetAuthorizationToken": "ecr-public",
};

/** The only image, in every repository: its configuration and its manifest. */
const image = JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers" } });
const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: manifestType,
  config: {
    mediaType: "application/vnd.docker.container.image.v1+json",
    digest: `sha256:${createHash("sha256").update(image).digest("hex")}`,
    size: image.length,
  },
  layers: [],
});

/** Starts the server on a free port of 127.0.0.1. */
export async function startLoopbackEcr(options: LoopbackEcrOptions): Promise<LoopbackEcr> {
  const ecr = new LoopbackEcr(options);
  await ecr.listen();
  return ecr;
}

/** A running loopback ECR. */
export class LoopbackEcr implements AsyncDisposable {
  readonly passwords: PasswordRequest[] = [];
  readonly pulls: RegistryRequest[] = [];
  /** Leaves out what AWS says of the account, as some emulators do. */
  isSilent = false;
  /** What to answer instead, once. */
  fault: { readonly status: number; readonly body: string } | undefined;
  readonly #server: Server;
  readonly #registries: Server;
  readonly #now: () => Date;

  constructor(private readonly options: LoopbackEcrOptions) {
    this.#now = options.now ?? (() => new Date());
    const handled = (work: Promise<void>, outgoing: ServerResponse) =>
      void work.catch((error) => reply(outgoing, 500, { message: `a bug of the test: ${error}` }));
    this.#server = createServer((incoming, outgoing) =>
      handled(this.#api(incoming, outgoing), outgoing)
    );
    // Whatever host a client of the proxy asks for, it gets that registry.
    const pem = (name: string) => Deno.readTextFileSync(new URL(`./tls/${name}`, import.meta.url));
    this.#registries = createTlsServer(
      { cert: pem("server.pem"), key: pem("server.key") },
      (incoming, outgoing) => handled(this.#registry(incoming, outgoing), outgoing),
    );
    this.#server.on("connect", (_, socket) => {
      const { port } = this.#registries.address() as AddressInfo;
      const tunnel = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        tunnel.pipe(socket).pipe(tunnel);
      });
      for (const [end, other] of [[socket, tunnel], [tunnel, socket]] as const) {
        end.on("error", () => other.destroy());
        end.on("close", () => other.destroy());
      }
    });
  }

  /** Listens, for {@linkcode startLoopbackEcr}. */
  async listen(): Promise<void> {
    for (const server of [this.#server, this.#registries]) {
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    }
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Returns the variables that point clients to this server. */
  env(): Record<string, string> {
    return { AWS_ENDPOINT_URL_ECR: this.url, AWS_ENDPOINT_URL_ECR_PUBLIC: this.url };
  }

  /** Returns the last password of a region's registries, or that of a key, as in config.json. */
  auth(region: string, service = "ecr", accessKeyId?: string): string {
    const last = this.passwords.findLast((each) =>
      each.region === region && each.service === service
    );
    return btoa(`AWS:${passwordOf(region, service, accessKeyId ?? last?.accessKeyId ?? "")}`);
  }

  /** Returns the access keys whose passwords came with requests to a registry, each once. */
  keysAt(host: string): string[] {
    const keys = this.pulls.filter((each) => each.host === host)
      .flatMap(({ accessKeyId }) => accessKeyId ?? []);
    return [...new Set(keys)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#registries, this.#server]) {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    }
  }

  async #api(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: BlobPart[] = [];
    for await (const chunk of incoming) chunks.push(new Uint8Array(chunk));
    const headers = new Headers(incoming.headers as Record<string, string>);
    const request = new Request(new URL(incoming.url!, this.url), {
      method: incoming.method!,
      headers,
      body: new Blob(chunks),
    });
    const { fault } = this;
    this.fault = undefined;
    if (fault !== undefined) return reply(outgoing, fault.status, fault.body);
    const service = targets[headers.get("x-amz-target") ?? ""];
    const isJson = headers.get("content-type") === "application/x-amz-json-1.1";
    if (service === undefined || !isJson || await request.clone().text() !== "{}") {
      return reply(outgoing, 400, { __type: "UnknownOperationException", message: "unknown" });
    }
    const { findKey } = this.options;
    const verdict = await verifySigV4(request, { findKey, now: this.#now, service });
    if (!verdict.ok) {
      const __type = `com.amazon.coral.service#${verdict.code}`;
      return reply(outgoing, 400, { __type, message: verdict.message });
    }
    const { accessKeyId, region } = verdict;
    this.passwords.push({ accessKeyId, region, service });
    const { accountId } = this.options.findKey(accessKeyId)!;
    const data = {
      authorizationToken: this.auth(region, service, accessKeyId),
      expiresAt: this.#now().getTime() / 1000 + 43_200,
      ...(service === "ecr" && !this.isSilent && {
        proxyEndpoint: `https://${accountId}.dkr.ecr.${region}.amazonaws.com`,
      }),
    };
    reply(outgoing, 200, { authorizationData: service === "ecr" ? [data] : data });
  }

  async #registry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    for await (const _ of incoming);
    const { headers: { host = "" }, url: path = "" } = incoming;
    const region = host === "public.ecr.aws" ? "us-east-1" : host.split(".")[3] ?? "";
    const service = host === "public.ecr.aws" ? "ecr-public" : "ecr";
    const accessKeyId = this.passwords.find((each) =>
      incoming.headers.authorization === `Basic ${this.auth(region, service, each.accessKeyId)}`
    )?.accessKeyId;
    const isSignedIn = accessKeyId !== undefined;
    this.pulls.push({ host, path, isSignedIn, ...(isSignedIn && { accessKeyId }) });
    if (!isSignedIn) {
      outgoing.setHeader("www-authenticate", `Basic realm="https://${host}/"`);
      return reply(outgoing, 401, { errors: [{ code: "UNAUTHORIZED", message: "sign in" }] });
    }
    if (path.includes("/blobs/")) return reply(outgoing, 200, image);
    if (!path.includes("/manifests/")) return reply(outgoing, 200, {});
    outgoing.setHeader("content-type", manifestType);
    reply(outgoing, 200, manifest);
  }
}

function passwordOf(region: string, service: string, accessKeyId: string): string {
  return `password+of/${service}/${region}/${accessKeyId}==`;
}

function reply(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.statusCode = status;
  outgoing.setHeader("connection", "close");
  outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
}
