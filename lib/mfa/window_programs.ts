/**
 * Which programs may open a window here.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { WindowName } from "./prompt_place.ts";
import { isInPath } from "../files/find_program.ts";
import { isMac, missingDisplay } from "./window_display.ts";
import { kdialog } from "./window_kdialog.ts";
import { osascript } from "./window_osascript.ts";
import { pinentry } from "./window_pinentry.ts";
import { powershell } from "./window_powershell.ts";
import type { WindowProgram } from "./window.ts";
import { zenity } from "./window_zenity.ts";

const all: readonly WindowProgram[] = [zenity, kdialog, pinentry, osascript, powershell];

/** A program, and its file. */
export interface FoundProgram {
  readonly program: WindowProgram;
  readonly file: string;
}

/**
 * Returns the programs that may ask here, the one to try first in front; or why there is none.
 *
 * @param named the one that is to be used, or `window` for any
 */
export async function windowPrograms(
  context: Context,
  named: WindowName | "window" | undefined,
): Promise<readonly FoundProgram[] | string> {
  const missing = missingDisplay(context, named !== undefined);
  if (missing !== undefined) return missing;
  const names = named === undefined || named === "window" ? usualNames(context) : [named];
  const found: FoundProgram[] = [];
  for (const name of names) {
    const program = all.find((each) => each.name === name)!;
    for (const file of program.files) {
      if (context.os === "windows" ? file.endsWith(".exe") : await isInPath(context, file)) {
        found.push({ program, file });
      }
    }
  }
  return found.length > 0 ? found : `there is no ${names.join(", no ")} to open a window`;
}

function usualNames(context: Context): readonly WindowName[] {
  if (context.os === "windows") return ["powershell"];
  if (isMac(context)) return ["osascript", "pinentry"];
  const isKde = /\bKDE\b/i.test(context.env.get("XDG_CURRENT_DESKTOP") ?? "");
  return isKde ? ["kdialog", "zenity", "pinentry"] : ["zenity", "kdialog", "pinentry"];
}
