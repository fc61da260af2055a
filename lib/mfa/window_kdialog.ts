/**
 * Asks by `kdialog`, which comes with KDE.
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import { brokenBy, type WindowProgram, windowTitle, withoutLineEnd } from "./window.ts";

export const kdialog: WindowProgram = {
  name: "kdialog",
  files: ["kdialog"],
  probe: ["--version"],
  command: (file, { lines }) => ({
    argv: [file, "--title", windowTitle, "--password", html(lines)],
    stdin: new Secret(""),
  }),
  answer: (end) => {
    const { exitStatus, stdout } = end;
    if (exitStatus === 0) return { kind: "answered", text: withoutLineEnd(stdout) };
    return exitStatus === 1 ? { kind: "cancelled" } : brokenBy(end);
  },
};

/**
 * Qt guesses whether a text is HTML, so it always is. A backslash would begin an escape of
 * kdialog's own, and a bare `&` underline the next letter.
 */
function html(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`)
  );
  return `<qt>${escaped.join("<br>")}</qt>`;
}
