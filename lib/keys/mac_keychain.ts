/**
 * The login keychain of macOS, by `security`.
 *
 * @module
 */

import { type LongTermCredentials, Secret } from "../credentials.ts";
import { faultOf, locked, reasonOf, runStore, type StoreAnswer, unusable } from "./run_store.ts";
import { checkStoredId, type KeyStore, type StoreOptions } from "./store.ts";

/** What it is called, and what unlocks it. */
export const words = {
  title: "macOS Keychain",
  unlock: "unlock it: security unlock-keychain",
  install: "/usr/bin/security comes with macOS",
};

/** The program. */
export const program = "/usr/bin/security";
const service = "stsmfa";

/** What `security` says by its exit status. */
export const notFound = 44;
/** Nobody may be asked, as over SSH. */
export const notAllowed: readonly number[] = [36, 51];

/** A line of 4,096 bytes and more is run in pieces, and a failure reported as success. */
const mostLine = 4000;

/** Other values come back as bare hexadecimal digits, and quotes have rules of their own. */
const encoding = "stsmfa-base64:";

/** Returns the keychain. */
export function macKeychain(options: StoreOptions): KeyStore {
  const { env } = options.context;
  const mayAsk = env.get("SSH_CONNECTION") === undefined && env.get("SSH_TTY") === undefined;
  const run = (
    args: readonly string[],
    more: { readonly stdin?: Secret; readonly mayAsk?: boolean } = {},
  ) => runStore(options, words, { argv: [program, ...args], mayAsk: false, ...more });
  const item = (accessKeyId: string) => {
    checkStoredId(accessKeyId);
    return ["-s", service, "-a", accessKeyId];
  };
  const failed = (answer: StoreAnswer, action: string) =>
    notAllowed.includes(answer.exitStatus)
      ? locked(words)
      : unusable(words, `cannot be ${action}: ${reasonOf(answer)}`);
  return {
    name: "keychain",
    title: words.title,
    fault: () =>
      faultOf(async () => {
        const answer = await run(["default-keychain"]);
        if (answer.exitStatus !== 0) throw failed(answer, "used");
      }),
    has: async (accessKeyId) => {
      // Without -w it shows the attributes alone, and asks nobody.
      const answer = await run(["find-generic-password", ...item(accessKeyId)]);
      if (answer.exitStatus === notFound) return false;
      if (answer.exitStatus === 0) return true;
      throw failed(answer, "read");
    },
    // Only the whole keychain can be listed, and that may be longer than what is read of a program.
    items: () => Promise.resolve(undefined),
    get: async (accessKeyId) => {
      const args = ["find-generic-password", ...item(accessKeyId), "-w"];
      const answer = await run(args, { mayAsk });
      if (answer.exitStatus === notFound) return undefined;
      if (answer.exitStatus !== 0) throw failed(answer, "read");
      const text = answer.stdout.replace(/\n$/, "");
      return text.startsWith(encoding) ? decoded(text.slice(encoding.length)) : new Secret(text);
    },
    put: async ({ accessKeyId, secretAccessKey }: LongTermCredentials) => {
      const value = encoding + btoa(secretAccessKey.reveal());
      const line = ["add-generic-password", "-U", ...item(accessKeyId), "-w", value].join(" ");
      if (line.length > mostLine) throw unusable(words, "does not take a secret that long");
      const answer = await run(["-i"], { stdin: new Secret(`${line}\n`), mayAsk });
      if (answer.exitStatus !== 0) throw failed(answer, "written");
    },
    remove: async (accessKeyId) => {
      const answer = await run(["delete-generic-password", ...item(accessKeyId)], { mayAsk });
      if (answer.exitStatus === notFound) return false;
      if (answer.exitStatus === 0) return true;
      throw failed(answer, "changed");
    },
    removeCommand: (accessKeyId) =>
      `security delete-generic-password ${item(accessKeyId).join(" ")}`,
  };
}

function decoded(text: string): Secret {
  try {
    return new Secret(atob(text));
  } catch {
    throw unusable(words, "gives back something that stsmfa has not written");
  }
}
