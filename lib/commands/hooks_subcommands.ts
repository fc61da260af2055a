/**
 * What `stsmfa hooks` does: list, allow, deny; the rest is in `hooks_run.ts` and `hooks_new.ts`.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { approvalAtTerminal, hookInWords } from "../cli/hook_approval.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { writeDecision } from "../hooks/approval.ts";
import { ownHooks, shippedHooks } from "../hooks/file.ts";
import { filesToDeny } from "../hooks/guard.ts";
import { type InspectedHook, inspectHook } from "../hooks/inspect.ts";
import { scopeInWords } from "../hooks/scope_words.ts";
import { withTilde } from "../path.ts";
import { hookName } from "../profile/hook_settings.ts";
import { Settings } from "../profile/settings.ts";
import { type Line, line, linesThatFit, paint } from "../screen.ts";
import { terminalTalk } from "../talk.ts";
import {
  type HooksFlags,
  type HooksSubcommand,
  type HooksSubcommandName,
  oneHook,
} from "./hooks_flags.ts";
import { create, types } from "./hooks_new.ts";
import { run } from "./hooks_run.ts";

/** Each subcommand by its name. */
export const subcommands: Readonly<Record<HooksSubcommandName, HooksSubcommand>> = {
  list,
  allow,
  deny,
  run,
  new: create,
  types,
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
    human: () => hooks.flatMap((hook) => described(context, hook)),
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
    needsAccessKey: manifest.needsAccessKey,
    providesTokenCode: manifest.providesTokenCode,
    hash: needed.hash,
  };
}

const colours = { allowed: "green", denied: "red", new: "yellow", changed: "yellow" } as const;

function described({ env }: Pick<Context, "env">, hook: Listed): Line[] {
  if ("error" in hook) return [line`${hook.name}  ${paint("red", "invalid")}`];
  const { file, manifest, needed, state, inWords } = hook;
  const words = state === "new" ? "not approved" : state === "changed" ? "changed" : state;
  return [
    line`${file.name}  ${paint(colours[state], words)}, ${manifest.on.join(" and ")}, ${
      withTilde(env, file.path)
    }`,
    ...inWords.map((line) => `  ${withTilde(env, line)}`),
    line`  ${paint("dim", `sha256 ${needed.hash}`)}`,
  ];
}

async function allow(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const word = oneHook("allow", names);
  const hook = await toldHook(context, word);
  const { file, needed } = hook;
  const { name } = file;
  if (hook.state === "allowed") {
    return decisionResult(hook, "allowed", "was already allowed");
  }
  if (flags.yes) {
    await showHook(context, hook);
  } else {
    const ask = approvalAtTerminal(context, flags);
    if (flags.nonInteractive || await context.terminal.prompter() === undefined) {
      await showHook(context, hook);
      throw new StsmfaError(
        "Usage",
        `hook ${name} needs an approval, and stsmfa cannot ask for it here`,
        {
          hint: `if you want just that: stsmfa hooks allow ${name} --yes`,
        },
      );
    }
    const answer = await ask(hook);
    if (answer === "deny") return await deny(context, flags, [word]);
    if (answer === "skip") return decisionResult(hook, hook.state, "is unchanged");
  }
  const { warn } = terminalTalk(context, flags);
  await writeDecision(context, file, { state: "allowed", approval: needed }, warn);
  return decisionResult(hook, "allowed", "is allowed");
}

async function showHook(context: Context, hook: InspectedHook): Promise<void> {
  const { stderr } = context.terminal;
  stderr.write(linesThatFit(await hookInWords(context, hook), stderr));
}

async function deny(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const word = oneHook("deny", names);
  const name = hookName(word);
  const files = await filesToDeny(context, word);
  const { warn } = terminalTalk(context, flags);
  for (const file of files) await writeDecision(context, file, { state: "denied" }, warn);
  return {
    json: { name, path: files[0].path, state: "denied" },
    human: () => [
      line`${name}  ${paint("red", "denied")}; it will not run, even if it changes`,
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
