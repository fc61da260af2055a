/**
 * One MFA code, and every AWS profile works.
 *
 * As a program, this module is the command-line tool:
 *
 * ```sh
 * deno run -A jsr:@x/stsmfa --help
 * ```
 *
 * As a library, it renews profiles in the way of the tool, and edits AWS's files without losing a
 * byte of them:
 *
 * ```ts
 * import { IniDocument } from "@x/stsmfa";
 * import { assertEquals } from "@std/assert";
 *
 * const credentials = IniDocument.parse("# keep me\n[work]\nregion=eu-west-1\n");
 * credentials.set("work", "region", "eu-central-1");
 * credentials.set("home", "region", "us-east-1");
 *
 * assertEquals(
 *   credentials.toString(),
 *   "# keep me\n[work]\nregion=eu-central-1\n\n[home]\nregion=us-east-1\n",
 * );
 * ```
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "./lib/aws_files/read.ts";
import type { Context } from "./lib/context.ts";
import { importLazily } from "./lib/import_lazily.ts";
import type { TokenCodeProvider } from "./lib/mfa/ask_code.ts";
import type { ProfileFlags } from "./lib/profile/settings.ts";
import type { RefreshOutcome } from "./lib/session/outcome.ts";
import { defaultMinLeftSeconds } from "./lib/session/valid.ts";
import { giveBackTerminal, systemContext } from "./lib/system/context.ts";

export type * from "./lib/context.ts";
export { type LongTermCredentials, Secret, type SessionCredentials } from "./lib/credentials.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  ExitStatus,
  exitStatusByCode,
  StsmfaError,
} from "./lib/errors.ts";
export type * from "./lib/hook.ts";
export type { HookOutcome } from "./lib/hooks/run.ts";
export { IniDocument, type IniEntry, type IniProblem } from "./lib/ini/document.ts";
export type { TokenCodeProvider } from "./lib/mfa/ask_code.ts";
export type { Endpoints } from "./lib/profile/endpoint.ts";
export type { ProfileHook } from "./lib/profile/hook_settings.ts";
export type { ProfileIdentity } from "./lib/profile/identity.ts";
export type { Origin, Resolved } from "./lib/profile/origin.ts";
export type { ScreenText } from "./lib/screen.ts";
export type { Partition } from "./lib/profile/partition.ts";
export type { Connection, Profile } from "./lib/profile/profile.ts";
export type { Role } from "./lib/profile/role.ts";
export type { ProfileFlags } from "./lib/profile/settings.ts";
export type { LongTermSource, ProfileSource, SessionSource } from "./lib/profile/source.ts";
export type { RefreshOutcome } from "./lib/session/outcome.ts";

/** What can be said beside the names of the profiles. */
export interface RefreshProfilesOptions extends ProfileFlags {
  /** Gives a code of a device, whenever one is needed. */
  readonly tokenCode?: TokenCodeProvider;
  /** Asks the person at the terminal where nothing else gives a code; false when absent. */
  readonly interactive?: boolean;
  /** Hears what the tool would warn of on stderr. */
  readonly onWarning?: (message: string) => void;
  /** Stops the work; without it nothing does. */
  readonly signal?: AbortSignal;
  /** Renews a session with less than this left, in seconds; 300 when absent. */
  readonly minLeftSeconds?: number;
  /** Renews what is still valid, too. */
  readonly force?: boolean;
  /** In place of `AWS_SHARED_CREDENTIALS_FILE` and `~/.aws/credentials`. */
  readonly credentialsFile?: string;
  /** In place of `AWS_CONFIG_FILE` and `~/.aws/config`. */
  readonly configFile?: string;
  /** The world to work in; the real one when absent. */
  readonly context?: Context;
}

/**
 * Renews the sessions of profiles that need it, as `stsmfa PROFILE...` does, and tells how each
 * came out. Profiles of one user share one code. The profiles' hooks are not run.
 *
 * Needs the permissions read (also of the folders above the files, whose owners are looked at),
 * write, env, net and sys; run for `mfa_process`; all of them (`-A`) to ask on the terminal when the
 * standard streams are pipes.
 *
 * @throws StsmfaError before anything is asked or sent, when a profile can't be resolved or its
 * target may not be written; later faults are outcomes
 */
export async function refreshProfiles(
  names: readonly string[],
  options: RefreshProfilesOptions = {},
): Promise<RefreshOutcome[]> {
  const signal = options.signal ?? new AbortController().signal;
  const context = options.context ?? systemContext([], signal);
  const files = await readAwsFiles(context, awsFilePaths(context.env, options));
  const { refresh, resolveProfile } = await importLazily<typeof import("./lib/session/refresh.ts")>(
    "./lib/session/refresh.ts",
    import.meta.url,
  );
  const profiles = names.map((name) => resolveProfile(files, context.env, options, name));
  return await refresh(context, files, profiles, {
    force: options.force ?? false,
    minLeftSeconds: options.minLeftSeconds ?? defaultMinLeftSeconds,
    continueOnError: false,
    backup: true,
    legacyToken: false,
    ...(options.tokenCode && { provider: options.tokenCode }),
    interactive: options.interactive ?? false,
    talk: {
      warn: (message) => options.onWarning?.(message),
      note: () => {},
      progress: () => {},
      endProgress: () => {},
    },
  }).finally(giveBackTerminal);
}

if (import.meta.main) {
  const { run } = await import("./cli.ts");
  await run();
}
