/**
 * A part of the prompt that says whose session a shell has, and how long: `[prod 3h12m] `, with a
 * `!` and another colour below ten minutes, and `[prod expired] `. The shell makes it from its
 * variables and its own clock, before each prompt, without starting a program.
 *
 * A profile's name may hold anything. It is never part of a prompt's text, in which shells run
 * commands and expand escapes, but of a variable that the prompt names; and what would control the
 * terminal is shown as `?`.
 *
 * @module
 */

import type { FunctionShell } from "./function.ts";
import { bashSegment } from "./segment_bash.ts";
import { fishSegment } from "./segment_fish.ts";
import { powershellSegment } from "./segment_powershell.ts";
import { zshSegment } from "./segment_zsh.ts";

/** Shells whose prompt can be given a segment. */
export const segmentShells = ["bash", "zsh", "fish", "powershell"] as const satisfies //
readonly FunctionShell[];

/** One of {@link segmentShells}. */
export type SegmentShell = (typeof segmentShells)[number];

/** Returns what a shell evaluates to have the segment; to do so twice changes nothing more. */
export function segment(shell: SegmentShell): string {
  return segments[shell];
}

const segments: Readonly<Record<SegmentShell, string>> = {
  bash: bashSegment,
  zsh: zshSegment,
  fish: fishSegment,
  powershell: powershellSegment,
};
