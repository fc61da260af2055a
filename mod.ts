/**
 * One MFA code, and every AWS profile works.
 *
 * As a program, this module is the command-line tool:
 *
 * ```sh
 * deno run -A jsr:@x/stsmfa --help
 * ```
 *
 * As a library, it renews profiles as the tool does, and edits AWS's files without losing a byte:
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
import type { TokenCodeProvider } from "./lib/mfa/code_sources.ts";
import type { ProfileFlags } from "./lib/profile/settings.ts";
import type { RefreshOutcome } from "./lib/session/outcome.ts";
import { defaultMinLeftSeconds } from "./lib/session/valid.ts";
import { giveBackTerminal, systemContext } from "./lib/system/context.ts";

export type * from "./lib/context.ts";
export { type LongTermCredentials, Secret, type SessionCredentials } from "./lib/credentials.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  type ErrorPlace,
  ExitStatus,
  exitStatusByCode,
  type MistypedName,
  StsmfaError,
} from "./lib/errors.ts";
export type * from "./lib/hook.ts";
export type { HookOutcome } from "./lib/hooks/run.ts";
export { type IniChange, IniDocument, type IniEntry, type IniProblem } from "./lib/ini/document.ts";
export type { TokenCodeProvider } from "./lib/mfa/code_sources.ts";
export type { Endpoint, Endpoints } from "./lib/profile/endpoint.ts";
export type { ProfileHook } from "./lib/profile/hook_settings.ts";
export type { ProfileIdentity, ProfileKind } from "./lib/profile/identity.ts";
export type * from "./lib/profile/others_source.ts";
export type { Origin, Resolved } from "./lib/profile/origin.ts";
export type {
  Answered,
  Colour,
  Frame,
  Key,
  Line,
  Painted,
  Piece,
  ScreenSize,
  ScreenText,
  ScreenView,
} from "./lib/screen.ts";
export type { Partition } from "./lib/profile/partition.ts";
export type { Connection, Profile } from "./lib/profile/profile.ts";
export type { Role } from "./lib/profile/role.ts";
export type { ProfileFlags } from "./lib/profile/settings.ts";
export type {
  LongTermSource,
  ProfileSource,
  SessionSource,
  StoredSource,
  StoreName,
} from "./lib/profile/source.ts";
export type { RefreshOutcome } from "./lib/session/outcome.ts";

/** Options for {@link refreshProfiles}. */
export interface RefreshProfilesOptions extends ProfileFlags {
  /** Provides a device's MFA code whenever one is needed. */
  readonly tokenCode?: TokenCodeProvider;
  /** Asks the user at the terminal if nothing else provides a code; false by default. */
  readonly interactive?: boolean;
  /** Receives the warnings that the tool would print on stderr. */
  readonly onWarning?: (message: string) => void;
  /** Cancels the work; by default, nothing but the context's own does. */
  readonly signal?: AbortSignal;
  /** Renews a session with less than this many seconds left; 300 by default. */
  readonly minLeftSeconds?: number;
  /** Renews sessions that are still valid, too. */
  readonly force?: boolean;
  /** Overrides `AWS_SHARED_CREDENTIALS_FILE` and `~/.aws/credentials`. */
  readonly credentialsFile?: string;
  /** Overrides `AWS_CONFIG_FILE` and `~/.aws/config`. */
  readonly configFile?: string;
  /** The context to work in; the real one by default. */
  readonly context?: Context;
}

/**
 * Renews the profiles' sessions if they need it, as `stsmfa PROFILE...` does, and returns the
 * outcome of each. Profiles of the same user share one code. The profiles' hooks are not run.
 *
 * Needs the permissions read (including the folders above the files, whose owners are checked),
 * write, env, net and sys; run for `mfa_process`; all of them (`-A`) to ask on the terminal if the
 * standard streams are pipes.
 *
 * @throws StsmfaError before anything is asked or sent, if a profile can't be resolved or its
 * target section may not be written; later errors are outcomes. Throws the signal's reason when that
 * is aborted.
 */
export async function refreshProfiles(
  names: readonly string[],
  options: RefreshProfilesOptions = {},
): Promise<RefreshOutcome[]> {
  const context = contextOf(options);
  const files = await readAwsFiles(context, awsFilePaths(context.env, options));
  const { refresh, resolveProfile } = await importLazily<typeof import("./lib/session/refresh.ts")>(
    "./lib/session/refresh.ts",
    import.meta.url,
  );
  const distinct = [...new Set(names)];
  const profiles = distinct.map((name) => resolveProfile(files, context.env, options, name));
  const outcomes = await refresh(context, files, profiles, {
    force: options.force ?? false,
    minLeftSeconds: options.minLeftSeconds ?? defaultMinLeftSeconds,
    continueOnError: false,
    opensSessions: true,
    backup: true,
    legacyToken: false,
    ...(options.tokenCode && { provider: options.tokenCode }),
    interactive: options.interactive ?? false,
    prompt: "terminal",
    talk: {
      warn: (message) => options.onWarning?.(message),
      note: () => {},
      tell: (message) => options.onWarning?.(message),
      progress: () => {},
      endProgress: () => {},
      moveTo: () => {},
      fail: () => {},
    },
  }).finally(giveBackTerminal);
  return names.flatMap((name) => outcomes[distinct.indexOf(name)] ?? []);
}

function contextOf({ context, signal }: RefreshProfilesOptions): Context {
  if (context === undefined) return systemContext([], signal ?? new AbortController().signal);
  if (signal === undefined) return context;
  // Not a copy: to read the real one's signal is to listen for the system's.
  return Object.create(context, { signal: { value: signal, enumerable: true } });
}

if (import.meta.main) {
  const { run } = await import("./cli.ts");
  await run();
}
