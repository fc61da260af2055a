/**
 * Programs of this machine that may have the codes of an MFA device: `pass otp` and `ykman`. Nothing
 * is decrypted, and no key is asked to find out.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { Secret } from "../credentials.ts";
import { isInPath } from "../files/find_program.ts";

/** Whose codes are looked for. */
export interface CodeOwner {
  readonly serialNumber: string;
  readonly accountId: string;
  /** The ARN of the user. */
  readonly arn: string;
}

/** More entries than these are none that one could choose from. */
const mostFound = 5;

/** No store of a person is larger or deeper. */
const mostEntries = 5000;
const mostDepth = 6;

/** Returns values of `mfa_process` for entries of `pass` whose names say that they are of AWS. */
export async function passCommands(context: Context, owner: CodeOwner): Promise<string[]> {
  const { env } = context;
  const root = env.get("PASSWORD_STORE_DIR") ?? expandHome(env, "~/.password-store");
  if (!await isInPath(context, "pass") || !await hasOtp(context, root)) return [];
  const names = await entriesBelow(context, root);
  // Our own items are access keys.
  return best(names.filter((name) => !name.startsWith("stsmfa/")), owner)
    .map((name) => commandLine(["pass", "otp", name]));
}

/** Reports whether `pass` has the extension that makes codes. */
async function hasOtp({ env, files }: Context, root: string): Promise<boolean> {
  const folders = [
    env.get("PASSWORD_STORE_EXTENSIONS_DIR"),
    `${root}/.extensions`,
    ...["/usr", "/usr/local", "/opt/homebrew"].map((each) =>
      `${each}/lib/password-store/extensions`
    ),
  ];
  for (const folder of folders) {
    if (folder === undefined) continue;
    const status = await files.status(`${folder}/otp.bash`).catch(() => undefined);
    if (status?.isFile) return true;
  }
  return false;
}

async function entriesBelow({ files }: Context, root: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const name of await files.list(`${root}/${folder}`).catch(() => [])) {
      if (found.length === mostEntries) return;
      if (name.startsWith(".")) continue;
      if (name.endsWith(".gpg")) found.push(`${folder}${name.slice(0, -".gpg".length)}`);
      else if (depth < mostDepth) await walk(`${folder}${name}/`, depth + 1);
    }
  };
  await walk("", 0);
  return found;
}

/**
 * Reports whether a YubiKey may be there, and the program that reads codes from it; without running
 * anything.
 */
export async function mayHaveYubiKey(context: Context): Promise<boolean> {
  const { files, runtime } = context;
  if (!await isInPath(context, "ykman")) return false;
  // Elsewhere only the program itself tells.
  if (!runtime.includes("-linux")) return true;
  const devices = "/sys/bus/usb/devices";
  for (const name of await files.list(devices).catch(() => [])) {
    const bytes = await files.read(`${devices}/${name}/idVendor`).catch(() => undefined);
    if (bytes !== undefined && new TextDecoder().decode(bytes).trim() === "1050") return true;
  }
  return false;
}

/** Without a password, and a person to type it, it answers within seconds. */
const listSeconds = 10;

/**
 * Asks the YubiKey for the names of its accounts; for that it need not be touched. Returns values of
 * `mfa_process`, none if it does not answer.
 */
export async function yubiKeyCommands(context: Context, owner: CodeOwner): Promise<string[]> {
  const { clock, signal } = context;
  const limit = clock.deadline(listSeconds * 1000);
  try {
    const { exitStatus, stdout } = await context.runCommand({
      argv: ["ykman", "oath", "accounts", "list"],
      // A password of the application is asked for on the terminal: there is none.
      stdin: new Secret(""),
      signal: AbortSignal.any([signal, limit.signal]),
      onStderr: () => {},
    });
    if (exitStatus !== 0) return [];
    const names = stdout.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    return best(names, owner)
      .map((name) => commandLine(["ykman", "oath", "accounts", "code", "--single", name]));
  } catch {
    signal.throwIfAborted();
    return [];
  } finally {
    limit.cancel();
  }
}

/** Returns those that seem to be of AWS, those of this user first. */
function best(names: readonly string[], { serialNumber, accountId, arn }: CodeOwner): string[] {
  const own = [arn.split("/").at(-1)!, serialNumber.split("/").at(-1)!, accountId]
    .map((each) => each.toLowerCase());
  const score = (name: string) => {
    const lower = name.toLowerCase();
    const isOfAws = /\baws\b|amazon/.test(lower) || lower.includes(accountId);
    return isOfAws ? 1 + own.filter((each) => lower.includes(each)).length : 0;
  };
  return names.filter((name) => isPlain(name) && score(name) > 0)
    .sort((a, b) => score(b) - score(a) || (a < b ? -1 : 1))
    .slice(0, mostFound);
}

/** In a file of AWS, other characters may begin a comment; in a shell, they may be more than text. */
function isPlain(name: string): boolean {
  return /^[\w@+=:./][\w@+=:.,/ -]*$/.test(name);
}

/** Returns words as a value of `mfa_process`: for the shell where they are plain, else as a list. */
function commandLine(words: readonly string[]): string {
  return words.some((word) => word.includes(" ")) ? JSON.stringify(words) : words.join(" ");
}
