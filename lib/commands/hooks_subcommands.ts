/**
 * What `stsmfa hooks` does: list, allow, deny, new; `run` is in `hooks_run.ts`.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { approvalAtTerminal, hookInWords } from "../cli/hook_approval.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { requireOurs } from "../files/ours.ts";
import { replaceFile } from "../files/replace.ts";
import { withArguments } from "../hint_words.ts";
import { writeDecision } from "../hooks/approval.ts";
import { findHook, ownHooks, shippedHooks } from "../hooks/file.ts";
import { type InspectedHook, inspectHook } from "../hooks/inspect.ts";
import { hooksDirectory } from "../hooks/permissions.ts";
import { scopeInWords } from "../hooks/scope_words.ts";
import { typeStripper } from "../hooks/source.ts";
import { hookTemplate } from "../hooks/template.ts";
import { Settings } from "../profile/settings.ts";
import { type Line, line, linesForPeople, paint } from "../screen.ts";
import { storageError } from "../storage_error.ts";
import { terminalTalk } from "../talk.ts";
import {
  type HooksFlags,
  type HooksSubcommand,
  type HooksSubcommandName,
  oneName,
} from "./hooks_flags.ts";
import { run } from "./hooks_run.ts";

/** Each subcommand by its name. */
export const subcommands: Readonly<Record<HooksSubcommandName, HooksSubcommand>> = {
  list,
  allow,
  deny,
  run,
  new: create,
};

type ToldHook = InspectedHook & { readonly inWords: readonly string[] };

type Listed = ToldHook | { readonly name: string; readonly error: StsmfaError };

async function list(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const words = names.length > 0 ? names : [
    ...new Set([
      ...await ownHooks(context),
      ...await namedInProfiles(context, flags),
      ...shippedHooks,
    ]),
  ];
  const hooks: Listed[] = [];
  for (const word of words) {
    try {
      hooks.push(await toldHook(context, word));
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      hooks.push({ name: word, error });
    }
  }
  const faults = hooks.flatMap((hook) => "error" in hook ? [hook] : []);
  return {
    json: hooks.map(hookJson),
    human: () => hooks.flatMap(described),
    exitStatus: faults[0]?.error.exitStatus ?? ExitStatus.Ok,
    errors: faults.map(({ error }) => ({ error })),
  };
}

async function toldHook(context: Context, word: string): Promise<ToldHook> {
  const hook = await inspectHook(context, word);
  return { ...hook, inWords: await scopeInWords(context, hook.scope, hook.manifest) };
}

async function namedInProfiles(context: Context, flags: HooksFlags): Promise<string[]> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  return profileNames(files).flatMap((name) => {
    try {
      return new Settings(files, context.env, {}, name).hooks.map(({ word }) => word);
    } catch (error) {
      if (error instanceof StsmfaError) return [];
      throw error;
    }
  });
}

function hookJson(hook: Listed): Record<string, unknown> {
  if ("error" in hook) return { name: hook.name, state: "invalid", error: hook.error };
  const { file, manifest, scope, needed, state, inWords } = hook;
  return {
    name: file.name,
    path: file.path,
    on: manifest.on,
    state,
    permissions: scope,
    inWords,
    needsCredentials: manifest.needsCredentials,
    providesTokenCode: manifest.providesTokenCode,
    hash: needed.hash,
  };
}

const colours = { allowed: "green", denied: "red", new: "yellow", changed: "yellow" } as const;

function described(hook: Listed): Line[] {
  if ("error" in hook) return [line`${hook.name}  ${paint("red", "invalid")}`];
  const { file, manifest, needed, state, inWords } = hook;
  const words = state === "new" ? "not approved" : state === "changed" ? "changed" : state;
  return [
    line`${file.name}  ${paint(colours[state], words)}, ${manifest.on.join(" and ")}, ${file.path}`,
    ...inWords.map((line) => `  ${line}`),
    line`  ${paint("dim", `sha256 ${needed.hash}`)}`,
  ];
}

async function allow(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const word = oneName("allow", names);
  const hook = await toldHook(context, word);
  const { file: { name, path }, needed } = hook;
  if (hook.state === "allowed") {
    return decisionResult(hook, "allowed", "was allowed already");
  }
  if (flags.yes) {
    await showHook(context, hook);
  } else {
    const ask = approvalAtTerminal(context, flags);
    if (flags.nonInteractive || await context.terminal.prompter() === undefined) {
      await showHook(context, hook);
      throw new StsmfaError("Usage", `hook ${name} needs an approval, and there is nobody to ask`, {
        hint: `if you want just that: stsmfa hooks allow ${name} --yes`,
      });
    }
    const answer = await ask(hook);
    if (answer === "deny") return await deny(context, flags, [word]);
    if (answer === "skip") return decisionResult(hook, hook.state, "is as it was");
  }
  const { warn } = terminalTalk(context.terminal, flags);
  await writeDecision(context, path, { state: "allowed", approval: needed }, warn);
  return decisionResult(hook, "allowed", "is allowed");
}

async function showHook(context: Context, hook: InspectedHook): Promise<void> {
  context.terminal.stderr.write(linesForPeople(await hookInWords(context, hook), false));
}

async function deny(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const word = oneName("deny", names);
  const file = await findHook(context, word);
  const { warn } = terminalTalk(context.terminal, flags);
  await writeDecision(context, file.path, { state: "denied" }, warn);
  return {
    json: { name: file.name, path: file.path, state: "denied" },
    human: () => [
      line`${file.name}  ${paint("red", "denied")}; it is not run, whatever becomes of it`,
    ],
    exitStatus: ExitStatus.Ok,
  };
}

function decisionResult(
  hook: ToldHook,
  state: InspectedHook["state"],
  words: string,
): CommandResult {
  const { name } = hook.file;
  return {
    json: { ...hookJson(hook), state },
    human: () => [line`${name}  ${paint(colours[state], words)}`],
    exitStatus: ExitStatus.Ok,
  };
}

async function create(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const name = oneName("new", names);
  if (!/^[A-Za-z][\w-]*$/.test(name)) {
    throw new StsmfaError("Usage", `${name}: a hook's name has letters, digits, - and _`);
  }
  const directory = hooksDirectory(context);
  if (directory === undefined) {
    throw new StsmfaError("InvalidSetting", "there is no place for hooks: HOME is not set");
  }
  const language = await typeStripper() === undefined ? "js" : "ts";
  const path = `${directory}/${name}.${language}`;
  await requireOwnHooks(context, directory, terminalTalk(context.terminal, flags).warn);
  if ((await ownHooks(context)).includes(name)) {
    throw new StsmfaError("Usage", `there is a hook ${name} already, in ${directory}`);
  }
  try {
    await context.files.makeDirectory(directory, 0o700);
    await requireOwnHooks(context, directory);
    await replaceFile(
      context,
      path,
      new TextEncoder().encode(hookTemplate(name, language)),
      undefined,
    );
  } catch (error) {
    throw storageError("write", path, error);
  }
  const hint = (shippedHooks as readonly string[]).includes(name)
    ? `; it goes before the one that comes with stsmfa`
    : "";
  return {
    json: { name, path },
    human: () => [
      `${path}${hint}`,
      `When it says what you want: ${withArguments("stsmfa hooks allow", [name])}`,
    ],
    exitStatus: ExitStatus.Ok,
  };
}

/** Refuses a directory in which someone else could change a hook: it would be refused later. */
async function requireOwnHooks(
  context: Context,
  directory: string,
  warn?: (message: string) => void,
): Promise<void> {
  try {
    await requireOurs(context, directory, warn && { warn });
  } catch (error) {
    throw storageError("read", directory, error);
  }
}
