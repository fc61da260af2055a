/**
 * Credentials that a container gets from its host: `credential_source = EcsContainer`.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * @module
 */

import { hostOf } from "../aws/failed_call.ts";
import type { Context, Environment } from "../context.ts";
import { type ProvidedCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { patiently } from "../files/patience.ts";
import type { NamedSource } from "../profile/others_source.ts";
import { storageError } from "../storage_error.ts";
import { givenCredentials, type GivenNames } from "./given_credentials.ts";
import { askLocally, type LocalRequest, mostSeconds, objectOf, refused } from "./local_server.ts";
import { settingName } from "./options.ts";

const relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const tokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const tokenFileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/** Hosts that credentials may be asked of without encryption, besides 127.0.0.0/8. */
const hosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"];

/**
 * Checks what can be known before the server is asked.
 *
 * @throws StsmfaError `InvalidSetting`, `FileUnreadable`
 */
export async function checkContainer(context: Context, source: NamedSource): Promise<void> {
  await requestOf(context, source);
}

const names: GivenNames = {
  accessKeyId: "AccessKeyId",
  secretAccessKey: "SecretAccessKey",
  sessionToken: "Token",
  expiration: "Expiration",
  accountId: "AccountId",
};

/**
 * Asks the container's host for credentials. Needs the permission net.
 *
 * @throws StsmfaError what {@link checkContainer} throws; `RequestRefused`, `SessionExpired`, and if
 * the server is not there
 */
export async function containerCredentials(
  context: Context,
  source: NamedSource,
): Promise<ProvidedCredentials> {
  const request = await requestOf(context, source);
  const answer = await patiently(
    context,
    hostOf(request.url),
    mostSeconds(request, 1),
    () => askLocally(context, request),
  );
  if (answer.status !== 200) throw refused(request, answer);
  const values = objectOf(request, answer.text);
  return givenCredentials(values, names, context.clock.now(), (problem, code) =>
    new StsmfaError(
      code === "SessionExpired" ? code : "ServiceUnavailable",
      `${request.setting}: the credentials of ${hostOf(request.url)} cannot be used: ${problem}`,
      { hint: request.hint },
    ), true);
}

async function requestOf(context: Context, source: NamedSource): Promise<LocalRequest> {
  const setting = settingName(source.origin, source.section);
  const url = urlOf(
    context.env,
    (problem) =>
      new StsmfaError("InvalidSetting", `${setting}: ${problem}`, {
        hint:
          "it works where AWS's container agents have set these variables: ECS, EKS, CloudShell",
      }),
  );
  const token = await tokenOf(
    context,
    (problem) => new StsmfaError("InvalidSetting", `${setting}: ${problem}`),
  );
  return {
    method: "GET",
    url,
    headers: {
      accept: "application/json",
      ...(token && { authorization: token.reveal() }),
    },
    seconds: 2,
    attempts: 3,
    secrets: token === undefined ? [] : [token],
    action: "credentials",
    setting,
    hint: `see what the server says to whoever started this container; its URL is in ${
      context.env.has(relative) ? relative : full
    }`,
  };
}

function urlOf(env: Environment, problemOf: (problem: string) => StsmfaError): string {
  const name = env.has(relative) ? relative : full;
  const value = env.get(name);
  if (value === undefined) {
    throw problemOf(
      env.has(name) ? `variable ${name} is empty` : `neither ${relative} nor ${full} is set`,
    );
  }
  const text = name === relative ? `http://169.254.170.2${value}` : value;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Nothing of it is repeated: a password or a token may be in it.
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw problemOf(`variable ${name} is not an http or https URL`);
  }
  if (url.username !== "" || url.password !== "") {
    throw problemOf(`variable ${name} holds a user name or password, which is sent nowhere`);
  }
  const isNear = hosts.includes(url.hostname) || /^127(?:\.\d{1,3}){3}$/.test(url.hostname);
  if (url.protocol === "http:" && !isNear) {
    throw problemOf(
      `variable ${name} names ${url.hostname}, and without https only this machine and AWS's own agents are asked`,
    );
  }
  return url.href;
}

/** The file goes before the variable; it is read each time, since others renew it. */
async function tokenOf(
  { env, files }: Context,
  problemOf: (problem: string) => StsmfaError,
): Promise<Secret | undefined> {
  const path = env.get(tokenFileVariable);
  let token = env.get(tokenVariable);
  if (env.has(tokenFileVariable)) {
    if (path === undefined) throw problemOf(`variable ${tokenFileVariable} is empty`);
    let bytes: Uint8Array | undefined;
    try {
      bytes = await files.read(path);
    } catch (error) {
      throw storageError("read", path, error);
    }
    if (bytes === undefined) {
      throw problemOf(`there is no file ${path}, which ${tokenFileVariable} names`);
    }
    token = new TextDecoder().decode(bytes);
  }
  if (token === undefined) return undefined;
  // A line end would begin another header; every SDK refuses it.
  if (/^[ -~]{1,16384}$/.test(token)) return new Secret(token);
  throw problemOf(
    `the token in ${path ?? `variable ${tokenVariable}`} does not fit into a header${
      /[\r\n]$/.test(token) ? ": it ends with a line end" : ""
    }`,
  );
}
