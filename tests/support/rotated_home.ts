/**
 * Homes in which a rotation is disturbed, and what must be so after it and after the next one.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import type { FakeSecretTool } from "./fake_stores.ts";
import { type Home, longTerm } from "./homes.ts";
import { itemOf, storedKey } from "./stored_home.ts";
import { alice, ALICE_DEVICE } from "./sts_people.ts";

const { accessKeyId } = alice();
const others = "# keep in sync with 1Password\n[other]\nregion = eu-west-1 ; not ours\n\n";
const section = "default-long-term";
const config = `[default]\nmfa_serial = ${ALICE_DEVICE}\n`;

/** Where a key is that is rotated. */
export interface RotationStory {
  readonly credentials: string;
  readonly config: string;
  readonly isStored: boolean;
  readonly args: readonly string[];
  /** Whether sessions end with their key, so that the second run needs an MFA code of its own. */
  readonly sessionsEnd: boolean;
  /** A second key of the user, which is inactive. */
  readonly inactiveKeyId?: string;
}

/** Stories by what they are about. */
export const rotationStories: Readonly<Record<string, RotationStory>> = {
  "in the file": {
    credentials: others + longTerm(section),
    config,
    isStored: false,
    args: [],
    sessionsEnd: false,
  },
  "in the store": {
    credentials: others + storedKey(section),
    config,
    isStored: true,
    args: [],
    sessionsEnd: false,
  },
  "in both files, where sessions end with their key": {
    credentials: others + longTerm(section),
    config: `${config}[profile twin]\n${longTerm("x").split("\n").slice(1).join("\n")}`,
    isStored: false,
    args: ["--everywhere"],
    sessionsEnd: true,
  },
  "in the file, with an inactive one in the way": {
    credentials: others + longTerm(section),
    config,
    isStored: false,
    args: ["--delete-inactive"],
    sessionsEnd: false,
    inactiveKeyId: "AKIASECONDSECONDSEC2",
  },
};

/** Has a person answer yes, and type codes that were not used yet. */
export function willing(home: Home): void {
  for (let n = 0; n < 8; n++) {
    home.answer((question) => question.includes("yes, no") ? "yes" : home.sts.code());
  }
}

/** Makes sure that the key in its place is one that AWS takes; returns its ID. */
export async function workingKey(home: Home, store: FakeSecretTool): Promise<string> {
  const document = IniDocument.parse(await home.credentials());
  assertEquals(document.problems, []);
  assertEquals(document.get("other", "region"), "eu-west-1 ; not ours");
  const stored = /^keychain:(.*)$/.exec(document.get(section, "stsmfa_key") ?? "")?.[1];
  const id = stored ?? document.get(section, "aws_access_key_id") ?? "";
  const secret = stored === undefined
    ? document.get(section, "aws_secret_access_key")
    : store.items.get(itemOf(stored));
  assert(secret !== undefined, `the secret of ${id} is lost`);
  assertEquals(home.sts.keys.signer(id)?.secretAccessKey, secret, `${id} does not work`);
  return id;
}

/** Rotates again, and makes sure that it ends well and leaves nothing. */
export async function rotatesWell(
  home: Home,
  store: FakeSecretTool,
  { args, sessionsEnd, isStored }: RotationStory,
): Promise<void> {
  const { test, sts } = home;
  const run = async (...flags: string[]) => {
    willing(home);
    assertEquals(await home.run("keys", "rotate", ...args, ...flags), 0, home.stderr);
  };
  // A key may be refused for a while: nothing else is known to have come of the first run.
  test.clock.advance(60);
  await run();
  const id = await workingKey(home, store);
  // Where that takes a code of the new key, the old one stays.
  if (sessionsEnd && sts.keys.of("alice").length === 2) await run("--finish");
  assertEquals(sts.keys.of("alice").map((each) => each.accessKeyId), [id]);
  assert(id !== accessKeyId);
  store.items.delete(itemOf("STSMFA0SEALING0KEY"));
  assertEquals([...store.items.keys()], isStored ? [itemOf(id)] : []);
  assertEquals(await test.list(".local/state/stsmfa/rotations"), ["lock"]);
  for (const name of await test.list()) {
    const text = await test.read(`.aws/${name}`);
    assert(!text.includes("stsmfa_next") && !text.includes(accessKeyId), name);
  }
}
