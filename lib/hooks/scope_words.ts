/**
 * Permissions in words, for the person who decides about them.
 *
 * @module
 */

import { awsFilePaths, expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { dirname } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import { endpointIn } from "./endpoints.ts";
import { type HookManifest, type PermissionKind, permissionKinds } from "./manifest.ts";
import { covers, type HookScope, isSecret } from "./permissions.ts";

/** What a scope lets a hook do, a line for each permission, with what should be known about it. */
export async function scopeInWords(
  context: Context,
  scope: HookScope,
  { needsCredentials, needsAccessKey, providesTokenCode }: HookManifest,
): Promise<string[]> {
  const verbs = { read: "read", write: "write", net: "reach", run: "run", env: "see variable" };
  const lines: string[] = [];
  for (const kind of permissionKinds) {
    for (const word of scope[kind]) {
      const warning = await warn(context, kind, word);
      lines.push(`may ${verbs[kind]} ${word}${warning === undefined ? "" : ` (${warning})`}`);
    }
  }
  if (needsCredentials) lines.push("gets the keys of the new session");
  if (needsAccessKey) {
    lines.push("gets the new access key, with its secret, when it is rotated: it does not expire");
  }
  if (providesTokenCode) lines.push("may give the MFA code");
  return lines.length === 0 ? ["may do nothing but calculate"] : lines;
}

async function warn(
  context: Context,
  kind: PermissionKind,
  word: string,
): Promise<string | undefined> {
  if (kind === "run") return "with all your rights: what it runs is not contained";
  if (kind === "env") return isSecret(word) ? "may be a secret" : undefined;
  if (kind === "net") {
    return endpointIn(word) && "AWS's host, or the one that your endpoint settings name";
  }
  const [, path = word, up] = /^\{option:\w+\|([^{}]+)\}(\/\.\.)?/.exec(word) ?? [];
  // Both sides as they really are: a permission has no links in it, and these may be reached by some.
  const real = async (each: string) =>
    await context.files.resolveLinks(expandHome(context.env, each));
  const place = up === undefined ? await real(path) : dirname(await real(path));
  const { config, credentials } = awsFilePaths(context.env, {});
  const withKeys = ["~/.aws", config, credentials, stateDirectory(context)];
  for (const each of withKeys) {
    if (each === undefined) continue;
    const keys = await real(each);
    if (covers(place, keys) || covers(keys, place)) return "your AWS keys are there";
  }
  const isRoot = dirname(place) === place;
  return isRoot || place === await real("~") ? "that is nearly everything" : undefined;
}
