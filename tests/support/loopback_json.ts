/**
 * A server on loopback that answers with JSON or text, and keeps what it was asked.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface SeenJsonRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer: JSON unless it is a text. */
export interface JsonReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Answers a request; `undefined` means never. */
export type JsonHandler = (request: SeenJsonRequest) => Promise<JsonReply | undefined>;

/** A running server. */
export class LoopbackJson implements AsyncDisposable {
  readonly requests: SeenJsonRequest[] = [];
  /** Answers to give instead of the handler's, in order. */
  readonly instead: (JsonReply | "never" | "cut")[] = [];
  readonly #server: Server;

  private constructor(private readonly handler: JsonHandler) {
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch((error) => {
        outgoing.writeHead(500).end(`a bug of the test: ${error}`);
      });
    });
  }

  /** Starts a server on a free port of 127.0.0.1. */
  static async start(handler: JsonHandler): Promise<LoopbackJson> {
    const server = new LoopbackJson(handler);
    await new Promise<void>((resolve) => void server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was asked for, such as `GET /x`. */
  get asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: incoming.headers as Record<string, string>,
      body: await new Blob(chunks as BlobPart[]).text(),
    };
    this.requests.push(request);
    const instead = this.instead.shift();
    if (instead === "cut") return void incoming.socket.destroy();
    const reply = instead === "never" ? undefined : instead ?? await this.handler(request);
    if (reply === undefined) return;
    const { status = 200, headers, body } = reply;
    const type = typeof body === "string" ? "text/plain" : "application/json";
    outgoing.writeHead(status, { "content-type": type, connection: "close", ...headers });
    outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
  }
}
