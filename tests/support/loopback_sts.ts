/**
 * AWS on loopback: STS, and of IAM devices and access keys, as strict as the real ones. Every signature is
 * verified (AssumeRoleWithWebIdentity has none), every code is a real one-time code and good once, every limit is enforced, and faults
 * come on demand.
 *
 * ```ts ignore
 * await using sts = await startLoopbackSts();
 * const client = new STSClient({ region, endpoint: sts.url, credentials: sts.credentials() });
 * await client.send(new GetSessionTokenCommand({ SerialNumber: ALICE_DEVICE, TokenCode: await sts.code() }));
 * ```
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseAuthorization, type SigningKey, verifySigV4 } from "./sigv4_oracle.ts";
import { Authority, type Principal } from "./sts_authority.ts";
import { type AccessKeys, keyActions } from "./iam_keys.ts";
import { alice, type LoopbackRole, type LoopbackUser } from "./sts_people.ts";
import * as xml from "./sts_xml.ts";

export * from "./sts_people.ts";

/** What to start; everything has a default. */
export interface LoopbackStsOptions {
  /** Default: only alice. */
  readonly users?: readonly LoopbackUser[];
  readonly roles?: readonly LoopbackRole[];
  /** The partition in ARNs; default `aws`. */
  readonly partition?: string;
  readonly tls?: boolean;
  /** The server's clock. */
  readonly now?: () => Date;
  /** Milliseconds to wait before each answer; can be changed later on the server. */
  readonly delayMs?: number;
  /**
   * Whether connections outlive an answer. Default false: `fetch` silently sends a request again,
   * POST or not, when a reused connection is cut, so that it would never notice the `cut` fault.
   */
  readonly keepAlive?: boolean;
  /** Waits for `delayMs`; must return early when the signal aborts. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * What goes wrong with a request instead of an answer. With `action`, only with that action. With
 * `handled`, the call takes effect first (its code is spent) and only the answer is lost.
 */
export type Fault =
  & { readonly action?: string; readonly handled?: boolean }
  & (
    /** 400 Throttling, "Rate exceeded" */
    | { readonly kind: "throttle" }
    /** AWS's own failure; `body` replaces the usual error document. */
    | { readonly kind: "status"; readonly status: 500 | 503; readonly body?: string }
    /** The connection is closed without a reply. */
    | { readonly kind: "cut" }
    /** No reply until `close()`, and then a closed connection. */
    | { readonly kind: "hang" }
    /** A proxy's 502 page. */
    | { readonly kind: "html" }
    | {
      readonly kind: "error";
      readonly code: string;
      readonly message: string;
      readonly status: number;
    }
  );

/** A request as it arrived, before any verification. */
export interface SeenRequest {
  readonly action: string;
  readonly accessKeyId: string | undefined;
  readonly params: xml.Params;
  readonly region: string | undefined;
  readonly service: string | undefined;
  /** By the server's clock. */
  readonly at: Date;
  readonly userAgent: string | undefined;
}

/** The CA of the server's certificate, for clients to trust with `tls: true`. */
export const CA_FILE: string = fileURLToPath(new URL("./tls/ca.pem", import.meta.url));

/** Starts the server on a free port of 127.0.0.1. */
export async function startLoopbackSts(options: LoopbackStsOptions = {}): Promise<LoopbackSts> {
  const server = new LoopbackSts(options);
  await server.listen();
  return server;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/** A running loopback AWS: connections in, faults, and documents out. */
export class LoopbackSts implements AsyncDisposable {
  /** Every request that arrived, faults included. */
  readonly requests: SeenRequest[] = [];
  delayMs: number;
  readonly #authority: Authority;
  readonly #now: () => Date;
  readonly #sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly #keepAlive: boolean;
  readonly #server: Server;
  readonly #scheme: "http" | "https";
  readonly #faults: Fault[] = [];
  readonly #closing = new AbortController();
  readonly #underway = new Set<Promise<void>>();

  constructor(options: LoopbackStsOptions) {
    this.delayMs = options.delayMs ?? 0;
    this.#now = options.now ?? (() => new Date());
    this.#sleep = options.sleep ?? pause;
    this.#keepAlive = options.keepAlive ?? false;
    this.#authority = new Authority(options.users ?? [alice()], options, this.#now);
    this.#scheme = options.tls ? "https" : "http";
    const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      const work = this.#serve(incoming, outgoing).catch(() => void incoming.socket.destroy());
      this.#underway.add(work);
      work.finally(() => this.#underway.delete(work));
    };
    const pem = (name: string) => Deno.readTextFileSync(new URL(`./tls/${name}`, import.meta.url));
    this.#server = options.tls
      ? createTlsServer({ cert: pem("server.pem"), key: pem("server.key") }, onRequest)
      : createServer(onRequest);
  }

  /** Listens, for {@linkcode startLoopbackSts}. */
  listen(): Promise<void> {
    return new Promise((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Counts the requests that arrived, of one action or of all. */
  count(action?: string): number {
    return this.requests.filter((each) => action === undefined || each.action === action).length;
  }

  /**
   * Returns a code that the device (default: the first user's first) hasn't spent: the one it shows
   * now, else the next one, else its clock is advanced first. Returns the same code until it is
   * spent.
   */
  code(serialNumber?: string): Promise<string> {
    return this.#authority.code(serialNumber);
  }

  /** Returns a user's long-term keys; default: the first user's. */
  credentials(userName?: string): { accessKeyId: string; secretAccessKey: string } {
    const user = this.#authority.users.find((each) =>
      each.userName === (userName ?? each.userName)
    );
    if (user === undefined) throw new TypeError(`no such user: ${userName}`);
    return { accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey };
  }

  /** The users' access keys. */
  get keys(): AccessKeys {
    return this.#authority.keys;
  }

  /** Returns the key with this ID, for loopback services that accept sessions of this STS. */
  findKey(accessKeyId: string): SigningKey | undefined {
    return this.#authority.principals.get(accessKeyId);
  }

  /** Returns who a key belongs to, for loopback services that look at more than its signature. */
  holderOf(accessKeyId: string): Principal | undefined {
    return this.#authority.principals.get(accessKeyId);
  }

  /** Makes the next `times` matching requests fail with this fault; faults queue up. */
  failNext(fault: Fault, times = 1): void {
    for (let n = 0; n < times; n++) this.#faults.push(fault);
  }

  /** Returns the variables that point SDKs to this server. */
  env(): Record<string, string> {
    return { AWS_ENDPOINT_URL_STS: this.url, AWS_ENDPOINT_URL_IAM: this.url };
  }

  /** Drops every connection, hanging ones too, and waits until none is left. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await Promise.all([closed, ...this.#underway]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await toRequest(incoming, this.url);
    const params = await paramsOf(request);
    const seen = this.#record(request, params);
    // What the test has set applies to the request that arrives now, even if it changes meanwhile.
    const fault = this.#takeFault(seen.action);
    const { delayMs } = this;
    const requestId = crypto.randomUUID();
    const service = isIam(seen.action) ? "iam" : "sts";
    let reply: Reply | undefined;
    if (fault === undefined || fault.handled) {
      reply = await this.#handle(request, params, seen.action, service, requestId);
    }
    if (delayMs > 0) await this.#sleep(delayMs, this.#closing.signal);
    if (fault?.kind === "hang") return;
    if (fault !== undefined) reply = faultReply(fault, service, requestId);
    if (reply === undefined || this.#closing.signal.aborted) return void incoming.socket.destroy();
    if (!this.#keepAlive) outgoing.setHeader("connection", "close");
    outgoing.writeHead(reply.status, {
      date: this.#now().toUTCString(),
      "content-type": reply.type ?? "text/xml",
      "x-amzn-RequestId": requestId,
    });
    outgoing.end(reply.body);
  }

  #record(request: Request, params: xml.Params): SeenRequest {
    const claim = parseAuthorization(request.headers.get("authorization") ?? "");
    const seen = {
      action: params["Action"] ?? "",
      accessKeyId: claim?.accessKeyId,
      params,
      region: claim?.region,
      service: claim?.service,
      at: this.#now(),
      userAgent: request.headers.get("user-agent") ?? undefined,
    };
    this.requests.push(seen);
    return seen;
  }

  #takeFault(action: string): Fault | undefined {
    const index = this.#faults.findIndex((each) => (each.action ?? action) === action);
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0];
  }

  async #handle(
    request: Request,
    params: xml.Params,
    action: string,
    service: xml.ServiceName,
    requestId: string,
  ): Promise<Reply> {
    try {
      const version = params["Version"] ?? "";
      if (!isAction(action) || version !== xml.API_VERSIONS[service]) {
        throw xml.refusals.unknownAction(action, version);
      }
      if (action === "AssumeRoleWithWebIdentity") {
        xml.checkShapes(action, params);
        const result = this.#authority[action](params);
        return { status: 200, body: xml.answerDocument(service, action, result, requestId) };
      }
      const { principals, keys, now } = this.#authority;
      const verdict = await verifySigV4(request, {
        findKey: (accessKeyId) => keys.signer(accessKeyId),
        now,
        service,
      });
      if (!verdict.ok) {
        const status = verdict.code === "IncompleteSignature" ? 400 : 403;
        throw new xml.AwsRefusal(verdict.code, verdict.message, status);
      }
      xml.checkShapes(action, params);
      const caller = principals.get(verdict.accessKeyId)!;
      keys.use(verdict.accessKeyId);
      const result = isKeyAction(action)
        ? this.#authority.manageKeys(action, caller, params)
        : await this.#authority[action](caller, params);
      return { status: 200, body: xml.answerDocument(service, action, result, requestId) };
    } catch (error) {
      // A bug of ours must show in the test that hit it, not as a dropped connection.
      const refusal = error instanceof xml.AwsRefusal
        ? error
        : new xml.AwsRefusal("LoopbackBug", String(error), 500);
      return { status: refusal.status, body: xml.errorDocument(service, refusal, requestId) };
    }
  }
}

const ACTIONS = [
  "GetSessionToken",
  "AssumeRole",
  "AssumeRoleWithWebIdentity",
  "GetCallerIdentity",
  "GetFederationToken",
  "ListMFADevices",
  ...keyActions,
] as const;

function isKeyAction(name: string): name is typeof keyActions[number] {
  return (keyActions as readonly string[]).includes(name);
}

function isIam(name: string): boolean {
  return name === "ListMFADevices" || isKeyAction(name);
}

function isAction(name: string): name is typeof ACTIONS[number] {
  return (ACTIONS as readonly string[]).includes(name);
}

function faultReply(fault: Fault, service: xml.ServiceName, requestId: string): Reply | undefined {
  const document = (refusal: Pick<xml.AwsRefusal, "code" | "message" | "status">): Reply => (
    { status: refusal.status, body: xml.errorDocument(service, refusal, requestId) }
  );
  switch (fault.kind) {
    case "throttle":
      return document(xml.refusals.throttled());
    case "error":
      return document(fault);
    case "html":
      return {
        status: 502,
        type: "text/html",
        body: "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1><hr></body></html>\n",
      };
    case "status": {
      const code = fault.status === 503 ? "ServiceUnavailable" : "InternalFailure";
      const reply = document({ code, message: "We encountered an error.", status: fault.status });
      return fault.body === undefined ? reply : { ...reply, body: fault.body };
    }
    default:
      return undefined;
  }
}

async function toRequest(incoming: IncomingMessage, origin: string): Promise<Request> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = "GET", rawHeaders } = incoming;
  const headers = new Headers();
  for (let n = 0; n < rawHeaders.length; n += 2) headers.append(rawHeaders[n]!, rawHeaders[n + 1]!);
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks);
  return new Request(new URL(incoming.url ?? "/", origin), { method, headers, body });
}

async function paramsOf(request: Request): Promise<xml.Params> {
  const body = new URLSearchParams(await request.clone().text());
  return Object.fromEntries([...new URL(request.url).searchParams, ...body]);
}

/** Waits, or returns early when the signal aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
