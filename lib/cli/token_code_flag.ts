/**
 * The value of `--token-code`.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { TokenCodeProvider } from "../mfa/ask_code.ts";
import { checkedTokenCode } from "../mfa/token_code.ts";

/**
 * Gives the code of `--token-code`; for `-` it is read from standard input once it is needed.
 *
 * @throws StsmfaError `TokenCodeMalformed`
 */
export function tokenCodeProvider(
  context: Context,
  tokenCode: string | undefined,
): TokenCodeProvider | undefined {
  if (tokenCode === undefined) return undefined;
  if (tokenCode === "-") {
    return async (_serialNumber, signal) =>
      checkedTokenCode(await context.terminal.readLine(signal), "standard input");
  }
  const checked = checkedTokenCode(tokenCode, "flag --token-code");
  return () => Promise.resolve(checked);
}
