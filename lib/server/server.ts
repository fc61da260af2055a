/**
 * A server on this machine that gives SDKs a session, as containers have one. It answers whoever
 * has its token, which is in the environment of the program that it is for, and nobody else: no
 * other user, no web page, whatever name it has been given for 127.0.0.1.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * @module
 */

import type { ClientConnection, Clock, Context, Listener } from "../context.ts";
import { formatExpiration, Secret } from "../credentials.ts";
import { type ErrorCode, ExitStatus, exitStatusByCode, StsmfaError } from "../errors.ts";
import type { HeldSession } from "./held_session.ts";
import { type Answer, readHead, readRest, type RequestHead, writeAnswer } from "./request.ts";

/** Where the session is on the server. */
const path = "/credentials";

/** A request has to be here whole, and its answer taken, within that time. */
export const mostMilliseconds = 5000;

/** Of more connections than these, the oldest without an answer is closed. */
export const mostConnections = 64;

/** Serves one session. */
export class CredentialServer {
  /** What a client has to send as `Authorization`: 256 random bits. */
  readonly token: Secret;
  readonly #listener: Listener;
  /** Those that are open, the oldest first. */
  readonly #open = new Set<ClientConnection>();
  #isClosed = false;
  readonly #ended: Promise<void>;

  private constructor(
    private readonly clock: Clock,
    private readonly session: HeldSession,
    listener: Listener,
  ) {
    this.token = new Secret(randomToken());
    this.#listener = listener;
    this.#ended = this.#acceptAll();
  }

  /** Listens; {@link CredentialServer.close} ends it. */
  static async open(
    { clock, listen }: Pick<Context, "clock" | "listen">,
    session: HeldSession,
  ): Promise<CredentialServer> {
    return new CredentialServer(clock, session, await listen());
  }

  /** Where the session is. */
  get uri(): string {
    return `http://127.0.0.1:${this.#listener.port}${path}`;
  }

  /** Closes the port and every connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener[Symbol.dispose]();
    for (const connection of this.#open) connection[Symbol.dispose]();
    await this.#ended;
  }

  async #acceptAll(): Promise<void> {
    const underway = new Set<Promise<void>>();
    for await (const connection of this.#listener) {
      const work = this.#serve(connection).finally(() => underway.delete(work));
      underway.add(work);
    }
    await Promise.all(underway);
  }

  async #serve(connection: ClientConnection): Promise<void> {
    using _ = connection;
    if (this.#isClosed) return;
    if (this.#open.size >= mostConnections) {
      const [oldest] = this.#open;
      oldest![Symbol.dispose]();
      this.#open.delete(oldest!);
    }
    this.#open.add(connection);
    const deadline = this.clock.deadline(mostMilliseconds);
    deadline.signal.addEventListener("abort", () => connection[Symbol.dispose](), { once: true });
    try {
      const head = await readHead(connection);
      if (head === undefined) return;
      await writeAnswer(
        connection,
        typeof head === "number" ? refusal(head, unreadable[head]) : await this.#answer(head),
      );
      await readRest(connection);
    } catch {
      /* it was cut, by the client or by us */
    } finally {
      deadline.cancel();
      this.#open.delete(connection);
    }
  }

  async #answer({ method, target, headers }: RequestHead): Promise<Answer> {
    if (method !== "GET") {
      return { ...refusal(405, "only GET is answered here"), headers: { Allow: "GET" } };
    }
    const { port } = this.#listener;
    const host = headers.get("host");
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
      return refusal(403, "this server has another name");
    }
    if (headers.has("origin")) return refusal(403, "nothing is given to web pages");
    if (!isSame(headers.get("authorization") ?? "", this.token.reveal())) {
      return refusal(
        403,
        "the token is not the one of AWS_CONTAINER_AUTHORIZATION_TOKEN that stsmfa exec --serve has set",
      );
    }
    if (headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) !== 0) {
      return refusal(400, "a GET has no content");
    }
    if (target !== path) return refusal(404, "there is nothing here");
    return await this.#credentials();
  }

  async #credentials(): Promise<Answer> {
    let session;
    try {
      session = await this.session.get();
    } catch (error) {
      if (!(error instanceof StsmfaError)) return refusal(503, "stsmfa failed");
      return refusal(isPassing(error) ? 503 : 401, messageOf(error), error.code);
    }
    const { credentials: { accessKeyId, secretAccessKey, sessionToken, expiration }, accountId } =
      session;
    return {
      status: 200,
      body: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey.reveal(),
        // SDKs take none without these.
        Token: sessionToken?.reveal() ?? "",
        Expiration: formatExpiration(expiration ?? this.#inAnHour()),
        ...(accountId !== undefined && { AccountId: accountId }),
      },
    };
  }

  /** When to ask again for what does not end, or ends at a time that nobody knows. */
  #inAnHour(): Date {
    return new Date(this.clock.now().getTime() + 3_600_000);
  }
}

const unreadable = {
  400: "this is not a request",
  431: "the head of the request is too long",
} as const;

/** Returns an answer in the spellings that SDKs look for. */
function refusal(status: number, message: string, code: ErrorCode | "Refused" = "Refused"): Answer {
  const text = `stsmfa: ${message}`;
  return { status, body: { code, message: text, Code: code, Message: text } };
}

function messageOf({ message, hint }: StsmfaError): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}

/** Reports whether it may work by itself in a moment: then SDKs try once more. */
function isPassing({ code }: StsmfaError): boolean {
  return exitStatusByCode[code] === ExitStatus.Network || code === "Throttled" ||
    code === "LockTimeout";
}

function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Compares in a time that does not depend on what the texts are, but for their lengths. */
export function isSame(given: string, token: string): boolean {
  let difference = given.length ^ token.length;
  for (let at = 0; at < token.length; at++) {
    difference |= given.charCodeAt(at % (given.length || 1)) ^ token.charCodeAt(at);
  }
  return difference === 0;
}
