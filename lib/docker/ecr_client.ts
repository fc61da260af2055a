/**
 * Asks Amazon ECR for the password of a registry.
 *
 * @module
 */

import { readCaBundle } from "../aws/ca_bundle.ts";
import { deadlined } from "../aws/call.ts";
import { signedHeaders } from "../aws/sigv4.ts";
import type { Context } from "../context.ts";
import type { SessionCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import {
  passwordRequest,
  readFault,
  readPassword,
  type Registry,
  type RegistryPassword,
} from "./ecr.ts";

/** Where requests go instead of to AWS, and whom to trust. */
export interface EcrConnection {
  readonly endpoint?: string | undefined;
  readonly caBundle?: string | undefined;
}

/**
 * Gives what signs in to a registry, with a session's authority. Needs the permission net.
 *
 * @throws StsmfaError what AWS or the network says against it
 */
export async function registryPassword(
  context: Context,
  registry: Registry,
  credentials: SessionCredentials,
  { endpoint, caBundle }: EcrConnection,
): Promise<RegistryPassword> {
  const request = passwordRequest(registry, endpoint);
  const { url, ...toSend } = request;
  const caCerts = await readCaBundle(context, caBundle);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const keys = {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    sessionToken: sessionToken.reveal(),
  };
  let serverTime: Date | undefined;
  const call = {
    action: "GetAuthorizationToken",
    endpoint: url,
    credentials,
    secrets: [secretAccessKey, sessionToken],
  };
  return await deadlined(context, { serverTime: () => serverTime }, call, async (signal) => {
    const { region, service } = registry;
    const signing = { credentials: keys, region, service, at: context.clock.now() };
    const headers = await signedHeaders(request, signing);
    const response = await context.fetch(url, { ...toSend, headers, signal, caCerts });
    const date = Date.parse(response.headers.get("date") ?? "");
    serverTime = Number.isNaN(date) ? undefined : new Date(date);
    const text = await response.text();
    if (response.status !== 200) {
      const $metadata = { httpStatusCode: response.status };
      throw Object.assign(new Error(), { ...readFault(text), $metadata });
    }
    const password = readPassword(text);
    if (password !== undefined) return password;
    throw new StsmfaError("ServiceUnavailable", "the answer of ECR holds no usable password", {
      hint: "see whether a proxy or AWS_ENDPOINT_URL_ECR leads somewhere else than to AWS",
    });
  });
}
