/**
 * Generates the manual page, from the same data as the help.
 *
 * @module
 */

import type { AnyCommand, CommandTable, Flag, HelpExample, HelpPart, Program } from "./command.ts";
import { otherSpellings } from "./completion_words.ts";
import { usageOf } from "./help.ts";
import { shownFlags } from "./help_headings.ts";
import { longFlag } from "./parse.ts";
import { topics } from "./topics.ts";

/** Returns the text of stsmfa.1, in the man macros of roff. */
export async function manPage({ info, table }: Program): Promise<string> {
  const commands = await Promise.all(
    Object.entries(table).map(async ([name, entry]) => {
      const { default: command } = await entry.load();
      return commandPart(info, name, entry, command);
    }),
  );
  const pages = await Promise.all(
    Object.entries(topics).map(async ([name, { load }]) => [
      `.SH "${escaped(name.toUpperCase())}"`,
      ...partLines((await load()).parts),
    ]),
  );
  return [
    `.TH ${info.name.toUpperCase()} 1 "" "${info.name} ${await info
      .loadVersion()}" "User Commands"`,
    ".SH NAME",
    `${info.name} \\- ${escaped(info.brief)}`,
    ".SH SYNOPSIS",
    `.B ${info.name}`,
    "[COMMAND] [FLAGS]",
    ".SH DESCRIPTION",
    ...partLines(info.description),
    ...exampleLines(info.examples),
    ".SH COMMANDS",
    ...commands.flat(),
    ...pages.flat(),
    ".SH FILES",
    ...paragraph(
      "~/.aws/credentials",
      "Access keys and sessions; AWS_SHARED_CREDENTIALS_FILE names another file.",
    ),
    ...paragraph(
      "~/.aws/config",
      "Profiles and their settings; AWS_CONFIG_FILE names another file.",
    ),
    "",
  ].join("\n");
}

function commandPart(
  info: Program["info"],
  name: string,
  { brief }: CommandTable[string],
  command: AnyCommand,
): readonly string[] {
  const flags = shownFlags(command.flags).flatMap(([each, flag]) => {
    const { letters, theirs } = otherSpellings(command, each);
    const spelled = [...letters, longFlag(each, flag), ...theirs].join(", ");
    return paragraph(`${spelled}${valueOf(flag)}`, `${flag.brief}.`);
  });
  return [
    `.SS "${escaped(name)}"`,
    escaped(`${brief}.`),
    ".PP",
    `.B ${escaped(usageOf(info, name, command).replace("Usage: ", ""))}`,
    ...exampleLines(command.examples),
    ...partLines([...command.description, ...command.details ?? []]),
    ...flags,
  ];
}

function valueOf(flag: Flag): string {
  if (flag.kind === "toggle") return "";
  return ` ${flag.kind === "text" ? flag.placeholder.toUpperCase() : flag.values.join("|")}`;
}

function partLines(parts: readonly HelpPart[]): string[] {
  return parts.flatMap((part) => {
    if (typeof part === "string") return [".PP", escaped(part)];
    if ("code" in part) return [".PP", ...asTyped(part.code)];
    return part.terms.flatMap(([name, words]) => paragraph(name, words));
  });
}

function exampleLines(examples: readonly HelpExample[]): string[] {
  const lines = examples.flatMap((each) =>
    typeof each === "string" ? [each] : [`# ${each[1]}`, each[0]]
  );
  return [".PP", ...asTyped(lines)];
}

/** Keeps lines that are laid out already. */
function asTyped(lines: readonly string[]): string[] {
  return [".RS", ".nf", ...lines.map(escaped), ".fi", ".RE"];
}

function paragraph(what: string, text: string): string[] {
  return [".TP", `\\fB${escaped(what)}\\fR`, escaped(text)];
}

/** Escapes roff's special characters, so that they print as they are and can be copied. */
function escaped(text: string): string {
  const names: Record<string, string> = {
    "\\": "\\e",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
  };
  return text.replace(/[\\\-'`^~]/g, (each) => names[each]!)
    .replace(
      /\P{ASCII}/gu,
      (each) => `\\[u${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replace(/^\./, "\\&.");
}
