/**
 * Keys of other tools in the Secret Service. It finds an item by its attribute alone: the profile's
 * name, which aws-vault's and granted's keys have in common with granted's sessions.
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import { locked, reasonOf, runStore, unusable } from "../keys/run_store.ts";
import { words } from "../keys/secret_service.ts";
import type { StoreOptions } from "../keys/store.ts";
import type { Keyring, KeyringItem } from "./keyring.ts";

/** How many are looked for at a time. */
const together = 8;

interface Searched {
  readonly secrets: readonly Secret[];
  /** Whether there are more, which cannot be read. */
  readonly isLocked: boolean;
}

/** Returns the Secret Service; what was found for one tool is known for the other. */
export function secretServiceKeyring(options: StoreOptions): Keyring {
  const { env } = options.context;
  const hasDisplay = env.has("DISPLAY") || env.has("WAYLAND_DISPLAY");
  const search = async (name: string, flags: readonly string[]): Promise<Searched> => {
    const answer = await runStore(options, words, {
      argv: ["secret-tool", "search", "--all", ...flags, "--", "profile", name],
      // What is locked is told by words alone; names are in UTF-8, whatever the locale.
      env: { LC_ALL: "C.UTF-8", LANGUAGE: "en" },
      mayAsk: flags.includes("--unlock"),
    });
    if (answer.exitStatus !== 0) throw unusable(words, `cannot be used: ${reasonOf(answer)}`);
    const said = answer.stderr.split("\n").filter((line) => !line.startsWith("attribute."));
    const isLocked = said.some((line) => /locked/i.test(line));
    const secrets = [...answer.stdout.matchAll(/^secret = (.*)$/gm)]
      .flatMap(([, text]) => text ? [new Secret(text)] : []);
    return { secrets, isLocked };
  };
  const known = new Map<string, Searched>();
  /** Why it does not answer: it is not asked again then. */
  let silent: unknown;
  const look = async (names: readonly string[]) => {
    if (silent !== undefined) throw silent;
    const found = await Promise.all(names.map((name) => search(name, []))).catch((error) => {
      throw silent = error;
    });
    names.forEach((name, at) => known.set(name, found[at]!));
  };
  let mayUnlock = hasDisplay;
  const unlocked = async (name: string): Promise<Searched> => {
    const found = known.get(name)!;
    if (!found.isLocked || !mayUnlock) return found;
    const again = await search(name, ["--unlock"]);
    // Who has closed the dialogue is not asked for each profile.
    mayUnlock = !again.isLocked;
    known.set(name, again);
    return again;
  };
  return {
    title: words.title,
    items: async ({ names }) => {
      const fresh = names.filter((name) => !known.has(name));
      // One that does not answer is waited for once.
      await look(fresh.slice(0, 1));
      for (let at = 1; at < fresh.length; at += together) {
        await look(fresh.slice(at, at + together));
      }
      const items: KeyringItem[] = [];
      for (const name of names) {
        const { secrets, isLocked } = await unlocked(name);
        items.push(...secrets.map((content) => ({ name, content })));
        if (isLocked) items.push({ name, content: locked(words) });
      }
      return items;
    },
  };
}
