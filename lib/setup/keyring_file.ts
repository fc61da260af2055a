/**
 * Keys of other tools in files that a passphrase encrypts.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import type { StoreOptions } from "../keys/store.ts";
import { join } from "../path.ts";
import { storageError } from "../storage_error.ts";
import { isCacheName, type Keyring, type KeyringItem } from "./keyring.ts";
import type { KeyringSettings } from "./keyring_settings.ts";

/** Returns a tool's files. */
export function fileKeyring(options: StoreOptions, settings: KeyringSettings): Keyring {
  const { context } = options;
  const { fileFolder } = settings;
  return {
    title: fileFolder,
    items: async ({ names, isAll }) => {
      const found: { readonly name: string; readonly path: string; readonly text: string }[] = [];
      for (const file of await filesIn(context, fileFolder)) {
        const [name, path] = [nameOf(file), join(fileFolder, file)];
        if (isCacheName(name) || !(isAll || names.includes(name))) continue;
        const text = await readText(context, path);
        // The compact form of JWE; nothing else is the tool's.
        if (/^eyJ[\w-]*(?:\.[\w-]*){4}$/.test(text)) found.push({ name, path, text });
      }
      if (found.length === 0) return [];
      const passphrase = await passphraseFor(options, settings);
      return await Promise.all(found.map(async ({ name, path, text }): Promise<KeyringItem> => ({
        name,
        path,
        content: passphrase instanceof StsmfaError
          ? passphrase
          : await contentOf(path, text, passphrase, settings),
      })));
    },
  };
}

async function filesIn({ files }: Context, folder: string): Promise<string[]> {
  try {
    const names = await files.status(folder) === undefined ? [] : await files.list(folder);
    // A link that leads in a circle keeps nobody from the others.
    const statuses = await Promise.all(
      names.map((name) => files.status(join(folder, name)).catch(() => undefined)),
    );
    return names.filter((_, at) => statuses[at]?.isFile).sort();
  } catch (error) {
    throw storageError("read", folder, error);
  }
}

/** A slash is written as `%2F`, a per cent sign as `%25`. */
function nameOf(file: string): string {
  try {
    return decodeURIComponent(file);
  } catch {
    return file;
  }
}

async function readText({ files }: Context, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path)).trim();
  } catch (error) {
    throw storageError("read", path, error);
  }
}

async function passphraseFor(
  { context, talk }: StoreOptions,
  { tool, fileFolder, passphraseVariable, usualPassphrase }: KeyringSettings,
): Promise<Secret | StsmfaError> {
  const { env, terminal, signal } = context;
  if (env.has(passphraseVariable)) return new Secret(env.get(passphraseVariable) ?? "");
  if (usualPassphrase !== undefined) return new Secret(usualPassphrase);
  const prompter = await terminal.prompter();
  if (prompter === undefined) {
    return new StsmfaError(
      "KeyStoreLocked",
      `${fileFolder}: ${tool}'s files need their passphrase, and stsmfa cannot ask for it here`,
      { hint: `run it at a terminal, or set ${passphraseVariable}` },
    );
  }
  talk.endProgress();
  const question = `Passphrase of ${tool}'s files in ${fileFolder}:`;
  return new Secret(await prompter.askHidden(question, () => undefined, signal));
}

async function contentOf(
  path: string,
  text: string,
  passphrase: Secret,
  { tool, passphraseVariable }: KeyringSettings,
): Promise<KeyringItem["content"]> {
  const { decrypt } = await importLazily<typeof import("./keyring_decrypt.ts")>(
    "./keyring_decrypt.ts",
    import.meta.url,
  );
  const content = await decrypt(text, passphrase);
  if (content instanceof Secret) return content;
  if (content === "unknown") {
    return new StsmfaError(
      "UnparsableFile",
      `${path} is not encrypted as ${tool} does it: PBES2-HS256+A128KW, A256GCM`,
    );
  }
  return new StsmfaError("KeyStoreLocked", `${path}: this is not its passphrase`, {
    hint:
      `run the same command again with the one that ${tool} takes, or set ${passphraseVariable}`,
  });
}
