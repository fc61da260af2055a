/**
 * IAM Identity Center and AWS's sign-in on loopback: the portal that gives a role's credentials, and
 * the two services that renew a sign-in. Each access and refresh token is known; a refresh token is
 * good once; a proof of possession is verified.
 *
 * @module
 */

import { createPublicKey, verify } from "node:crypto";
import { type JsonReply, LoopbackJson, type SeenJsonRequest } from "./loopback_json.ts";

/** A loopback sign-in. */
export interface LoopbackSignIn extends AsyncDisposable {
  readonly server: LoopbackJson;
  /** Access tokens that are valid. */
  readonly accessTokens: Set<string>;
  /** Refresh tokens that are valid. */
  readonly refreshTokens: Set<string>;
  /** The roles that one has, such as `222222222222/Reader`. */
  readonly roles: Set<string>;
  /** Returns the variables that point SDKs to it. */
  env(): Record<string, string>;
}

/** Starts it; it has the role Reader in 222222222222. */
export async function startLoopbackSignIn(now: () => Date): Promise<LoopbackSignIn> {
  const accessTokens = new Set<string>();
  const refreshTokens = new Set<string>();
  const roles = new Set(["222222222222/Reader"]);
  let issued = 0;

  const credentials = () => {
    issued++;
    return {
      accessKeyId: `ASIAPORTALPORTALPO${issued}`.padEnd(20, "2"),
      secretAccessKey: `portal/secret+${issued}/of+forty+letters+or+so`,
      sessionToken: `portal/token+${issued}==`,
    };
  };
  const refusal = (status: number, type: string, body: Record<string, string>): JsonReply => ({
    status,
    headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/` },
    body: { __type: `com.amazon#${type}`, ...body },
  });
  const portal = ({ headers, path }: SeenJsonRequest): JsonReply => {
    const query = new URL(path, "http://x").searchParams;
    if (!accessTokens.has(headers["x-amz-sso_bearer_token"] ?? "")) {
      return refusal(401, "UnauthorizedException", {
        message: "Session token not found or invalid",
      });
    }
    if (!roles.has(`${query.get("account_id")}/${query.get("role_name")}`)) {
      return refusal(403, "ForbiddenException", { message: "No access" });
    }
    const expiration = now().getTime() + 3600_000;
    return { body: { roleCredentials: { ...credentials(), expiration } } };
  };
  const oidc = ({ body }: SeenJsonRequest): JsonReply => {
    const { grantType, clientId, clientSecret, refreshToken } = JSON.parse(body);
    const isKnown = grantType === "refresh_token" && clientId === "client" &&
      clientSecret === "client-secret" && refreshTokens.delete(refreshToken);
    if (!isKnown) {
      return refusal(400, "InvalidGrantException", {
        error: "invalid_grant",
        error_description: `Invalid refresh token ${refreshToken}`,
      });
    }
    issued++;
    const [accessToken, next] = [`access-${issued}`, `refresh-${issued}`];
    accessTokens.add(accessToken);
    refreshTokens.add(next);
    return { body: { accessToken, refreshToken: next, expiresIn: 28_800, tokenType: "Bearer" } };
  };
  const signin = ({ body, headers, method, path }: SeenJsonRequest, url: string): JsonReply => {
    const { grantType, clientId, refreshToken } = JSON.parse(body);
    const complaint = proofComplaint(headers["dpop"] ?? "", method, `${url}${path}`, now());
    if (complaint !== undefined) {
      return refusal(400, "ValidationException", { error: "INVALID_REQUEST", message: complaint });
    }
    const isKnown = grantType === "refresh_token" && clientId !== undefined &&
      refreshTokens.delete(refreshToken);
    if (!isKnown) {
      return refusal(401, "AccessDeniedException", { error: "TOKEN_EXPIRED", message: "expired" });
    }
    const accessToken = credentials();
    const next = `refresh-${issued}`;
    refreshTokens.add(next);
    return {
      body: { accessToken, tokenType: "aws_sigv4", expiresIn: 900, refreshToken: next },
    };
  };
  const server: LoopbackJson = await LoopbackJson.start((request) => {
    const path = request.path.replace(/\?.*/, "");
    if (path === "/federation/credentials") return Promise.resolve(portal(request));
    if (path === "/token") return Promise.resolve(oidc(request));
    if (path === "/v1/token") return Promise.resolve(signin(request, server.url));
    return Promise.resolve(refusal(404, "UnknownOperationException", {}));
  });
  return {
    server,
    accessTokens,
    refreshTokens,
    roles,
    env: () => ({
      AWS_ENDPOINT_URL_SSO: server.url,
      AWS_ENDPOINT_URL_SSO_OIDC: server.url,
      AWS_ENDPOINT_URL_SIGNIN: server.url,
    }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Returns why a proof of possession is not one (RFC 9449), if it is not. */
function proofComplaint(proof: string, method: string, url: string, now: Date): string | undefined {
  const [head, body, signature, ...more] = proof.split(".");
  if (signature === undefined || more.length > 0) return "the proof does not have three parts";
  const parsed = (part: string) => JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
  const { typ, alg, jwk } = parsed(head!);
  if (typ !== "dpop+jwt" || alg !== "ES256" || "d" in jwk) return "the proof's header is wrong";
  const { htm, htu, iat, jti } = parsed(body!);
  if (htm !== method || htu !== url) return `the proof is for ${htm} ${htu}`;
  if (Math.abs(iat - now.getTime() / 1000) > 60) return "the proof is old";
  if (typeof jti !== "string" || jti.length < 16) return "the proof has no id";
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const isSigned = verify(
    "sha256",
    new TextEncoder().encode(`${head}.${body}`),
    { key, dsaEncoding: "ieee-p1363" },
    Uint8Array.from(
      atob(signature.replaceAll("-", "+").replaceAll("_", "/")),
      (each) => each.charCodeAt(0),
    ),
  );
  return isSigned ? undefined : "the proof's signature is wrong";
}
