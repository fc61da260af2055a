/**
 * Stores what the user decided about hooks. An approval covers one file, its exact bytes and the
 * permissions they get; a denial covers the file, whatever it contains.
 *
 * One file per hook, mode 0600, in the state directory. A torn or foreign file counts as none.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { sweep } from "../files/leftovers.ts";
import { foreignPart, hintFor } from "../files/ours.ts";
import { faultInWords } from "../files/ownership.ts";
import { replaceFile } from "../files/replace.ts";
import { homeVariable, join } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import { openStateFolder } from "../state/folder.ts";
import { storageError } from "../storage_error.ts";
import type { HookFile } from "./file.ts";
import { type HookManifest, parseManifest, permissionKinds } from "./manifest.ts";
import type { HookScope } from "./permissions.ts";

/** What is approved. */
export interface Approval {
  /** The hash of path, content and permissions. */
  readonly hash: string;
  /** The hash of the content only. */
  readonly contentHash: string;
  readonly manifest: HookManifest;
  readonly scope: HookScope;
}

/** The last decision about a hook's file. */
export type Decision =
  | { readonly state: "allowed"; readonly approval: Approval }
  | { readonly state: "denied" };

/** What a decision is about. */
export interface DecidedFile {
  /** The real path. */
  readonly path: string;
  /** The path by which it was found, if a link leads from there. */
  readonly foundAt?: string | undefined;
}

/** Returns the approval that a hook needs now. */
export async function neededApproval(
  { path, source }: HookFile,
  manifest: HookManifest,
  scope: HookScope,
): Promise<Approval> {
  const contentHash = await digest(source);
  const { on, needsCredentials, needsAccessKey, providesTokenCode } = manifest;
  const more = needsAccessKey ? ["access-key"] : [];
  const terms = JSON.stringify([scope, on, needsCredentials, providesTokenCode, ...more]);
  const hash = await digest([path, contentHash, terms].join("\n"));
  return { hash, contentHash, manifest, scope };
}

/**
 * Returns the last decision about a file, if there is one. An approval that another user could have
 * put there counts as none; a denial counts, whoever wrote it.
 *
 * @throws StsmfaError `HookNotApproved` if the folder is not ours; `FileUnreadable`
 */
export async function readDecision(context: Context, path: string): Promise<Decision | undefined> {
  const { folder, file } = await decisionPath(context, path);
  let bytes: Uint8Array | undefined;
  let isForeign: boolean;
  try {
    await refuseForeign(context, folder);
    bytes = await context.files.read(file);
    isForeign = await foreignPart(context, file) !== undefined;
  } catch (error) {
    throw storageError("read", file, error);
  }
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    if (value.version !== 1 || value.path !== path) return undefined;
    if (value.state === "denied") return { state: "denied" };
    const { hash, contentHash, manifest, scope } = value.approval;
    const isSound = [hash, contentHash].every((each) => /^[\da-f]{64}$/.test(each)) &&
      permissionKinds.every((kind) => Array.isArray(scope[kind]));
    if (value.state !== "allowed" || !isSound || isForeign) return undefined;
    const declared = parseManifest(path, {
      on: manifest.on,
      permissions: manifest.permissions,
      needs: [
        ...(manifest.needsCredentials ? ["credentials"] : []),
        ...(manifest.needsAccessKey ? ["accessKey"] : []),
      ],
      provides: manifest.providesTokenCode ? ["token-code"] : [],
      keyFiles: manifest.keyFiles,
      run: true,
    });
    return { state: "allowed", approval: { hash, contentHash, manifest: declared, scope } };
  } catch {
    return undefined;
  }
}

/**
 * Returns what was decided about any hook, as far as it can be read, whoever wrote it, and whether
 * it is an approval to run before a refresh.
 */
export async function keptDecisions(
  context: Context,
): Promise<(DecidedFile & { readonly isGuard: boolean })[]> {
  const state = stateDirectory(context);
  if (state === undefined) return [];
  const folder = join(state, "hooks");
  const read = async (name: string) => {
    const bytes = await context.files.read(join(folder, name));
    const { version, path, foundAt, state, approval } = JSON.parse(new TextDecoder().decode(bytes));
    if (version !== 1 || typeof path !== "string") return [];
    const isGuard = state === "allowed" && [approval?.manifest?.on].flat().includes("pre-refresh");
    return [{ path, ...(typeof foundAt === "string" && { foundAt }), isGuard }];
  };
  try {
    const names = (await context.files.list(folder)).filter((name) =>
      /^[\da-f]+\.json$/.test(name)
    );
    return (await Promise.all(names.map((name) => read(name).catch(() => [])))).flat();
  } catch {
    return [];
  }
}

async function refuseForeign(context: Context, folder: string): Promise<void> {
  const fault = await foreignPart(context, folder);
  if (fault === undefined) return;
  const what = `hook approvals in ${folder} are ignored: ${faultInWords(fault)}`;
  throw new StsmfaError("HookNotApproved", what, { hint: hintFor(context, folder, fault) });
}

/**
 * Stores a decision.
 *
 * @param warn called with warnings about where it is stored
 * @throws StsmfaError `UntrustedFile` if another user could put approvals there; `FileUnwritable`
 */
export async function writeDecision(
  context: Context,
  { path, foundAt }: DecidedFile,
  decision: Decision,
  warn?: (message: string) => void,
): Promise<void> {
  const { state, file } = await decisionPath(context, path);
  const text = JSON.stringify({ version: 1, path, foundAt, ...decision }, null, 2) + "\n";
  try {
    await openStateFolder(context, state, "hooks", warn);
    await sweep(context, join(state, "hooks"));
    await replaceFile(context, file, new TextEncoder().encode(text), undefined);
  } catch (error) {
    throw storageError("write", file, error);
  }
}

async function decisionPath(context: Context, path: string) {
  const state = stateDirectory(context);
  if (state === undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `hook approvals cannot be saved: ${homeVariable(context.env)} is not set`,
    );
  }
  const folder = join(state, "hooks");
  return { state, folder, file: join(folder, `${(await digest(path)).slice(0, 32)}.json`) };
}

/** Describes how an approval differs from the one needed now, permissions first. */
export function changes(before: Approval, now: Approval): string[] {
  const lines = permissionKinds.flatMap((kind) => [
    ...now.scope[kind].filter((word) => !before.scope[kind].includes(word))
      .map((word) => `new: ${kind} ${word}`),
    ...before.scope[kind].filter((word) => !now.scope[kind].includes(word))
      .map((word) => `gone: ${kind} ${word}`),
  ]);
  const flag = (name: string, was: boolean, is: boolean) =>
    was === is ? [] : [`${is ? "new" : "gone"}: ${name}`];
  return [
    ...lines,
    ...flag(
      "the keys of the session",
      before.manifest.needsCredentials,
      now.manifest.needsCredentials,
    ),
    ...flag(
      "the access key itself",
      before.manifest.needsAccessKey,
      now.manifest.needsAccessKey,
    ),
    ...flag("the MFA code", before.manifest.providesTokenCode, now.manifest.providesTokenCode),
    ...(String(before.manifest.on) === String(now.manifest.on)
      ? []
      : [`runs on ${now.manifest.on.join(", ")}, not on ${before.manifest.on.join(", ")}`]),
    ...(before.contentHash === now.contentHash
      ? []
      : [`the code: ${before.contentHash.slice(0, 12)} is now ${now.contentHash.slice(0, 12)}`]),
  ];
}
