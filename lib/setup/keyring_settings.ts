/**
 * Where aws-vault and granted keep keys, by their own variables and files.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { join } from "../path.ts";
import { storageError } from "../storage_error.ts";
import type { KeyringTool } from "./keyring.ts";

/** Where a tool keeps keys. */
export interface KeyringSettings {
  readonly tool: KeyringTool;
  /** The only kind of store that it uses, in its words, and what says so. */
  readonly backend?: { readonly name: string; readonly origin: string };
  /** What its items are filed under. */
  readonly service: string;
  /** The keychain of macOS, if it is not the user's own. */
  readonly keychain: string | undefined;
  readonly passCommand: string;
  readonly passFolder: string;
  /** The folder in `pass`, if there is one. */
  readonly passPrefix: string;
  readonly fileFolder: string;
  /** The variable with the passphrase of those files. */
  readonly passphraseVariable: string;
  /** The passphrase that it takes without that variable, where it does not ask. */
  readonly usualPassphrase?: string;
  /** Whether something says that the tool is used here at all. */
  readonly isUsed: boolean;
}

/** Returns where a tool keeps keys. */
export async function keyringSettings(
  context: Context,
  tool: KeyringTool,
): Promise<KeyringSettings> {
  return tool === "aws-vault" ? await awsVault(context) : await granted(context);
}

async function awsVault({ env, files }: Context): Promise<KeyringSettings> {
  const get = (name: string) => env.get(`AWS_VAULT_${name}`);
  const backend = get("BACKEND");
  const fileFolder = expandHome(env, get("FILE_DIR") ?? "~/.awsvault/keys");
  return {
    tool: "aws-vault",
    ...(backend !== undefined && { backend: { name: backend, origin: "AWS_VAULT_BACKEND" } }),
    service: "aws-vault",
    keychain: get("KEYCHAIN_NAME") ?? "aws-vault",
    passCommand: get("PASS_CMD") ?? "pass",
    passFolder: expandHome(
      env,
      get("PASS_PASSWORD_STORE_DIR") ?? env.get("PASSWORD_STORE_DIR") ?? "~/.password-store",
    ),
    passPrefix: get("PASS_PREFIX") ?? "",
    fileFolder,
    passphraseVariable: "AWS_VAULT_FILE_PASSPHRASE",
    isUsed: Object.keys(env.startingWith("AWS_VAULT_")).length > 0 ||
      await files.status(fileFolder).catch(() => undefined) !== undefined,
  };
}

async function granted({ env, files }: Context): Promise<KeyringSettings> {
  const usual = expandHome(env, "~/.granted");
  const base = env.get("XDG_CONFIG_HOME");
  const isThere = await files.status(usual).catch(() => undefined) !== undefined;
  const folder = isThere || base === undefined ? usual : join(base, "granted");
  const path = join(folder, "config");
  const bytes = await files.read(path).catch((error) => {
    throw storageError("read", path, error);
  });
  const settings = keyringTable(new TextDecoder().decode(bytes));
  const get = (name: string) => settings.get(name.toLowerCase());
  const backend = get("Backend");
  const keychain = get("KeychainName");
  const name = "granted-aws-iam-credentials";
  return {
    tool: "granted",
    ...(backend && { backend: { name: backend, origin: `${path}: Backend` } }),
    service: name,
    keychain: keychain === "login" ? undefined : keychain,
    passCommand: "pass",
    passFolder: expandHome(
      env,
      get("PassDir") ?? env.get("PASSWORD_STORE_DIR") ?? "~/.password-store",
    ),
    passPrefix: name,
    fileFolder: expandHome(
      env,
      get("FileDir") ?? join(folder, "secure-storage-aws-iam-credentials"),
    ),
    passphraseVariable: "CF_KEYRING_FILE_PASSWORD",
    usualPassphrase: "",
    isUsed: bytes !== undefined,
  };
}

/** Returns the texts in the table `[Keyring]` of granted's file, which is TOML. */
function keyringTable(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let table = "";
  for (const line of text.split(/\r?\n/)) {
    table = /^\s*\[\s*"?([^\]"]*?)"?\s*\]/.exec(line)?.[1]?.toLowerCase() ?? table;
    const [, key, quoted, literal] =
      /^\s*"?(\w+)"?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/.exec(line) ?? [];
    if (table !== "keyring" || key === undefined) continue;
    found.set(key.toLowerCase(), literal ?? quoted!.replace(/\\(["\\])/g, "$1"));
  }
  return found;
}
