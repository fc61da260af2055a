/**
 * The `credential_process` by which AWS's own tools ask stsmfa for a key.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { assertValue } from "../ini/names.ts";

/**
 * Returns the command for a section. Go and JavaScript give it to a shell, on Windows to another
 * one; botocore splits it by itself.
 *
 * @throws StsmfaError `InvalidSetting` for a name that these would not read alike
 */
export function keyProcessCommand(section: string): string {
  const isPlain = /^[\w.@+][\w.@+=:,/-]*$/.test(section);
  const command = `stsmfa keys process ${isPlain ? section : `"${section}"`}`;
  try {
    assertValue(command);
    if (isPlain || /^[^\s"'$`\\!%^&|<>()*?~#;-][^"'$`\\!%^&|<>()*?~\p{C}]*$/u.test(section)) {
      return command;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new StsmfaError(
    "InvalidSetting",
    `the name ${
      JSON.stringify(section)
    } cannot be written in a credential_process that every SDK reads alike`,
    {
      hint:
        "give the section a name of letters, digits, - and _; or do without: --credential-process no",
    },
  );
}
