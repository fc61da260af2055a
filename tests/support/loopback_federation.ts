/**
 * AWS's federation endpoint on loopback: it gives a token for the console to whoever has a session
 * that AWS would federate, and says by the token who is signed in.
 *
 * @module
 */

import { type JsonReply, LoopbackJson, type SeenJsonRequest } from "./loopback_json.ts";
import type { LoopbackSts } from "./loopback_sts.ts";
import type { Principal } from "./sts_authority.ts";

/** What it was asked for, in the clear. */
export interface SignIn {
  readonly principal: Principal;
  readonly sessionDuration: number | undefined;
}

/** A running federation endpoint. */
export class LoopbackFederation implements AsyncDisposable {
  /** The ARNs of those who have come by their URL, in order. */
  readonly signedIn: string[] = [];
  readonly #tokens = new Map<string, SignIn>();

  private constructor(readonly server: LoopbackJson) {}

  /** Starts one for the sessions of an STS. */
  static async start(sts: LoopbackSts, now: () => Date): Promise<LoopbackFederation> {
    const federation: LoopbackFederation = new LoopbackFederation(
      await LoopbackJson.start((request) => Promise.resolve(federation.#answer(request, sts, now))),
    );
    return federation;
  }

  get url(): string {
    return this.server.url;
  }

  /** The variables that lead there. */
  env(): Record<string, string> {
    return { AWS_ENDPOINT_URL_SIGNIN: this.url };
  }

  /** Returns who a URL signs in. */
  signIn(url: string): SignIn {
    const { searchParams } = new URL(url);
    const found = this.#tokens.get(searchParams.get("SigninToken") ?? "");
    if (found === undefined) throw new Error("the URL has no token of ours");
    return found;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }

  #answer({ method, path }: SeenJsonRequest, sts: LoopbackSts, now: () => Date): JsonReply {
    const { pathname, searchParams } = new URL(path, this.url);
    const refused = { status: 400, body: "<html><body>Invalid request</body></html>" };
    if (method !== "GET" || pathname !== "/federation") {
      return { status: 404, body: "no such page" };
    }
    if (searchParams.get("Action") === "login") {
      const found = this.#tokens.get(searchParams.get("SigninToken") ?? "");
      if (found === undefined) return refused;
      this.signedIn.push(found.principal.arn);
      return { body: `signed in as ${found.principal.arn}` };
    }
    if (searchParams.get("Action") !== "getSigninToken") return refused;
    const { sessionId, sessionKey, sessionToken } = JSON.parse(searchParams.get("Session") ?? "{}");
    const principal = sts.holderOf(sessionId);
    const isWhole = principal?.secretAccessKey === sessionKey &&
      principal?.sessionToken === sessionToken && sessionToken !== undefined &&
      principal!.expiration! > now();
    const isFederable = principal?.kind === "role session" || principal?.kind === "federated user";
    if (!isWhole || !isFederable) return refused;
    const duration = searchParams.get("SessionDuration");
    const isTaken = duration === null ||
      principal.kind === "role session" && !principal.isChained && Number(duration) >= 900 &&
        Number(duration) <= 43200;
    if (!isTaken) return refused;
    const token = `token/of+${crypto.randomUUID()}=`;
    this.#tokens.set(token, {
      principal,
      sessionDuration: duration === null ? undefined : Number(duration),
    });
    return { body: { SigninToken: token } };
  }
}
