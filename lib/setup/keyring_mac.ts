/**
 * Keys of other tools in keychains of macOS, by `security`.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import { Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { notAllowed, notFound, program, words } from "../keys/mac_keychain.ts";
import { locked, reasonOf, runStore, unusable } from "../keys/run_store.ts";
import type { StoreOptions } from "../keys/store.ts";
import type { Keyring, KeyringItem } from "./keyring.ts";
import type { KeyringSettings } from "./keyring_settings.ts";

/** Returns a tool's keychain. */
export function macKeyring(options: StoreOptions, settings: KeyringSettings): Keyring {
  const { service, keychain } = settings;
  const { env, files } = options.context;
  const mayAsk = !env.has("SSH_CONNECTION") && !env.has("SSH_TTY");
  /** Returns the file of the keychain in a list, which is empty for all that are searched. */
  const place = async (): Promise<string[] | undefined> => {
    if (keychain === undefined) return [];
    const path = expandHome(env, `~/Library/Keychains/${keychain}`);
    for (const ending of [".keychain-db", ".keychain"]) {
      if (await files.status(path + ending) !== undefined) return [path + ending];
    }
    return undefined;
  };
  const find = (name: string, flags: readonly string[], where: readonly string[]) =>
    runStore(options, words, {
      argv: [program, "find-generic-password", "-s", service, "-a", name, ...flags, ...where],
      mayAsk: flags.includes("-w") && mayAsk,
    });
  /** Why it does not answer: it is not asked again then. */
  let silent: StsmfaError | undefined;
  const read = async (name: string, where: readonly string[]): Promise<KeyringItem["content"]> => {
    if (silent !== undefined) return silent;
    try {
      const answer = await find(name, ["-w"], where);
      if (answer.exitStatus === 0) return new Secret(plain(answer.stdout.replace(/\n$/, "")));
      if (notAllowed.includes(answer.exitStatus)) return locked(words);
      return unusable(words, `cannot be read: ${reasonOf(answer)}`);
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      return silent = error;
    }
  };
  return {
    title: words.title,
    items: async ({ names }) => {
      const where = await place();
      const items: KeyringItem[] = [];
      // One after the other: each item may bring up a dialogue.
      for (const name of where === undefined ? [] : names) {
        // Without -w it shows the attributes alone, and asks nobody.
        const { exitStatus, ...answer } = await find(name, [], where!);
        if (exitStatus === notFound) continue;
        if (notAllowed.includes(exitStatus)) throw locked(words);
        if (exitStatus !== 0) {
          throw unusable(words, `cannot be read: ${reasonOf({ exitStatus, ...answer })}`);
        }
        items.push({ name, content: await read(name, where!) });
      }
      return items;
    },
  };
}

/** Text that is not ASCII alone comes as hexadecimal digits. */
function plain(text: string): string {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) return text;
  const bytes = text.match(/../g)!.map((each) => Number.parseInt(each, 16));
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
