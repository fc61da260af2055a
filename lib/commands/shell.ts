/**
 * `stsmfa shell`: the function that lets `stsmfa use` and `stsmfa unset` change the shell.
 *
 * @module
 */

import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import { commonFlags, toggle } from "../cli/flags.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { type FunctionShell, functionShells, shellFunction } from "../shell/function.ts";
import { segment, segmentShells } from "../shell/segment.ts";

const rows = functionShells.flatMap((shell) => {
  const { file, line } = shellFunction(shell);
  return [`  ${shell}, in ${file}:`, `    ${line}`];
});

interface Flags extends CommonFlags {
  readonly segment?: boolean;
}

const command: Command<Flags> = {
  description: [
    "Prints a function stsmfa for SHELL, so that `stsmfa use` and `stsmfa unset` can change the",
    "shell they are typed in; all else goes to the program. When a command fails, nothing changes",
    "and its exit status is kept. To have it in every shell, one line:",
    "",
    ...rows,
    "",
    "PowerShell keeps a bare -- from functions; quote it: stsmfa exec prod '--' aws s3 ls",
    "",
    "With --segment, the prompt of bash, zsh, fish or PowerShell begins with whose session the shell",
    "has and how long, [prod 3h12m], which the shell finds in its variables, without a process. To",
    "place it yourself, and for starship, powerlevel10k, oh-my-posh and tmux: docs/prompt.md",
    "",
    "Examples:",
    '  eval "$(stsmfa shell bash)"',
    '  eval "$(stsmfa shell zsh --segment)"',
    "  stsmfa shell fish --segment | source",
  ],
  flags: {
    ...commonFlags,
    segment: toggle("Show in the prompt whose session the shell has, and how long"),
  },
  aliases: { q: "quiet" },
  positionals: "SHELL",
  positionalWords: functionShells,
  run: (_context, flags, positionals) => Promise.resolve(run(flags, positionals)),
};
export default command;

function run(
  { segment: hasSegment = false }: Flags,
  positionals: readonly string[],
): CommandResult {
  const [shell, ...more] = positionals;
  const isKnown = (functionShells as readonly string[]).includes(shell ?? "");
  if (!isKnown || more.length > 0) {
    const problem = shell === undefined
      ? "shell needs the name of a shell"
      : more.length > 0
      ? "one shell at a time"
      : `there is no function for ${shell}`;
    throw new StsmfaError("Usage", problem, { hint: `one of ${functionShells.join(", ")}` });
  }
  const definition = shellFunction(shell as FunctionShell);
  const text = hasSegment ? definition.text + segmentFor(shell!) : definition.text;
  const line = hasSegment
    ? definition.line.replace(`shell ${shell}`, `$& --segment`)
    : definition.line;
  return {
    json: { shell, ...definition, line, text },
    data: text,
    exitStatus: ExitStatus.Ok,
  };
}

/** @throws StsmfaError `Usage` for a shell that has none */
function segmentFor(shell: string): string {
  const found = segmentShells.find((each) => each === shell);
  if (found !== undefined) return segment(found);
  throw new StsmfaError("Usage", `there is no --segment for ${shell}`, {
    hint: `it is there for ${segmentShells.join(", ")}; for others, leave --segment out`,
  });
}
