/**
 * A home whose key is rotated, with alice's keys at the loopback AWS.
 *
 * @module
 */

import { type Home, type HomeOptions, openHome } from "./homes.ts";
import { ALICE_DEVICE } from "./sts_people.ts";

/** Opens the home of alice, whose key stands in the credentials file. */
export async function openRotation(options: HomeOptions = {}): Promise<Home> {
  return await openHome({
    config: `[default]\nmfa_serial = ${ALICE_DEVICE}\n`,
    ...options,
  });
}

/** The access key IDs that AWS has, with those that are active first. */
export function keysOf({ sts }: Home): string[] {
  return sts.keys.of("alice").map(({ accessKeyId, isActive }) =>
    isActive ? accessKeyId : `${accessKeyId} inactive`
  );
}

/** Answers yes, and types a code. */
export function agrees(home: Home): void {
  home.answer("yes");
  home.types();
}

/** What stands in the place of alice's key, and in that of its secret. */
export async function newKey(home: Home): Promise<[string, string]> {
  const section = await home.section("default-long-term");
  return [section["aws_access_key_id"]!, section["aws_secret_access_key"]!];
}
