/**
 * Asks by the `pinentry` of GnuPG, in one of its forms that have a window.
 *
 * Source: https://www.gnupg.org/documentation/manuals/assuan/
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import { brokenBy, type WindowProgram, windowTitle } from "./window.ts";

/** The numbers of libgpg-error, without the part that says who reports them. */
const numbers = { timeout: 62, cancelled: 99, fullyCancelled: 198 };

export const pinentry: WindowProgram = {
  name: "pinentry",
  files: [
    "pinentry-mac",
    "pinentry-gnome3",
    "pinentry-qt",
    "pinentry-qt6",
    "pinentry-qt5",
    "pinentry-gtk-2",
    "pinentry-gtk",
    "pinentry-x11",
    // May be one for terminals: it is given none, and ends.
    "pinentry",
  ],
  probe: ["--version"],
  command: (file, { lines, seconds }) => ({
    argv: [file],
    stdin: new Secret(
      [
        `SETTITLE ${encoded(windowTitle)}`,
        `SETDESC ${encoded(lines.join("\n"))}`,
        "SETPROMPT MFA code:",
        `SETTIMEOUT ${seconds}`,
        "GETPIN",
        "BYE",
        "",
      ].join("\n"),
    ),
  }),
  answer: (end) => {
    const lines = end.stdout.split(/\r?\n/);
    const error = lines.find((line) => line.startsWith("ERR "));
    const number = Number(error?.split(" ")[1]) & 0xffff;
    if (number === numbers.cancelled || number === numbers.fullyCancelled) {
      return { kind: "cancelled" };
    }
    if (number === numbers.timeout) return { kind: "over" };
    if (error !== undefined) return brokenBy({ ...end, stderr: error });
    const data = lines.filter((line) => line.startsWith("D ")).map((line) => line.slice(2));
    // Each of the commands has an answer, and so has the beginning.
    if (lines.filter((line) => /^OK\b/.test(line)).length < 6) return brokenBy(end);
    return { kind: "answered", text: decoded(data.join("")) };
  },
};

function encoded(text: string): string {
  return text.replace(
    /[%\r\n]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

function decoded(text: string): string {
  return text.replace(
    /%([0-9a-fA-F]{2})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 16)),
  );
}
