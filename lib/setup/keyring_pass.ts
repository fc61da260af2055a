/**
 * Keys of other tools in `pass`. An entry is read only if a profile has its name, or the tool has a
 * folder of its own: all others are none of our business.
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { passWords, runner } from "../keys/pass.ts";
import { locked, reasonOf } from "../keys/run_store.ts";
import type { StoreOptions } from "../keys/store.ts";
import { isCacheName, type Keyring, type KeyringItem } from "./keyring.ts";
import type { KeyringSettings } from "./keyring_settings.ts";

/** Returns a tool's part of `pass`. */
export function passKeyring(options: StoreOptions, settings: KeyringSettings): Keyring {
  const { files } = options.context;
  const { passCommand, passFolder, passPrefix } = settings;
  const words = { ...passWords, title: passCommand };
  const run = runner(options, words, { PASSWORD_STORE_DIR: passFolder });
  const folder = passPrefix === "" ? passFolder : `${passFolder}/${passPrefix}`;
  const list = async (below = ""): Promise<string[]> => {
    const names: string[] = [];
    for (const name of (await files.list(`${folder}/${below}`).catch(() => [])).sort()) {
      if (name.startsWith(".")) continue;
      const status = await files.linkStatus(`${folder}/${below}${name}`).catch(() => undefined);
      if (status?.isDirectory) names.push(...await list(`${below}${name}/`));
      else if (name.endsWith(".gpg")) names.push(`${below}${name.slice(0, -".gpg".length)}`);
    }
    return names;
  };
  /** Why it does not answer: it is not asked again then. */
  let silent: StsmfaError | undefined;
  const read = async (name: string): Promise<KeyringItem["content"]> => {
    const entry = passPrefix === "" ? name : `${passPrefix}/${name}`;
    if (silent !== undefined) return silent;
    try {
      const answer = await run(["show", "--", entry]);
      if (answer.exitStatus === 0) return new Secret(answer.stdout);
      return locked(words, `does not give out ${entry}: ${reasonOf(answer)}`);
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      return silent = error;
    }
  };
  return {
    title: passCommand,
    items: async ({ names, isAll }) => {
      const found = passPrefix === "" || !isAll ? await there(names) : await list();
      const items: KeyringItem[] = [];
      // One after the other: the first may ask for the passphrase.
      for (const name of found.filter((each) => !isCacheName(each))) {
        items.push({ name, path: pathOf(name), content: await read(name) });
      }
      return items;
    },
  };

  async function there(names: readonly string[]): Promise<string[]> {
    const isThere = await Promise.all(
      names.map(async (name) =>
        !/(^|\/)\.\.?(\/|$)|^\//.test(name) &&
        await files.status(pathOf(name)).catch(() => undefined) !== undefined
      ),
    );
    return names.filter((_, at) => isThere[at]);
  }

  function pathOf(name: string): string {
    return `${folder}/${name}.gpg`;
  }
}
