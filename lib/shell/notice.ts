/**
 * A notification before a session ends, as `use --notify` and `exec --notify` give it: by a process
 * of its own, which watches the shell or program and is gone soon after it. It is told the profile,
 * the end and the process, and gets no variable that it does not need to reach the desktop.
 *
 * @module
 */

import type { Context, Environment } from "../context.ts";
import { formatExpiration } from "../credentials.ts";
import type { Talk } from "../talk.ts";
import { noticeProgram } from "./notice_program.ts";
import { takeTurn, turnPath } from "./notice_turn.ts";

/** A session that somebody is to be told the end of. */
export interface EndingSession {
  readonly profile: string;
  readonly expiration: Date | undefined;
  /** The process that has it; the notifier is gone within three seconds of it. */
  readonly process: number;
  /** Whether a shell has it, which can get another, or a program. */
  readonly where: "shell" | "program";
}

/**
 * Starts the process that notifies, in place of any other of the same shell or program. Where it
 * cannot, warns in one line why; the session is given all the same.
 */
export async function notifyBeforeEnd(
  context: Context,
  session: EndingSession,
  talk: Talk,
): Promise<void> {
  const { profile, expiration, process, where } = session;
  const fail = (why: string) => talk.warn(`no notice before ${profile} ends: ${why}`);
  if (expiration === undefined) return fail("its session has no known end");
  const program = await noticeProgram(context);
  if (program === undefined) {
    return fail("there is no desktop with notify-send, osascript or PowerShell here");
  }
  const path = await turnPath(context, process);
  if (path === undefined) return fail("there is no home directory");
  try {
    const word = await takeTurn(context, path, expiration);
    await context.startNotifier({
      words: [program, where, `${process}`, formatExpiration(expiration), path, word, profile],
      env: noticeEnvironment(context.env),
    });
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** What a program needs to start, to find the desktop, and to write times as the person does. */
const needed = [
  ...["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_TIME", "TZ", "TMPDIR"],
  ...["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP"],
  ...["DBUS_SESSION_BUS_ADDRESS", "DENO_DIR", "WSL_INTEROP", "WSLENV", "WSL_DISTRO_NAME"],
  ...["SystemRoot", "SystemDrive", "windir", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP"],
  ...["TMP", "PATHEXT", "ComSpec", "ProgramData", "ProgramFiles", "USERNAME", "PSModulePath"],
];

function noticeEnvironment(env: Environment): Record<string, string> {
  const found = needed.flatMap((name) => {
    const value = env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(found), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
}
