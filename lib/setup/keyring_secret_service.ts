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

/** Returns the Secret Service; what was found for one tool is known for the other. */
export function secretServiceKeyring(options: StoreOptions): Keyring {
  const { env } = options.context;
  const hasDisplay = env.has("DISPLAY") || env.has("WAYLAND_DISPLAY");
  const search = async (name: string, flags: readonly string[]) => {
    const answer = await runStore(options, words, {
      argv: ["secret-tool", "search", "--all", ...flags, "profile", name],
      // What is locked is told by words alone.
      env: { LANGUAGE: "en" },
      mayAsk: flags.includes("--unlock"),
    });
    if (answer.exitStatus !== 0) throw unusable(words, `cannot be used: ${reasonOf(answer)}`);
    const said = answer.stderr.split("\n").filter((line) => !line.startsWith("attribute."));
    const isLocked = said.some((line) => /locked/i.test(line));
    const secrets = [...answer.stdout.matchAll(/^secret = (.*)$/gm)]
      .flatMap(([, text]) => text ? [new Secret(text)] : []);
    return { secrets, isLocked };
  };
  const look = async (name: string): Promise<KeyringItem[]> => {
    let { secrets, isLocked } = await search(name, []);
    if (isLocked && hasDisplay) ({ secrets, isLocked } = await search(name, ["--unlock"]));
    const items: KeyringItem[] = secrets.map((content) => ({ name, content }));
    return isLocked ? [...items, { name, content: locked(words) }] : items;
  };
  const known = new Map<string, KeyringItem[]>();
  return {
    title: words.title,
    items: async ({ names }) => {
      // `secret-tool` takes a name that begins like a flag for one.
      const wanted = names.filter((name) => !name.startsWith("-"));
      const [first, ...others] = wanted.filter((name) => !known.has(name));
      // One dialogue is enough, and one wait for what does not answer.
      if (first !== undefined) known.set(first, await look(first));
      for (let at = 0; at < others.length; at += together) {
        const part = others.slice(at, at + together);
        const found = await Promise.all(part.map(look));
        part.forEach((name, at) => known.set(name, found[at]!));
      }
      return wanted.flatMap((name) => known.get(name)!);
    },
  };
}
