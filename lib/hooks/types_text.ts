/**
 * The types of hooks as a text, for `stsmfa hooks types` and for editors.
 *
 * @module
 */

/** The text of `lib/hook.ts`, which has nothing but types; a test holds one to the other. */
export const hookTypes: string = `/**
 * A hook is a module that stsmfa runs before or after a refresh, or when an access key is rotated, in its
 * own process, with only those permissions that it declares and the user has approved.
 *
 * \`\`\`ts ignore
 * import type { Hook } from "@x/stsmfa/hook";
 *
 * export default {
 *   on: "post-refresh",
 *   permissions: { write: ["~/.local/share/aws-expiry"] },
 *   async run(event) {
 *     await Deno.writeTextFile(\`\${event.options.directory}/\${event.profile}\`, event.expiration!);
 *   },
 * } satisfies Hook;
 * \`\`\`
 *
 * A hook is a single file with one export, its default one, and imports only types, which are erased
 * before it runs. It can use what the runtime gives every script for files, programs and the network
 * (\`Deno\`, \`fetch\`, \`crypto\`), within its permissions; no workers, WebAssembly or code from strings.
 *
 * @module
 */

/** When a hook runs: around a refresh, or when a rotation has put a new access key in its place. */
export type HookPoint = "pre-refresh" | "post-refresh" | "post-rotate";

/**
 * What a hook may do. Anything not listed is denied.
 *
 * Filled in for each run: \`{region}\`, \`{account}\` and \`{profile}\`; in paths also
 * \`{option:NAME|DEFAULT}\`, the path that an option names; and as a host \`{endpoint:SERVICE}\`, the
 * profile's endpoint of \`sts\`, \`iam\`, \`ecr\`, \`ecr-public\` or \`eks\` (\`{endpoint:ecr-fips}\` is its
 * FIPS endpoint). Filled in once, for the approval: \`~\`, and \`{env:NAME|DEFAULT}\`, the value of a
 * variable, which may be a list of paths. \`/..\` after \`{option:...}\` or \`{env:...}\` is the directory
 * of that file, with symbolic links resolved.
 */
export interface HookPermissions {
  /** Files and directories it may read; \`~\` is the home directory. */
  readonly read?: readonly string[];
  /** Files and directories it may write. */
  readonly write?: readonly string[];
  /** Hosts it may reach, such as \`api.ecr.{region}.amazonaws.com\` or \`localhost:8080\`. */
  readonly net?: readonly string[];
  /** Programs it may run. They run with all the user's rights. */
  readonly run?: readonly string[];
  /** Environment variables it may read. */
  readonly env?: readonly string[];
}

/** A session, for hooks that need it. */
export interface HookCredentials {
  /** Begins with \`ASIA\`. */
  readonly accessKeyId: string;
  /** What requests are signed with. */
  readonly secretAccessKey: string;
  /** Sent with every request. */
  readonly sessionToken: string;
}

/** The access keys of a rotation. */
export interface HookRotation {
  /** The ID of the new key, which is in its place and works. */
  readonly accessKeyId: string;
  /** The ID of the old key, which is made inactive and deleted once all hooks have run. */
  readonly oldAccessKeyId: string;
}

/** A long-term access key, for hooks that need it. */
export interface HookAccessKey {
  /** Begins with \`AKIA\`. */
  readonly accessKeyId: string;
  /** What requests are signed with. */
  readonly secretAccessKey: string;
}

/** Where to ask a service of AWS. */
export interface HookEndpoint {
  /** The URL. */
  readonly url: string;
  /** The region to sign requests for. */
  readonly signingRegion: string;
}

/** A file that gets a session's keys. */
export interface HookKeyFile {
  /** Its path, as in the hook's permissions. */
  readonly path: string;
  /**
   * What git does with it: \`none\` if there is no repository, or no git; \`ignored\` if it is kept out;
   * \`tracked\` if the next commit has it; \`untracked\` if git would add it; \`unknown\` if git could not
   * say.
   */
  readonly versionControl: "none" | "ignored" | "tracked" | "untracked" | "unknown";
  /** Why git could not say. */
  readonly problem?: string;
}

/** A profile of AWS's files, as a hook is told of it. */
export interface HookProfile {
  /** Its name. */
  readonly name: string;
  /** What it says of this hook; absent if it does not name it. */
  readonly options?: Readonly<Record<string, string>>;
  /** Its region; \`null\` if it is not known. */
  readonly region?: string | null;
  /** Its account; \`null\` if it is not known. */
  readonly accountId?: string | null;
}

/** What is around a refresh. */
export interface HookSurroundings {
  /** The words that start stsmfa, the first an absolute path. */
  readonly command: readonly string[];
  /** The full paths of AWS's files that are in force. */
  readonly files: { readonly config: string; readonly credentials: string };
  /** Every profile in them, in the order of the config file. */
  readonly profiles: readonly HookProfile[];
  /** For docker: the first \`docker-credential-stsmfa\` along PATH, and whether stsmfa put it there. */
  readonly helper?: { readonly path: string; readonly isOurs: boolean };
  /** For hooks that call AWS: certificates to trust, in PEM, of AWS_CA_BUNDLE or ca_bundle. */
  readonly caCerts?: readonly string[];
}

/** What a hook is called with. */
export interface HookEvent {
  /** The version of this format: 1. */
  readonly version: 1;
  /** When the hook runs. */
  readonly on: HookPoint;
  /** The profile, as it was requested. */
  readonly profile: string;
  /** The section of the credentials file that holds, or will hold, the session. */
  readonly targetProfile: string;
  /**
   * The region that the session is used in: a flag's, the profile's, that of AWS_REGION, or the
   * source's. It may be a pseudo region such as \`fips-us-east-1\`.
   */
  readonly region: string;
  /** The account, or \`null\` if it is not known. */
  readonly accountId: string | null;
  /** The role, or \`null\` for the user's own session. */
  readonly roleArn: string | null;
  /** The MFA device, or \`null\` if it is not known yet. */
  readonly serialNumber: string | null;
  /** When the new session ends (RFC 3339, UTC); \`null\` before the refresh, and after a rotation. */
  readonly expiration: string | null;
  /** The \`NAME_*\` keys of the profile's \`stsmfa\` block, without the hook's name, in lower case. */
  readonly options: Readonly<Record<string, string>>;
  /**
   * Its permissions, all filled in. Symbolic links in paths are resolved: the hook may use only the
   * resolved path, not the link.
   */
  readonly permissions: Required<HookPermissions>;
  /** The endpoints of its permission \`net\`, by the words in \`{endpoint:SERVICE}\`, if there are any. */
  readonly endpoints?: Readonly<Record<string, HookEndpoint>>;
  /** The files of its \`keyFiles\`, by the options that name them, if there are any. */
  readonly keyFiles?: Readonly<Record<string, HookKeyFile>>;
  /** Set for the hooks that come with stsmfa. */
  readonly surroundings?: HookSurroundings;
  /** The new session, after a refresh, for hooks with \`needs: ["credentials"]\`. */
  readonly credentials?: HookCredentials;
  /** The keys of a rotation, after one. */
  readonly rotation?: HookRotation;
  /** The new access key, after a rotation, for hooks with \`needs: ["accessKey"]\`. */
  readonly accessKey?: HookAccessKey;
}

/** What a hook may return. */
export interface HookResult {
  /** One line for the user. */
  readonly message?: string;
  /** The MFA code, from hooks with \`provides: ["token-code"]\`. */
  readonly tokenCode?: string;
}

/** A hook, the default export of its module. */
export interface Hook {
  /** When it runs. */
  readonly on: HookPoint | readonly HookPoint[];
  /** What it may do; nothing when absent. */
  readonly permissions?: HookPermissions;
  /**
   * What it needs: without \`"credentials"\` it never sees the keys of a session, and without
   * \`"accessKey"\` never the access key of the user, which lasts.
   */
  readonly needs?: readonly ("credentials" | "accessKey")[];
  /** What it provides: a pre-refresh hook may supply the MFA code when one is needed. */
  readonly provides?: readonly "token-code"[];
  /**
   * Options that name files which get the session's keys, such as \`["file"]\`. Such a file belongs to
   * the first profile in the config file that names it; a symbolic link at its path is followed only
   * within its own folder; and \`event.keyFiles\` says what git does with it.
   */
  readonly keyFiles?: readonly string[];
  /**
   * Does the work, within 30 seconds. An error is reported; before a refresh it also stops the
   * refresh, after one the credentials stay. After a rotation it keeps the old key from being
   * deleted: that stays, inactive.
   */
  run(event: HookEvent): Promise<HookResult | void> | HookResult | void;
}
`;
