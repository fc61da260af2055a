/**
 * How a registry's logins stand in docker's config.json, and in the files of the same form of podman,
 * skopeo and buildah. Pure.
 *
 * Source: docker's `cli/config/configfile`, and containers-auth.json(5)
 *
 * @module
 */

import * as json from "../text/json.ts";
import { JsonProblem } from "../text/json.ts";
import { serverHost } from "./ecr.ts";

/** The helper's name to its clients, which start `docker-credential-stsmfa`. */
export const helperName = "stsmfa";

/** How clients are to sign in: with this value of `auth`, or by asking the helper. */
export type Login = { readonly auth: string } | "helper";

/** What is left in a file that is not ours to remove, and would be used in place of our login. */
export interface OtherLogin {
  /** What names it in the file. */
  readonly key: string;
  /** The user, unless a helper is asked or it cannot be read. */
  readonly user?: string;
  /** The helper that is asked. */
  readonly helper?: string;
}

/** A file's text without our old logins, and what would be used all the same. */
export interface Cleared {
  /** The new text. */
  readonly text: string;
  /** Logins of others. */
  readonly others: readonly OtherLogin[];
}

/** The user of every password of Amazon ECR. */
const ecrUser = "AWS";

/** What an entry of `auths` may hold that a client would send. */
const secretKeys = ["auth", "identitytoken", "registrytoken", "username", "password"];

/** Returns the value at a path, whose own keys the file may spell in any case. */
function getJson(text: string, path: readonly string[]): unknown {
  return json.getJson(text, spelled(text, path));
}

function setJson(text: string, path: readonly string[], value: string): string {
  return json.setJson(text, spelled(text, path), value);
}

function removeJson(text: string, path: readonly string[]): string {
  return json.removeJson(text, spelled(text, path));
}

/**
 * Returns a path as the file spells it: clients written in Go read their keys in any case, as in
 * `credSstore`, but not the hosts, which are second.
 *
 * @throws JsonProblem for a key that is there in two spellings
 */
function spelled(text: string, path: readonly string[]): string[] {
  return path.reduce<string[]>((above, key, at) => {
    if (at === 1) return [...above, key];
    const all = Object.keys(Object(json.getJson(text, above)))
      .filter((each) => each.toLowerCase() === key.toLowerCase());
    if (all.length > 1) {
      throw new JsonProblem(`has ${all.join(" and ")}, which are one key to its readers`);
    }
    return [...above, all[0] ?? key];
  }, []);
}

/** Returns an entry's values by their keys in small letters, which all of them are. */
function valuesOf(entry: unknown): Record<string, unknown> {
  const values = Object.entries(Object(entry) as Record<string, unknown>);
  return Object.fromEntries(values.map(([key, value]) => [key.toLowerCase(), value]));
}

/** Returns the name of what docker asks for passwords that are not in its file, if it does. */
export function storeOf(text: string): string | undefined {
  const store = getJson(text, ["credsStore"]);
  return typeof store === "string" && store !== "" ? store : undefined;
}

/**
 * Refuses a config.json that docker itself would not read: it goes on as if there were none.
 *
 * @throws JsonProblem if the text is no such file
 */
export function refuseUnreadable(text: string): void {
  const objectAt = (key: string): Record<string, unknown> => {
    const value = getJson(text, [key]) ?? {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new JsonProblem(`has something other than an object as ${key}`);
  };
  const isName = (value: unknown) => typeof (value ?? "") === "string";
  if (!isName(getJson(text, ["credsStore"]))) {
    throw new JsonProblem("has something other than a name as credsStore");
  }
  for (const [host, helper] of Object.entries(objectAt("credHelpers"))) {
    if (!isName(helper)) throw new JsonProblem(`has no name of a helper for ${host} (credHelpers)`);
  }
  for (const [key, entry] of Object.entries(objectAt("auths"))) {
    if (
      typeof entry !== "object" || Array.isArray(entry) || !isAuth(valuesOf(entry)["auth"] ?? "")
    ) {
      throw new JsonProblem(`has a login for ${key} (auths) that docker cannot read: remove it`);
    }
  }
}

/** Reports whether it is a user and a password, in Base64, or nothing. */
function isAuth(auth: unknown): boolean {
  if (typeof auth !== "string") return false;
  const base64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;
  return auth === "" || (base64.test(auth) && atob(auth).indexOf(":") > 0);
}

/**
 * Writes a registry's login. A helper's entry comes first for every client, and docker looks at no
 * passwords in a file beside a `credsStore`.
 *
 * @throws JsonProblem if the text is no such file, or another helper is asked for the registry
 */
export function withLogin(text: string, host: string, login: Login): Cleared {
  const helper = getJson(text, ["credHelpers", host]);
  if (helper !== undefined && helper !== "" && helper !== helperName) {
    throw new JsonProblem(
      `has ${helper} asked for ${host} (credHelpers): remove that entry, ` +
        "or the registry from docker_registries",
    );
  }
  const { text: cleared, others } = withoutPasswords(text, host, host);
  if (login === "helper") {
    const secretless = withoutSecrets(cleared, host);
    return { text: setJson(secretless, ["credHelpers", host], helperName), others };
  }
  const bare = secretKeys.filter((key) => key !== "auth").reduce(
    (rest, key) => removeJson(rest, ["auths", host, key]),
    cleared,
  );
  const written = setJson(bare, ["auths", host, "auth"], login.auth);
  return { text: removeJson(written, ["credHelpers", host]), others };
}

/**
 * Removes a registry's logins that we, or a login by hand, have left in a file.
 *
 * @throws JsonProblem if the text is no such file
 */
export function withoutLogin(text: string, host: string): Cleared {
  const helper = getJson(text, ["credHelpers", host]);
  const isOthers = helper !== undefined && helper !== "" && helper !== helperName;
  const { text: cleared, others } = withoutPasswords(text, host);
  if (!isOthers) return { text: removeJson(cleared, ["credHelpers", host]), others };
  return { text: cleared, others: [{ key: host, helper: String(helper) }, ...others] };
}

/** Removes passwords of Amazon ECR under all keys that clients take for the host, but one. */
function withoutPasswords(text: string, host: string, kept?: string): Cleared {
  const auths = getJson(text, ["auths"]) ?? {};
  if (typeof auths !== "object" || Array.isArray(auths)) {
    throw new JsonProblem("has something other than an object as auths");
  }
  const others: OtherLogin[] = [];
  let cleared = text;
  for (const [key, entry] of Object.entries(auths)) {
    if (key === kept || serverHost(key) !== host) continue;
    const values = valuesOf(entry);
    const isEmpty = secretKeys.every((each) => !values[each]);
    const user = userOf(values);
    if (user === ecrUser) cleared = withoutSecrets(cleared, key);
    else if (!isEmpty) others.push({ key, ...(user !== undefined && { user }) });
  }
  return { text: cleared, others };
}

/** Removes what an entry holds that would be sent, and the entry if nothing else is in it. */
function withoutSecrets(text: string, key: string): string {
  const entry = getJson(text, ["auths", key]);
  if (entry === undefined) return text;
  const rest = Object.keys(Object(entry)).filter((each) =>
    !secretKeys.includes(each.toLowerCase())
  );
  if (rest.length === 0) return removeJson(text, ["auths", key]);
  return secretKeys.reduce((left, each) => removeJson(left, ["auths", key, each]), text);
}

function userOf({ auth, username }: Record<string, unknown>): string | undefined {
  if (typeof auth !== "string" || auth === "") {
    return typeof username === "string" && username !== "" ? username : undefined;
  }
  try {
    const [, user] = /^([^:]+):/.exec(atob(auth)) ?? [];
    return user;
  } catch {
    return undefined;
  }
}
