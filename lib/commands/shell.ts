/**
 * `stsmfa shell`: the function that lets `stsmfa use` and `stsmfa unset` change the shell.
 *
 * @module
 */

import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import { commonFlags, toggle } from "../cli/flags.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { type FunctionShell, functionShells, shellFunction } from "../shell/function.ts";
import { segment, segmentShells } from "../shell/segment.ts";

const rows = functionShells.flatMap((shell) => {
  const { file, line } = shellFunction(shell);
  return [`# ${shell}, in ${file}`, ...line.split("; ")];
});

interface Flags extends CommonFlags {
  readonly segment?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ['eval "$(stsmfa shell bash)"', "in ~/.bashrc"],
    ['eval "$(stsmfa shell zsh --segment)"', "with a prompt that shows the session"],
  ],
  description: [
    "Prints a shell function that lets `stsmfa use` and `stsmfa unset` change the shell you type " +
    "them in. To have it in every shell, add one line:",
    { code: rows },
    "With --segment, the prompt of bash, zsh, fish and PowerShell shows the profile and the time " +
    "left, like [prod 3h12m]. For starship, powerlevel10k, oh-my-posh and tmux: docs/prompt.md",
    "In PowerShell, quote the dashes: stsmfa exec prod '--' aws s3 ls",
  ],
  details: [
    "Everything but `use` and `unset` is passed on to the program. If a command fails, nothing " +
    "changes and its exit status is kept. The prompt reads variables and starts no process.",
  ],
  flags: {
    ...commonFlags,
    segment: toggle("Show profile and time left in the prompt"),
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
    const near = more.length > 0 ? undefined : nearest(shell ?? "", functionShells);
    throw new StsmfaError("Usage", problem, {
      hint: near === undefined ? `one of ${functionShells.join(", ")}` : `did you mean ${near}?`,
    });
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
