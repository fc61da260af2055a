/**
 * Parses flags and prints help, by way of Stricli.
 *
 * @module
 */

import {
  ArgumentScannerError,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type CommandContext,
  formatMessageForArgumentScannerError,
  run,
  text_en,
} from "@stricli/core";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import type { AnyCommand, CommandTable, CommonFlags, ProgramInfo } from "./command.ts";
import { withOurSpellings } from "./flags.ts";

/** Flags and operands to run the command with, or the exit status when there is nothing to run. */
export type Parsed =
  | { readonly flags: CommonFlags; readonly operands: readonly string[] }
  | { readonly exitStatus: ExitStatus };

/**
 * Parses the arguments for one command; help and the version are printed here.
 *
 * @throws StsmfaError `Usage`
 */
export async function parse(
  context: Context,
  args: readonly string[],
  info: ProgramInfo,
  table: CommandTable,
  { defaultName, name, command }: {
    readonly defaultName: string;
    readonly name: string;
    readonly command: AnyCommand;
  },
): Promise<Parsed> {
  let parsed: Parsed | undefined;
  let problem: string | undefined;
  const routes = Object.fromEntries(
    Object.entries(table).map(([each, { brief }]) => [
      each,
      each === name
        ? buildCommand<CommonFlags, string[], CommandContext>({
          docs: command.docs,
          parameters: {
            flags: command.flags,
            aliases: command.aliases,
            positional: command.positional,
          } as never,
          func: (flags: CommonFlags, ...operands: string[]) => {
            parsed = { flags, operands };
          },
        })
        : buildCommand({ docs: { brief }, parameters: {}, func: () => {} }),
    ]),
  );
  const app = buildApplication(
    buildRouteMap({
      routes,
      defaultCommand: defaultName as never,
      docs: { brief: info.brief, fullDescription: info.description },
    }),
    {
      name: info.name,
      versionInfo: { currentVersion: `${info.name} ${info.version}` },
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
      localization: {
        text: {
          ...text_en,
          exceptionWhileParsingArguments: (error) => {
            problem = error instanceof ArgumentScannerError
              ? formatMessageForArgumentScannerError(error, {})
              : "the arguments cannot be read";
            return "";
          },
        },
      },
    },
  );
  const { stdout } = context.terminal;
  const process: CommandContext["process"] & { exitCode?: number | string | null } = {
    stdout,
    stderr: { write: () => {} },
  };
  await run(app, withOurSpellings(args), { process });
  if (problem !== undefined) {
    throw new StsmfaError("Usage", problem, { hint: `see: ${info.name} ${name} --help` });
  }
  if (parsed !== undefined) return parsed;
  return { exitStatus: process.exitCode ? ExitStatus.Usage : ExitStatus.Ok };
}
