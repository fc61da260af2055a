/**
 * Asks by `osascript`, which comes with macOS.
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import { brokenBy, type WindowProgram, windowTitle, withoutLineEnd } from "./window.ts";

/** Texts are arguments of the script, and never a part of it. */
const script = [
  "on run argv",
  "set shown to display dialog (item 2 of argv) with title (item 1 of argv) default answer" +
  ' "" with hidden answer buttons {"Cancel", "OK"} default button "OK" cancel button "Cancel"' +
  " giving up after ((item 3 of argv) as integer)",
  'if gave up of shown then return "over"',
  'return "answer:" & (text returned of shown)',
  "end run",
];

export const osascript: WindowProgram = {
  name: "osascript",
  files: ["osascript"],
  command: (file, { lines, seconds }) => ({
    argv: [
      file,
      ...script.flatMap((line) => ["-e", line]),
      windowTitle,
      lines.join("\n"),
      `${seconds}`,
    ],
    stdin: new Secret(""),
  }),
  answer: (end) => {
    const { exitStatus, stdout, stderr } = end;
    // The words before the number are in the person's language.
    if (exitStatus !== 0) return /\(-128\)/.test(stderr) ? { kind: "cancelled" } : brokenBy(end);
    const text = withoutLineEnd(stdout);
    if (text === "over") return { kind: "over" };
    if (!text.startsWith("answer:")) return brokenBy(end);
    return { kind: "answered", text: text.slice("answer:".length) };
  },
};
