/**
 * `pass`, and `gopass` where only that is installed: one GnuPG file for each key.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import { type LongTermCredentials, Secret } from "../credentials.ts";
import type { StsmfaError } from "../errors.ts";
import { programProblem } from "../files/find_program.ts";
import { faultOf, locked, reasonOf, runStore, type StoreAnswer, unusable } from "./run_store.ts";
import { checkStoredId, type KeyStore, type StoreOptions } from "./store.ts";

const folder = "stsmfa";

const unlock = "unlock your GnuPG key, such as by reading any entry of the store at a terminal";

/** What it is called, and what unlocks it. */
export const passWords = { title: "pass", unlock, install: "install it: the package is pass" };

const gopassWords = { title: "gopass", unlock, install: "install it: https://www.gopass.pw" };

function nameOf(accessKeyId: string): string {
  checkStoredId(accessKeyId);
  return `${folder}/${accessKeyId}`;
}

/** Returns `pass`, or `gopass` if that is what there is. */
export async function passOrGopass(options: StoreOptions): Promise<KeyStore> {
  const { context } = options;
  const isThere = async (program: string) => await programProblem(context, program) === undefined;
  return !await isThere("pass") && await isThere("gopass") ? gopass(options) : pass(options);
}

/**
 * Runs one of the two; where somebody can type a passphrase, that takes its time.
 *
 * @param words the title is the program's name
 * @param variables set for it
 */
export function runner(
  options: StoreOptions,
  words: typeof passWords,
  variables: Readonly<Record<string, string>> = {},
): (
  args: readonly string[],
  more?: { readonly stdin?: Secret; readonly asks?: boolean },
) => Promise<StoreAnswer> {
  const { env, terminal } = options.context;
  return async (
    args: readonly string[],
    { stdin, asks = true } = {},
  ) => {
    const hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => env.has(name));
    const hasPlace = hasDisplay || env.has("GPG_TTY");
    const isAtTerminal = asks && !hasPlace && await terminal.prompter() !== undefined;
    const seat = isAtTerminal ? await terminal.seat?.() : undefined;
    // GnuPG asks on no terminal that nobody names.
    const tty = seat?.terminal === undefined ? undefined : `/dev/${seat.terminal}`;
    const mayAsk = asks && (hasPlace || isAtTerminal);
    return await runStore(options, words, {
      argv: [words.title, ...args],
      ...(stdin && { stdin }),
      env: { ...variables, ...(tty !== undefined && { GPG_TTY: tty }) },
      mayAsk,
      isHere: mayAsk && !hasDisplay,
    });
  };
}

function pass(options: StoreOptions): KeyStore {
  const { context } = options;
  const { env, files } = context;
  const words = passWords;
  const run = runner(options, words);
  const root = () => env.get("PASSWORD_STORE_DIR") ?? expandHome(env, "~/.password-store");
  const has = async (accessKeyId: string) =>
    await files.status(`${root()}/${nameOf(accessKeyId)}.gpg`) !== undefined;
  const fault = async (): Promise<StsmfaError | undefined> => {
    if (await programProblem(context, "pass") !== undefined) {
      return unusable(words, "is not installed", words.install);
    }
    // The mere attempt creates the folder of a store that nobody has set up.
    for (const path of [`${root()}/${folder}/.gpg-id`, `${root()}/.gpg-id`]) {
      if (await files.status(path) !== undefined) return undefined;
    }
    return unusable(words, "is not set up", "set it up with your GnuPG key: pass init KEY");
  };
  const requireSetUp = async () => {
    const found = await fault();
    if (found !== undefined) throw found;
  };
  return {
    name: "pass",
    title: words.title,
    fault,
    has,
    items: async () => {
      const names = await files.list(`${root()}/${folder}`).catch(() => []);
      return names.flatMap((name) => /^([A-Z0-9]{16,128})\.gpg$/.exec(name)?.[1] ?? []).sort();
    },
    get: async (accessKeyId) => {
      const name = nameOf(accessKeyId);
      await requireSetUp();
      if (!await has(accessKeyId)) return undefined;
      const answer = await run(["show", name]);
      if (answer.exitStatus === 0) return firstLine(answer.stdout);
      throw locked(words, `does not give out ${name}: ${reasonOf(answer)}`);
    },
    put: async ({ accessKeyId, secretAccessKey }: LongTermCredentials) => {
      const name = nameOf(accessKeyId);
      await requireSetUp();
      const stdin = new Secret(`${secretAccessKey.reveal()}\n`);
      const answer = await run(["insert", "--multiline", "--force", name], { stdin });
      if (answer.exitStatus === 0) return;
      throw unusable(words, `did not take the secret: ${reasonOf(answer)}`);
    },
    remove: async (accessKeyId) => {
      const name = nameOf(accessKeyId);
      if (!await has(accessKeyId)) return false;
      const answer = await run(["rm", "--force", name], { asks: false });
      if (answer.exitStatus === 0) return true;
      throw unusable(words, `did not remove ${name}: ${reasonOf(answer)}`);
    },
    removeCommand: (accessKeyId) => `pass rm ${nameOf(accessKeyId)}`,
  };
}

/** What `gopass` says by its exit status. */
const notFound = 10;
const notDecrypted = 11;

function gopass(options: StoreOptions): KeyStore {
  const words = gopassWords;
  const run = runner(options, words);
  const items = async () => {
    const answer = await run(["ls", "--flat", folder], { asks: false });
    if (answer.exitStatus === notFound) return [];
    if (answer.exitStatus !== 0) throw unusable(words, `cannot be used: ${reasonOf(answer)}`);
    return [...answer.stdout.matchAll(/^stsmfa\/([A-Z0-9]{16,128})$/gm)].map(([, id]) => id!);
  };
  const has = async (accessKeyId: string) => {
    checkStoredId(accessKeyId);
    return (await items()).includes(accessKeyId);
  };
  return {
    name: "pass",
    title: words.title,
    has,
    items,
    fault: () =>
      faultOf(async () => {
        const version = await run(["--version"], { asks: false });
        // Older ones have other flags.
        if (version.exitStatus !== 0 || !/^gopass (?:version )?v?1\.\d\d/.test(version.stdout)) {
          throw unusable(words, "is older than 1.10, or another program", words.install);
        }
        const ls = await run(["ls", "--flat"], { asks: false });
        if (ls.exitStatus === 0) return;
        throw unusable(words, `is not set up: ${reasonOf(ls)}`, "set it up: gopass setup");
      }),
    get: async (accessKeyId) => {
      const name = nameOf(accessKeyId);
      const answer = await run(["show", "-o", "-n", "--nosync", "--nofuzzysearch", name]);
      if (answer.exitStatus === 0) return firstLine(answer.stdout);
      if (answer.exitStatus === notFound) return undefined;
      if (answer.exitStatus === notDecrypted) {
        throw locked(words, `does not give out ${name}: ${reasonOf(answer)}`);
      }
      throw unusable(words, `cannot be read: ${reasonOf(answer)}`);
    },
    put: async ({ accessKeyId, secretAccessKey }) => {
      const stdin = new Secret(`${secretAccessKey.reveal()}\n`);
      const answer = await run(["insert", "-f", nameOf(accessKeyId)], { stdin });
      if (answer.exitStatus === 0) return;
      throw unusable(words, `did not take the secret: ${reasonOf(answer)}`);
    },
    remove: async (accessKeyId) => {
      if (!await has(accessKeyId)) return false;
      const answer = await run(["rm", "-f", nameOf(accessKeyId)], { asks: false });
      if (answer.exitStatus === 0) return true;
      throw unusable(words, `did not remove it: ${reasonOf(answer)}`);
    },
    removeCommand: (accessKeyId) => `gopass rm ${nameOf(accessKeyId)}`,
  };
}

function firstLine(text: string): Secret {
  return new Secret(text.split(/\r?\n/, 1)[0]!);
}
