/**
 * Asks Amazon ECR for the password of a registry.
 *
 * @module
 */

import { answerDate, answerText, UnusableAnswer } from "../aws/answer.ts";
import { readCaBundle } from "../aws/ca_bundle.ts";
import { deadlined } from "../aws/call.ts";
import { signedHeaders } from "../aws/sigv4.ts";
import type { Context } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import type { Endpoint } from "../profile/endpoint.ts";
import {
  passwordRequest,
  readFault,
  readPassword,
  type Registry,
  type RegistryPassword,
} from "./ecr.ts";

/** Where the registry's service is, and certificates to trust. */
export interface EcrConnection {
  readonly endpoint: Pick<Endpoint, "value" | "signingRegion">;
  readonly caBundle?: string | undefined;
}

/**
 * Gets a registry's password with a session. Needs the permission net.
 *
 * @throws StsmfaError if AWS refuses or the network fails
 */
export async function registryPassword(
  context: Context,
  registry: Registry,
  credentials: ProvidedCredentials,
  { endpoint, caBundle }: EcrConnection,
): Promise<RegistryPassword> {
  const request = passwordRequest(registry, endpoint.value);
  const { url, ...toSend } = request;
  const caCerts = await readCaBundle(context, caBundle);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const keys = {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken && { sessionToken: sessionToken.reveal() }),
  };
  let serverTime: Date | undefined;
  const call = {
    action: "GetAuthorizationToken",
    endpoint: url,
    credentials,
    secrets: [secretAccessKey, ...(sessionToken ? [sessionToken] : [])],
  };
  return await deadlined(context, { serverTime: () => serverTime }, call, async (signal) => {
    const { signingRegion: region } = endpoint;
    const { service } = registry;
    const signing = { credentials: keys, region, service, at: context.clock.now() };
    const headers = await signedHeaders(request, signing);
    const response = await context.fetch(url, { ...toSend, headers, signal, caCerts });
    serverTime = answerDate(response.headers);
    if (response.status === 200) return readPassword(await answerText(response, "JSON"));
    const $metadata = { httpStatusCode: response.status };
    throw Object.assign(new Error(), { ...await faultOf(response), $metadata });
  });
}

/** Returns AWS's error; `Unknown` if the answer is not AWS's. */
async function faultOf(response: Response): Promise<ReturnType<typeof readFault>> {
  try {
    return readFault(await answerText(response, "JSON"));
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    return readFault("{}");
  }
}
