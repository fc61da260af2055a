/**
 * Parses flags, by way of Stricli.
 *
 * @module
 */

import {
  ArgumentScannerError,
  buildApplication,
  buildCommand,
  type CommandContext,
  formatMessageForArgumentScannerError,
  run,
  text_en,
} from "@stricli/core";
import { StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { AnyCommand, CommonFlags } from "./command.ts";
import { withOurSpellings } from "./flags.ts";

/** What a command is run with. */
export interface Parsed {
  readonly flags: CommonFlags;
  readonly operands: readonly string[];
}

/**
 * Parses the words behind a command's name.
 *
 * @throws StsmfaError `Usage`
 */
export async function parse(
  words: readonly string[],
  command: AnyCommand,
  helpCommand: string,
): Promise<Parsed> {
  let parsed: Parsed | undefined;
  let problem = "the arguments cannot be read";
  let hint: string | undefined;
  const flagNames = Object.keys(command.flags).map((name) =>
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  );
  const app = buildApplication(
    buildCommand<CommonFlags, string[], CommandContext>({
      docs: { brief: command.docs.brief },
      parameters: {
        flags: command.flags,
        aliases: command.aliases,
        positional: {
          kind: "array",
          parameter: { parse: String, brief: "operand", placeholder: "operand" },
        },
      } as never,
      func: (flags: CommonFlags, ...operands: string[]) => {
        parsed = { flags, operands };
      },
    }),
    {
      name: "stsmfa",
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      localization: {
        text: {
          ...text_en,
          exceptionWhileParsingArguments: (error) => {
            if (error instanceof ArgumentScannerError) {
              problem = formatMessageForArgumentScannerError(error, {
                FlagNotFoundError: ({ input }) => {
                  const near = nearest(`--${input}`, flagNames);
                  if (near !== undefined) hint = `did you mean ${near}?`;
                  return `there is no flag --${input}`;
                },
                AliasNotFoundError: ({ input }) => `there is no flag -${input}`,
                UnsatisfiedFlagError: ({ externalFlagName }) =>
                  `--${externalFlagName} needs a value`,
                EnumValidationError: ({ externalFlagName, input, values }) =>
                  `--${externalFlagName}: ${input} is none of ${values.join(", ")}`,
                UnexpectedFlagError: ({ externalFlagName }) =>
                  `--${externalFlagName} is given more than once`,
              });
            }
            return "";
          },
        },
      },
    },
  );
  const nowhere = { write: () => {} };
  await run(app, withOurSpellings(words), { process: { stdout: nowhere, stderr: nowhere } });
  if (parsed === undefined) {
    throw new StsmfaError("Usage", problem, { hint: hint ?? `see: ${helpCommand}` });
  }
  return parsed;
}
