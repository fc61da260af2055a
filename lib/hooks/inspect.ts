/**
 * A hook, what it declares, and what the user has decided about it.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { type Approval, type Decision, neededApproval, readDecision } from "./approval.ts";
import { findHook, type HookFile } from "./file.ts";
import { withFile } from "./fault.ts";
import { type HookManifest, parseManifest } from "./manifest.ts";
import { type HookScope, resolveScope } from "./permissions.ts";
import { hookAnswer } from "./process.ts";

/** The time limit for a hook to say what it declares. */
const describeSeconds = 10;

/** A hook with all that is known about it. */
export interface InspectedHook {
  readonly file: HookFile;
  readonly manifest: HookManifest;
  readonly scope: HookScope;
  /** What the user must have approved. */
  readonly needed: Approval;
  readonly decision: Decision | undefined;
  /** Hooks that come with stsmfa need no approval, but can be denied. */
  readonly state: "allowed" | "denied" | "new" | "changed";
}

/**
 * Finds a hook and what the user has decided about it. A hook whose text is not the approved one is
 * loaded in a process without permissions, to learn what it declares.
 *
 * @throws StsmfaError `InvalidHook`, `FileUnreadable`
 */
export async function inspectHook(context: Context, word: string): Promise<InspectedHook> {
  const file = await findHook(context, word);
  try {
    return await inspectFile(context, file);
  } catch (error) {
    throw withFile(file, error);
  }
}

async function inspectFile(context: Context, file: HookFile): Promise<InspectedHook> {
  const decision = await readDecision(context, file.path);
  const approval = decision?.state === "allowed" ? decision.approval : undefined;
  const isSame = approval?.contentHash === await digest(file.source) && !file.isShipped;
  const manifest = file.isShipped
    ? await shippedManifest(file.name)
    : isSame
    ? approval!.manifest
    : await describe(context, file);
  const scope = await resolveScope(context, file.name, manifest);
  const needed = await neededApproval(file, manifest, scope);
  const state = decision?.state === "denied"
    ? "denied"
    : file.isShipped || approval?.hash === needed.hash
    ? "allowed"
    : decision === undefined
    ? "new"
    : "changed";
  return { file, manifest, scope, needed, decision, state };
}

async function shippedManifest(name: string): Promise<HookManifest> {
  const { shippedHook } = await importLazily<typeof import("./shipped.ts")>(
    "./shipped.ts",
    import.meta.url,
  );
  const hook = await shippedHook(name);
  return parseManifest(name, { ...hook, run: typeof hook.run === "function" });
}

async function describe(context: Context, file: HookFile): Promise<HookManifest> {
  const { name } = file;
  const nothing: HookScope = { read: [], write: [], net: [], run: [], env: [] };
  const job = { task: "describe", scope: nothing } as const;
  const answer = await hookAnswer(context, file, describeSeconds, job);
  if ("value" in answer) return parseManifest(name, answer.value);
  const { problem, hint } = answer;
  throw new StsmfaError("InvalidHook", `hook ${name}: ${file.path} ${problem} when it is loaded`, {
    hint,
  });
}
