/**
 * Generates the manual page, from the same data as the help.
 *
 * @module
 */

import type { AnyCommand, Flag, Program } from "./command.ts";
import { otherSpellings } from "./completion_words.ts";
import { longFlag } from "./parse.ts";

/** Returns the text of stsmfa.1, in the man macros of roff. */
export async function manPage({ info, table }: Program): Promise<string> {
  const commands = await Promise.all(
    Object.entries(table).map(async ([name, { brief, load }]) => {
      const { default: command } = await load();
      return commandPart(info.name, name, brief, command);
    }),
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
    ...asTyped(info.description),
    ".SH COMMANDS",
    ...commands.flat(),
    ".SH FILES",
    ...paragraph(
      "~/.aws/credentials",
      "Keys and sessions; AWS_SHARED_CREDENTIALS_FILE names another.",
    ),
    ...paragraph("~/.aws/config", "Profiles and their settings; AWS_CONFIG_FILE names another."),
    "",
  ].join("\n");
}

function commandPart(
  program: string,
  name: string,
  brief: string,
  command: AnyCommand,
): readonly string[] {
  const flags = Object.entries(command.flags).flatMap(([each, flag]) => {
    const { letters, theirs } = otherSpellings(command, each);
    const spelled = [...letters, longFlag(each, flag), ...theirs].join(", ");
    return paragraph(`${spelled}${valueOf(flag)}`, flag.brief);
  });
  return [
    `.SS "${escaped(name)}"`,
    escaped(`${brief}.`),
    ".PP",
    `.B ${escaped(`${program} ${name} ${command.positionals}`.trimEnd())} [FLAGS]`,
    ".PP",
    ...asTyped(command.description),
    ...flags,
  ];
}

function valueOf(flag: Flag): string {
  if (flag.kind === "toggle") return "";
  return ` ${flag.kind === "text" ? flag.placeholder.toUpperCase() : flag.values.join("|")}`;
}

/** Keeps lines that are laid out already. */
function asTyped(lines: readonly string[]): string[] {
  return [".nf", ...lines.map(escaped), ".fi"];
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
