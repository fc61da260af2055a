/**
 * Asks by `zenity`, which comes with GNOME and other desktops.
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import { brokenBy, type WindowProgram, windowTitle, withoutLineEnd } from "./window.ts";

/** So long after us it gives up by itself, in case we were killed. */
const moreSeconds = 5;

const timedOut = 5;

export const zenity: WindowProgram = {
  name: "zenity",
  files: ["zenity"],
  probe: ["--version"],
  command: (file, { lines, seconds }) => ({
    argv: [
      file,
      "--entry",
      "--hide-text",
      `--title=${windowTitle}`,
      `--text=${escaped(lines.join("\n"))}`,
      `--timeout=${seconds + moreSeconds}`,
    ],
    stdin: new Secret(""),
  }),
  answer: (end) => {
    const { exitStatus, stdout, stderr } = end;
    if (exitStatus === timedOut) return { kind: "over" };
    // Without a display it ends in the same way as when it is cancelled.
    if (exitStatus === 1 && !/open display/i.test(stderr)) return { kind: "cancelled" };
    // A window that was destroyed has no answer, not even an empty one.
    if (exitStatus !== 0 || stdout === "") return brokenBy(end);
    return { kind: "answered", text: withoutLineEnd(stdout) };
  },
};

/** The text of `--entry` is no markup, but has escapes, and `_` underlines the next letter. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("_", "__");
}
