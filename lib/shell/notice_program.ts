/**
 * The programs that show a notification on a desktop, and how each is told its texts.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { programProblem } from "../files/find_program.ts";
import { visible } from "../screen.ts";
import { powershellWord } from "./statements.ts";

/** Programs that show a notification. */
export const noticePrograms = ["notify-send", "osascript", "powershell"] as const;

/** One of {@link noticePrograms}. */
export type NoticeProgram = (typeof noticePrograms)[number];

/**
 * Returns the program that is here and has a desktop to show something on, or `undefined`.
 * `osascript` is on every Mac, PowerShell on every Windows, and under its whole name in WSL.
 */
export async function noticeProgram(context: Context): Promise<NoticeProgram | undefined> {
  if (context.os === "windows") return "powershell";
  const isHere = async (program: string) => await programProblem(context, program) === undefined;
  // Without a PATH, nothing is known of any program.
  if (context.env.get("PATH") === undefined) return undefined;
  if (await isHere("osascript")) return "osascript";
  if (await isHere("notify-send") && await hasDesktop(context)) return "notify-send";
  return await isHere("powershell.exe") ? "powershell" : undefined;
}

/** Reports whether there is a bus on which a desktop may listen. */
async function hasDesktop({ env, files }: Context): Promise<boolean> {
  const names = ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"];
  if (names.some((name) => env.get(name) !== undefined)) return true;
  const folder = env.get("XDG_RUNTIME_DIR");
  const bus = folder && await files.status(`${folder}/bus`).catch(() => undefined);
  return Boolean(bus);
}

/** What a notification says. */
export interface Notice {
  /** Has the profile's name, and so anything. */
  readonly title: string;
  /** Words of ours alone: desktops read markup in it, and `notify-send` reads escapes. */
  readonly body: string;
}

/** Returns the command that shows a notification. Nothing in a title is more than text to it. */
export function noticeCommand(
  program: NoticeProgram,
  notice: Notice,
): readonly [string, ...string[]] {
  const title = visible(notice.title);
  const { body } = notice;
  switch (program) {
    case "notify-send":
      return ["notify-send", "--app-name=stsmfa", "--icon=dialog-warning", "--", title, body];
    case "osascript":
      return [
        "osascript",
        ...["-e", "on run argv"],
        ...["-e", "display notification (item 2 of argv) with title (item 1 of argv)"],
        ...["-e", "end run"],
        title,
        body,
      ];
    case "powershell":
      return [
        "powershell.exe",
        "-NoProfile",
        "-NonInteractive",
        "-WindowStyle",
        "Hidden",
        "-EncodedCommand",
        encoded(toastScript(title, body)),
      ];
  }
}

/** Only Windows' own PowerShell has these types; its name is one that Windows knows. */
function toastScript(title: string, body: string): string {
  return `$ErrorActionPreference = 'Stop'
$manager = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$text = $manager::GetTemplateContent('ToastText02')
$parts = $text.GetElementsByTagName('text')
[void] $parts.Item(0).AppendChild($text.CreateTextNode(${powershellWord(title)}))
[void] $parts.Item(1).AppendChild($text.CreateTextNode(${powershellWord(body)}))
$toast = New-Object Windows.UI.Notifications.ToastNotification $text
$name = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$manager::CreateToastNotifier($name).Show($toast)
`;
}

/** Returns a script as `-EncodedCommand` takes it: base64 of UTF-16, the lower byte first. */
function encoded(script: string): string {
  const bytes = script.split("").map((unit) => unit.charCodeAt(0)).flatMap((code) => [
    code & 0xff,
    code >> 8,
  ]);
  return btoa(String.fromCharCode(...bytes));
}
