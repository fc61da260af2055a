/**
 * The value of `--token-code`.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { TokenCodeProvider } from "../mfa/code_sources.ts";
import { checkedTokenCode } from "../mfa/token_code.ts";

/**
 * Returns a provider of the code in `--token-code`; for `-`, it reads standard input when the code
 * is needed.
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
