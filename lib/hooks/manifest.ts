/**
 * Checks what a hook declares, since it comes from the hook's own process and can't be trusted.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import type { HookPermissions, HookPoint } from "../hook.ts";
import { oneLine } from "./one_line.ts";

/** What a hook declares. */
export interface HookManifest {
  readonly on: readonly HookPoint[];
  readonly permissions: Required<HookPermissions>;
  readonly needsCredentials: boolean;
  /** Whether it gets the user's new access key after a rotation. */
  readonly needsAccessKey: boolean;
  readonly providesTokenCode: boolean;
  /** Options that name files which get the session's keys. */
  readonly keyFiles: readonly string[];
}

/** The kinds of permissions, in the order they are shown. */
export const permissionKinds = ["read", "write", "net", "run", "env"] as const;

/** One of {@link permissionKinds}. */
export type PermissionKind = (typeof permissionKinds)[number];

/** Limited, since the user has to read them all before approving. */
const mostWords = 64;

/** Characters that could hide a word, or parts of the screen, from the user asked to approve it. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Parses a manifest.
 *
 * @param name the hook's name, for the error message
 * @throws StsmfaError `InvalidHook`
 */
export function parseManifest(name: string, value: unknown): HookManifest {
  const invalid = (problem: string) =>
    new StsmfaError("InvalidHook", `hook ${name}: ${oneLine(problem)}`, {
      hint: "for a working example: stsmfa hooks new NAME",
    });
  if (typeof value !== "object" || value === null) {
    throw invalid("its default export is not a hook");
  }
  const { on, permissions = {}, needs, provides, keyFiles, run } = value as Record<string, unknown>;
  const list = (what: string, words: unknown, allowed?: readonly string[]): string[] => {
    const all = words === undefined ? [] : Array.isArray(words) ? words : [words];
    if (all.length > mostWords) throw invalid(`${what} has more than ${mostWords} words`);
    for (const word of all) {
      if (typeof word !== "string" || word === "" || word.length > 4096 || unseen.test(word)) {
        throw invalid(`${what} is not a list of words`);
      }
      if (allowed !== undefined && !allowed.includes(word)) {
        throw invalid(`${what} has ${word}, which is not one of ${allowed.join(", ")}`);
      }
    }
    return all as string[];
  };
  const points = list("on", on, ["pre-refresh", "post-refresh", "post-rotate"]);
  if (points.length === 0) throw invalid('it does not say when it runs: on: "post-refresh"');
  if (run !== true) throw invalid("it has no function run");
  if (typeof permissions !== "object" || permissions === null || Array.isArray(permissions)) {
    throw invalid("permissions is not an object");
  }
  const unknown = Object.keys(permissions)
    .find((kind) => !(permissionKinds as readonly string[]).includes(kind));
  if (unknown !== undefined) {
    throw invalid(`there is no permission ${unknown}; there are ${permissionKinds.join(", ")}`);
  }
  const of = (kind: PermissionKind) =>
    [...new Set(list(`permissions.${kind}`, (permissions as Record<string, unknown>)[kind]))]
      .sort();
  const providesTokenCode = list("provides", provides, ["token-code"]).length > 0;
  if (providesTokenCode && !points.includes("pre-refresh")) {
    throw invalid("it gives an MFA code, and does not run before the refresh");
  }
  const needed = list("needs", needs, ["credentials", "accessKey"]);
  const needsAccessKey = needed.includes("accessKey");
  if (needsAccessKey && !points.includes("post-rotate")) {
    throw invalid("it needs the access key, and does not run after a rotation");
  }
  const ofKeys = list("keyFiles", keyFiles);
  const noOption = ofKeys.find((each) => !/^\w+$/.test(each));
  if (noOption !== undefined) throw invalid(`keyFiles has ${noOption}, which names no option`);
  return {
    on: [...new Set(points)].sort() as HookPoint[],
    permissions: {
      read: of("read"),
      write: of("write"),
      net: of("net"),
      run: of("run"),
      env: of("env"),
    },
    needsCredentials: needed.includes("credentials"),
    needsAccessKey,
    providesTokenCode,
    keyFiles: [...new Set(ofKeys)].sort(),
  };
}
