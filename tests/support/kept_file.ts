/**
 * A file of kept sessions that has much to lose, and what must hold of it after any run.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { digest } from "../../lib/digest.ts";

/** Where the sessions of a key are kept, below a home. */
export async function keptPath(accessKeyId: string, endpoint: string): Promise<string> {
  const name = (await digest(`${accessKeyId} ${endpoint}`)).slice(0, 32);
  return `.local/state/stsmfa/sessions/${name}.json`;
}

/** Sessions of roles that others wait for: some 8 KB of them. */
export const others: Readonly<Record<string, Readonly<Record<string, string>>>> = Object
  .fromEntries(Array.from({ length: 12 }, (_, n) => [
    JSON.stringify([`arn:aws:iam::222222222222:role/Other${n}`, null, null, 3600]),
    {
      accessKeyId: `ASIAOTHEROTHEROTHER${n % 6 + 2}`,
      secretAccessKey: `others+secret/${n}`.padEnd(40, "x"),
      sessionToken: `others/token+${n}/`.padEnd(400, "y"),
      expiration: "2099-01-01T00:00:00Z",
      serialNumber: "arn:aws:iam::123456789012:mfa/alice",
    },
  ]));

/** The file's text with these sessions alone. */
export const keptText = JSON.stringify({ version: 1, others });

/** Checks that the file holds all of them still, whatever else there is. */
export function assertWhole(text: string, what: string): void {
  const kept = JSON.parse(text);
  assertEquals(kept.version, 1, what);
  for (const [key, session] of Object.entries(others)) {
    assertEquals(kept.others?.[key], session, `${what}: ${key}`);
  }
}
