/**
 * Finds the long-term keys that aws-vault and granted keep in key stores, pass and encrypted files.
 * Only reads them: what is there stays.
 *
 * @module
 */

import { profileNames, profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { StoreOptions } from "../keys/store.ts";
import { withSuffix } from "../profile/names.ts";
import type { Talk } from "../talk.ts";
import type { FoundProfile, ImportNeed } from "./found_profile.ts";
import {
  isCacheName,
  keyIn,
  type Keyring,
  type KeyringItem,
  type KeyringTool,
  type Wanted,
} from "./keyring.ts";
import { fileKeyring } from "./keyring_file.ts";
import { macKeyring } from "./keyring_mac.ts";
import { passKeyring } from "./keyring_pass.ts";
import { secretServiceKeyring } from "./keyring_secret_service.ts";
import { type KeyringSettings, keyringSettings } from "./keyring_settings.ts";
import { windowsKeyring } from "./keyring_windows.ts";

/** What to look for. */
export interface KeyringOptions {
  readonly tools: readonly KeyringTool[];
  /** The profiles that were named; without any, those of AWS's files and all that can be listed. */
  readonly names: readonly string[];
  /** The suffix of sections with long-term keys. */
  readonly longTermSuffix: string;
  /** Whether the tool was named: what cannot be looked into is an error then. */
  readonly isNamed: boolean;
  readonly talk: Talk;
}

/**
 * Finds the profiles whose keys these tools have.
 *
 * @throws StsmfaError `KeyStoreUnusable`, `KeyStoreLocked`, `InvalidSetting` if a tool was named,
 * nothing was found, and not everything could be looked into
 */
export async function findInKeyrings(
  context: Context,
  files: AwsFiles,
  options: KeyringOptions,
): Promise<FoundProfile[]> {
  const { tools, names, longTermSuffix, isNamed, talk } = options;
  const wanted = names.length > 0
    ? { names: names.filter((name) => !isCacheName(name)), isAll: false }
    : { names: candidates(files, longTermSuffix), isAll: true };
  const open = opener({ context, talk });
  const found: FoundProfile[] = [];
  for (const tool of tools) {
    const settings = await keyringSettings(context, tool);
    const { items, faults } = await itemsIn(open(settings), wanted);
    const here = items.flatMap(({ item, keyring }): FoundProfile[] => {
      const need = needOf(settings, keyring, item, longTermSuffix);
      const { name: profile, path } = item;
      return need === undefined ? [] : [{ tool, profile, path, keyring: keyring.title, need }];
    });
    if (here.length === 0 && isNamed && faults[0] !== undefined) throw faults[0];
    const isExpected = isNamed || settings.isUsed || isMentioned(files, tool);
    for (const { message } of isExpected ? faults : []) {
      talk.warn(`${tool}: could not look for all of its keys: ${message}`);
    }
    found.push(...here);
  }
  return withoutCopies(found);
}

/** The words of a tool for the stores that a system can have, in its own order. */
type Backend = "secret-service" | "keychain" | "wincred" | "pass" | "file";

/** Returns how to open what a tool may use here: all that can be, or the one that it is set to. */
function opener(options: StoreOptions): (settings: KeyringSettings) => (Keyring | StsmfaError)[] {
  const { os, runtime } = options.context;
  const secretService = secretServiceKeyring(options);
  const opened: Readonly<Record<Backend, (settings: KeyringSettings) => Keyring>> = {
    "secret-service": () => secretService,
    "keychain": (settings) => macKeyring(options, settings),
    "wincred": (settings) => windowsKeyring(options, settings),
    "pass": (settings) => passKeyring(options, settings),
    "file": (settings) => fileKeyring(options, settings),
  };
  const here: readonly Backend[] = os === "windows"
    ? ["wincred", "file"]
    : [runtime.includes("-apple-") ? "keychain" : "secret-service", "pass", "file"];
  return (settings) => {
    const { tool, backend } = settings;
    if (backend === undefined) return here.map((each) => opened[each](settings));
    const found = here.find((each) => each === backend.name);
    if (found !== undefined) return [opened[found](settings)];
    return [
      new StsmfaError(
        "InvalidSetting",
        `${backend.origin}: ${tool}'s keys are in ${backend.name}, which stsmfa cannot read here`,
        {
          hint: tool === "aws-vault"
            ? "one by one: aws-vault exec NAME --no-session -- stsmfa init NAME --keys-from env"
            : "one by one: stsmfa init NAME",
        },
      ),
    ];
  };
}

interface Looked {
  readonly items: readonly { readonly item: KeyringItem; readonly keyring: Keyring }[];
  readonly faults: readonly StsmfaError[];
}

async function itemsIn(
  keyrings: readonly (Keyring | StsmfaError)[],
  wanted: Wanted,
): Promise<Looked> {
  const items: { item: KeyringItem; keyring: Keyring }[] = [];
  const faults: StsmfaError[] = [];
  for (const keyring of keyrings) {
    try {
      if (keyring instanceof StsmfaError) throw keyring;
      for (const item of await keyring.items(wanted)) items.push({ item, keyring });
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      faults.push(error);
    }
  }
  return { items, faults };
}

/** Returns what the profiles of AWS's files are called, and what others have as their source. */
function candidates(files: AwsFiles, suffix: string): string[] {
  const ending = withSuffix("", suffix);
  const names = profileNames(files);
  const sources = names.flatMap((name) => profileValue(files, name, "source_profile")?.value || []);
  const all = ["default", ...names, ...sources].map((name) =>
    ending !== "" && name.endsWith(ending) ? name.slice(0, -ending.length) : name
  );
  return [...new Set(all)].filter((name) => name !== "" && !isCacheName(name));
}

/** Reports whether a profile asks the tool for its credentials. */
function isMentioned(files: AwsFiles, tool: KeyringTool): boolean {
  return profileNames(files).some((name) =>
    profileValue(files, name, "credential_process")?.value.includes(tool)
  );
}

function needOf(
  { tool }: KeyringSettings,
  { title }: Keyring,
  { name, path, content }: KeyringItem,
  suffix: string,
): ImportNeed | undefined {
  if (content instanceof StsmfaError) return { kind: "failed", error: content };
  const credentials = keyIn(tool, name, content);
  if (credentials === undefined) return undefined;
  const place = path ?? `${title}: ${tool}'s item ${name}`;
  if (credentials === "broken") return { kind: "unknown", reason: `${place} holds no access key` };
  return {
    kind: "key",
    section: withSuffix(name, suffix),
    credentials,
    places: { accessKeyId: place, secretAccessKey: place },
    serialNumber: undefined,
  };
}

/** Drops the same key from a second place of a tool, and an item that both tools are refused. */
function withoutCopies(all: readonly FoundProfile[]): FoundProfile[] {
  const seen = new Set<string>();
  return all.filter(({ tool, profile, need }) => {
    const what = need.kind === "key"
      ? [tool, need.credentials.accessKeyId, need.credentials.secretAccessKey.reveal()]
      : need.kind === "failed"
      ? [need.error.message]
      : undefined;
    const mark = JSON.stringify([profile, what]);
    if (what === undefined || !seen.has(mark)) {
      seen.add(mark);
      return true;
    }
    return false;
  });
}

/** Returns how a tool forgets a key, for a hint; stsmfa never does that itself. */
export function forgetCommand(tool: KeyringTool, profile: string): string {
  return withArguments(
    tool === "aws-vault" ? "aws-vault remove" : "granted credentials remove",
    [profile],
  );
}
