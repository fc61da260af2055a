/**
 * `stsmfa hooks new` and `stsmfa hooks types`: what an author begins with.
 *
 * @module
 */

import type { CommandResult } from "../cli/command.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { requireOurs } from "../files/ours.ts";
import { replaceFile } from "../files/replace.ts";
import { withArguments } from "../hint_words.ts";
import { ownHooks, shippedHooks } from "../hooks/file.ts";
import { hooksDirectory } from "../hooks/permissions.ts";
import { takesTypesOff } from "../hooks/source.ts";
import { hookTexts, typesFile } from "../hooks/template.ts";
import { hookTypes } from "../hooks/types_text.ts";
import { dirname, homeVariable, join } from "../path.ts";
import { storageError } from "../storage_error.ts";
import { terminalTalk } from "../talk.ts";
import { type HooksFlags, oneHook } from "./hooks_flags.ts";

/** Writes a hook to the hooks folder, with a test and the types beside it. */
export async function create(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const name = oneHook("new", names);
  if (!/^[A-Za-z][\w-]*$/.test(name)) {
    throw new StsmfaError("Usage", `${name}: a hook's name has letters, digits, - and _`);
  }
  const directory = hooksDirectory(context);
  if (directory === undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `there is no folder for hooks: ${homeVariable(context.env)} is not set`,
    );
  }
  const language = await takesTypesOff(context) ? "ts" : "js";
  const texts = await hookTexts(flags.template ?? "plain", name, language);
  await requireOwnHooks(context, directory, terminalTalk(context, flags).warn);
  if ((await ownHooks(context)).includes(name)) {
    throw new StsmfaError("Usage", `hook ${name} already exists, in ${directory}`);
  }
  const path = join(directory, `${name}.${language}`);
  const test = join(directory, `${name}.test.${language}`);
  const hasTest = await present(context, test);
  await write(context, join(directory, typesFile), hookTypes);
  if (!hasTest) await write(context, test, texts.test);
  await write(context, path, texts.hook);
  const isBefore = (shippedHooks as readonly string[]).includes(name);
  const hint = isBefore ? "; it goes before the one that comes with stsmfa" : "";
  const why = language === "ts"
    ? []
    : ["In JavaScript, since this Deno (before 2.8) takes no types off."];
  return {
    json: { name, path, test, types: join(directory, typesFile) },
    human: () => [
      `${path}${hint}`,
      ...why,
      `Its test, and the types for your editor, are beside it: ${name}.test.${language}, ${typesFile}`,
      `When it says what you want: ${withArguments("stsmfa hooks allow", [name])}`,
      `Then try it: ${withArguments("stsmfa hooks run", [name])}`,
    ],
    exitStatus: ExitStatus.Ok,
  };
}

/** Prints the types of hooks. */
export function types(
  _context: Context,
  _flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  if (names.length > 0) throw new StsmfaError("Usage", "hooks types takes no argument");
  const file = { json: { file: typesFile, text: hookTypes }, data: hookTypes };
  return Promise.resolve({ ...file, exitStatus: ExitStatus.Ok });
}

async function present(context: Context, path: string): Promise<boolean> {
  try {
    return await context.files.status(path) !== undefined;
  } catch (error) {
    throw storageError("read", path, error);
  }
}

async function write(context: Context, path: string, text: string): Promise<void> {
  const directory = dirname(path);
  try {
    await context.files.makeDirectory(directory, 0o700);
    await requireOwnHooks(context, directory);
    await replaceFile(context, path, new TextEncoder().encode(text), undefined);
  } catch (error) {
    throw storageError("write", path, error);
  }
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
