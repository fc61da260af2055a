/**
 * What a hook is: a module that stsmfa runs before or after a refresh, in a process of its own, with
 * the permissions that it declares and its owner has approved, and no others.
 *
 * ```ts ignore
 * import type { Hook } from "@x/stsmfa/hook";
 *
 * export default {
 *   on: "post-refresh",
 *   permissions: { write: ["~/.local/share/aws-expiry"] },
 *   async run(event) {
 *     await Deno.writeTextFile(`${event.options.directory}/${event.profile}`, event.expiration!);
 *   },
 * } satisfies Hook;
 * ```
 *
 * A hook is one file with one export, its default one, and imports nothing but types, which are gone
 * when it runs. It has what the runtime gives every script for files, programs and the network (`Deno`,
 * `fetch`, `crypto`), as far as its permissions reach; no workers, WebAssembly or code from strings.
 *
 * @module
 */

/** When a hook runs. */
export type HookPoint = "pre-refresh" | "post-refresh";

/**
 * What a hook may do. What is not listed is refused.
 *
 * Filled in for each run: `{region}`, `{account}` and `{profile}`; in paths also
 * `{option:NAME|DEFAULT}`, the path that an option names. Filled in once, for the approval: `~`, and
 * `{env:NAME|DEFAULT}`, the value of a variable, which for paths may be a list. `/..` behind
 * `{option:...}` or `{env:...}` is the folder that the file is in, once its links are followed.
 */
export interface HookPermissions {
  /** Files and directories it may read; `~` is the home directory. */
  readonly read?: readonly string[];
  /** Files and directories it may write. */
  readonly write?: readonly string[];
  /** Hosts it may reach, such as `api.ecr.{region}.amazonaws.com` or `localhost:8080`. */
  readonly net?: readonly string[];
  /** Programs it may run. They have all the rights of the user. */
  readonly run?: readonly string[];
  /** Environment variables it may read. */
  readonly env?: readonly string[];
}

/** A session, for hooks that need it. */
export interface HookCredentials {
  /** Begins with `ASIA`. */
  readonly accessKeyId: string;
  /** What requests are signed with. */
  readonly secretAccessKey: string;
  /** Goes with every request. */
  readonly sessionToken: string;
}

/** What a hook is told. */
export interface HookEvent {
  /** Of this shape: 1. */
  readonly version: 1;
  /** When it is run. */
  readonly on: HookPoint;
  /** The profile, as it was asked for. */
  readonly profile: string;
  /** The section of the credentials file that has, or gets, the session. */
  readonly targetProfile: string;
  /** The profile's region. */
  readonly region: string;
  /** The account, or `null` where nothing names it. */
  readonly accountId: string | null;
  /** The role, or `null` for a session of the user. */
  readonly roleArn: string | null;
  /** The MFA device, or `null` where it is not known yet. */
  readonly serialNumber: string | null;
  /** When the new session ends (RFC 3339, UTC); `null` before the refresh. */
  readonly expiration: string | null;
  /** The `NAME_*` keys of the profile's `stsmfa` block, without the hook's name, in lower case. */
  readonly options: Readonly<Record<string, string>>;
  /**
   * Its permissions, all filled in. Paths are where symbolic links lead: only there may it go, and
   * not by way of the links.
   */
  readonly permissions: Required<HookPermissions>;
  /** The new session, after a refresh, for hooks with `needs: ["credentials"]`. */
  readonly credentials?: HookCredentials;
}

/** What a hook may give back. */
export interface HookResult {
  /** One line for the user. */
  readonly message?: string;
  /** The token code, from hooks with `provides: ["token-code"]`. */
  readonly tokenCode?: string;
}

/** A hook, the default export of its module. */
export interface Hook {
  /** When it runs. */
  readonly on: HookPoint | readonly HookPoint[];
  /** What it may do; nothing when absent. */
  readonly permissions?: HookPermissions;
  /** What it has to be given; without it, it never sees a key. */
  readonly needs?: readonly "credentials"[];
  /** What it gives: a pre-refresh hook may answer for the MFA device, when a code is needed. */
  readonly provides?: readonly "token-code"[];
  /**
   * Does the work. What it throws is reported: before a refresh it stops the refresh, after one the
   * credentials stay. It has 30 seconds.
   */
  run(event: HookEvent): Promise<HookResult | void> | HookResult | void;
}
