/**
 * What programs that open windows are given, and what their ends mean.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { kdialog } from "../../../lib/mfa/window_kdialog.ts";
import { osascript } from "../../../lib/mfa/window_osascript.ts";
import { pinentry } from "../../../lib/mfa/window_pinentry.ts";
import { powershell } from "../../../lib/mfa/window_powershell.ts";
import { type WindowEnd, windowLines, type WindowProgram } from "../../../lib/mfa/window.ts";
import { zenity } from "../../../lib/mfa/window_zenity.ts";

const hostile = [
  "--title=mine",
  "my_user_name __ _",
  "a\\nb\\\\c\\",
  "<b>bold</b> <img src=x> &amp; & &#65;",
  "%0ASETDESC x %25 100%",
  '"); do shell script "id" -- \' $(id) `id` $env:PATH',
  "\x1b[31m\u202egpj\u200b\r\nSETERROR x",
];

const given = (program: WindowProgram) =>
  program.command("/bin/it", {
    lines: windowLines(hostile),
    seconds: 120,
  });

Deno.test("what a window shows has nothing invisible, no line end of others, and fits", () => {
  const lines = windowLines([...hostile, `${"x".repeat(300)}`, "a/b ".repeat(5000)]);
  assert(lines.every((line) => /^[\P{C}]*$/u.test(line) && line.length <= 72));
  assert(lines.includes("\\u{1b}[31m\\u{202e}gpj\\u{200b}\\u{d}\\u{a}SETERROR x"));
  assertEquals(lines.at(-1), "…");
  assertEquals(windowLines(["arn:aws:iam::123456789012:mfa/a"]).length, 1);
});

Deno.test("zenity: no mnemonic, no escape, no flag", () => {
  const { argv } = given(zenity);
  assertEquals(argv.length, 6);
  const text = argv[4]!.slice("--text=".length);
  // As GTK reads it.
  const read = text.replace(/\\(.)/g, "$1").replace(/_(.)/g, "$1");
  assertEquals(read, windowLines(hostile).join("\n"));
});

Deno.test("kdialog: HTML that shows the text, in which nothing is HTML, mnemonic or escape", () => {
  const { argv } = given(kdialog);
  assertEquals(argv.slice(0, 4), ["/bin/it", "--title", "stsmfa: MFA code", "--password"]);
  const inner = /^<qt>(.*)<\/qt>$/.exec(argv[4]!)![1]!;
  assert(!/\\|<(?!br>)|&(?!#\d+;)|[_%"']/.test(inner));
  const read = inner.replaceAll("<br>", "\n").replace(
    /&#(\d+);/g,
    (_, code) => String.fromCodePoint(Number(code)),
  );
  assertEquals(read, windowLines(hostile).join("\n"));
});

Deno.test("pinentry: a line for each command, whatever the text", () => {
  const lines = given(pinentry).stdin!.reveal().split("\n");
  assertEquals(lines.map((line) => line.split(" ")[0]), [
    "SETTITLE",
    "SETDESC",
    "SETPROMPT",
    "SETTIMEOUT",
    "GETPIN",
    "BYE",
    "",
  ]);
  assertEquals(
    decodeURIComponent(lines[1]!.slice("SETDESC ".length)),
    windowLines(hostile).join("\n"),
  );
});

Deno.test("osascript and PowerShell: texts are no part of the script", () => {
  const mac = given(osascript);
  const plain = osascript.command("/bin/it", { lines: ["a"], seconds: 120 });
  assertEquals(mac.argv.slice(0, -2), plain.argv.slice(0, -2));
  assertEquals(mac.argv.at(-2), windowLines(hostile).join("\n"));
  // A word that begins with a dash would be a flag of osascript, but comes behind others.
  assert(!mac.argv.at(-3)!.startsWith("-"));
  const windows = given(powershell);
  assertEquals(windows.argv, powershell.command("/bin/it", { lines: ["a"], seconds: 1 }).argv);
  assertEquals(windows.env!["STSMFA_WINDOW_TEXT"], windowLines(hostile).join("\r\n"));
  const bytes = Uint8Array.from(atob(windows.argv.at(-1)!), (each) => each.charCodeAt(0));
  const script = new TextDecoder("utf-16le").decode(bytes);
  assert(script.includes("$label.Text = $env:STSMFA_WINDOW_TEXT"));
});

const meeting = "OK Pleased to meet you\n" + "OK\n".repeat(4);

const ends: [WindowProgram, Partial<WindowEnd>, string][] = [
  [zenity, { stdout: "123456\n" }, "123456"],
  [zenity, { stdout: "\n" }, ""],
  [zenity, { stdout: "" }, "broken"],
  [zenity, { exitStatus: 1 }, "cancelled"],
  [zenity, { exitStatus: 1, stderr: "Gtk-Message: transient parent" }, "cancelled"],
  [zenity, { exitStatus: 1, stderr: "Gtk-WARNING **: cannot open display: :9" }, "broken"],
  [zenity, { exitStatus: 1, stderr: "Failed to open display" }, "broken"],
  [zenity, { exitStatus: 5 }, "over"],
  [zenity, { exitStatus: 255 }, "broken"],
  [zenity, { exitStatus: 139 }, "broken"],
  [kdialog, { stdout: "123456\n" }, "123456"],
  [kdialog, { exitStatus: 1, stdout: "\n" }, "cancelled"],
  [kdialog, { exitStatus: 134 }, "broken"],
  [kdialog, { exitStatus: 254 }, "broken"],
  [pinentry, { stdout: `${meeting}D 123456\nOK\nOK closing\n` }, "123456"],
  [pinentry, { stdout: `${meeting}D 1%2534%0D\nOK\n` }, "1%34\r"],
  [pinentry, { stdout: `${meeting}OK\n` }, ""],
  [pinentry, { stdout: `${meeting}S ERROR x\nERR 83886179 Cancelled\nOK\n` }, "cancelled"],
  [pinentry, { stdout: `${meeting}ERR 83886142 Timeout\nOK\n` }, "over"],
  [pinentry, { stdout: `${meeting}ERR 83918950 Inappropriate ioctl\nOK\n` }, "broken"],
  [pinentry, { stdout: "OK Pleased to meet you\n" }, "broken"],
  [pinentry, { exitStatus: 1, stdout: "" }, "broken"],
  [osascript, { stdout: "answer:123456\n" }, "123456"],
  [osascript, { stdout: "answer:over\n" }, "over"],
  [osascript, { exitStatus: 1, stderr: "execution error: Abgebrochen. (-128)" }, "cancelled"],
  [osascript, { exitStatus: 1, stderr: "No user interaction allowed. (-1713)" }, "broken"],
  [osascript, { stdout: "over\n" }, "over"],
  [powershell, { stdout: "\ufeffanswer:123456\r\n" }, "123456"],
  [powershell, { exitStatus: 4 }, "cancelled"],
  [powershell, { exitStatus: 5 }, "over"],
  [powershell, { exitStatus: 3 }, "broken"],
  [powershell, { exitStatus: 1, stdout: "answer:1" }, "broken"],
];

for (const [program, end, expected] of ends) {
  Deno.test(`${program.name}: ${JSON.stringify(end)} is ${expected || "nothing typed"}`, () => {
    const answer = program.answer({ exitStatus: 0, stdout: "", stderr: "", ...end });
    assertEquals(answer.kind === "answered" ? answer.text : answer.kind, expected);
  });
}
