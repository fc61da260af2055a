/**
 * The Secret Service of Linux desktops (gnome-keyring, KWallet, KeePassXC), by `secret-tool`.
 *
 * @module
 */

import { type LongTermCredentials, Secret } from "../credentials.ts";
import { faultOf, locked, reasonOf, runStore, type StoreAnswer, unusable } from "./run_store.ts";
import { checkStoredId, type KeyStore, type StoreOptions } from "./store.ts";

/** What it is called, and what unlocks it. */
export const words = {
  title: "Secret Service",
  unlock: "unlock your keyring on the desktop (without one: gnome-keyring-daemon --unlock)",
  install: "install it: the package is libsecret-tools, or libsecret",
};

/** `secret-tool store` cuts what is longer, and succeeds. */
const mostBytes = 8192;

/**
 * Items are found by any part of their attributes, and replaced and removed by it as well: all of
 * ours have the same ones, which are always given together.
 */
function attributes(accessKeyId: string): [string, ...string[]] {
  checkStoredId(accessKeyId);
  return ["service", "stsmfa", "kind", "access-key", "account", accessKeyId];
}

/** Returns the Secret Service. */
export function secretService(options: StoreOptions): KeyStore {
  const { env } = options.context;
  const mayAsk = env.get("DISPLAY") !== undefined || env.get("WAYLAND_DISPLAY") !== undefined;
  const tool = (args: readonly string[], more: { stdin?: Secret; mayAsk?: boolean } = {}) =>
    runStore(options, words, { argv: ["secret-tool", ...args], mayAsk: false, ...more });
  const idsIn = ({ stderr }: StoreAnswer) =>
    [...stderr.matchAll(/^attribute\.account = ([A-Z0-9]+)$/gm)].map(([, id]) => id!);
  const search = async (...asked: readonly string[]) => {
    const answer = await tool(["search", "--all", ...asked]);
    if (answer.exitStatus !== 0) throw unusable(words, `cannot be used: ${reasonOf(answer)}`);
    return idsIn(answer);
  };
  /** It tells neither by status nor by words whether an item is absent or locked. */
  const has = async (accessKeyId: string) =>
    (await search(...attributes(accessKeyId))).includes(accessKeyId);
  const silent = ({ stderr }: StoreAnswer) => stderr.trim() === "";
  return {
    name: "keychain",
    title: words.title,
    has,
    items: () => search("service", "stsmfa", "kind", "access-key"),
    fault: () => faultOf(() => search("service", "stsmfa", "kind", "access-key")),
    get: async (accessKeyId) => {
      const answer = await tool(["lookup", ...attributes(accessKeyId)], { mayAsk });
      if (answer.exitStatus === 0) return new Secret(answer.stdout);
      if (answer.exitStatus !== 1 || !silent(answer)) {
        throw unusable(words, `cannot be read: ${reasonOf(answer)}`);
      }
      if (await has(accessKeyId)) throw locked(words);
      return undefined;
    },
    put: async ({ accessKeyId, secretAccessKey }: LongTermCredentials) => {
      if (new TextEncoder().encode(secretAccessKey.reveal()).length > mostBytes) {
        throw unusable(words, `takes ${mostBytes} bytes at most, and the secret is longer`);
      }
      const label = `--label=stsmfa: access key ${accessKeyId}`;
      const args = ["store", label, ...attributes(accessKeyId)];
      const answer = await tool(args, { stdin: secretAccessKey, mayAsk });
      if (answer.exitStatus === 0 && silent(answer)) return;
      if (/locked/i.test(answer.stderr)) throw locked(words);
      const isNew = /does not exist at path|No such object path/i.test(answer.stderr);
      throw unusable(
        words,
        isNew ? "has no keyring yet" : `did not take the secret: ${reasonOf(answer)}`,
        isNew ? "create one: sign in on the desktop, or open its key manager" : undefined,
      );
    },
    remove: async (accessKeyId) => {
      const answer = await tool(["clear", ...attributes(accessKeyId)], { mayAsk });
      if (answer.exitStatus === 0) return true;
      if (!silent(answer)) throw unusable(words, `cannot be changed: ${reasonOf(answer)}`);
      if (await has(accessKeyId)) throw locked(words);
      return false;
    },
    removeCommand: (accessKeyId) => `secret-tool clear ${attributes(accessKeyId).join(" ")}`,
  };
}
