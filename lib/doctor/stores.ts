/**
 * Tells of access keys that could be in a key store.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { withArguments } from "../hint_words.ts";
import { storeNames } from "../keys/store.ts";
import { keyPlaces } from "../keys/places.ts";
import { openStore } from "../keys/stores.ts";
import { terminalTalk } from "../talk.ts";
import { type Finding, locationOf, namesOf } from "./finding.ts";

/** Returns advice on the long-term keys of these profiles that anybody with the file can read. */
export async function plainKeyNotes(
  context: Context,
  files: AwsFiles,
  names: readonly string[],
): Promise<Finding[]> {
  const places = keyPlaces(files).filter(({ profile, store, accessKeyId }) =>
    store === "file" && names.includes(profile) && /^[A-Z0-9]{16,128}$/.test(accessKeyId)
  );
  const [first, ...others] = places;
  if (first === undefined) return [];
  for (const name of storeNames) {
    const store = await openStore(name, { context, talk: terminalTalk(context, {}) });
    if (await store.fault() !== undefined) continue;
    const are = others.length === 0 ? "access key of" : "access keys of";
    const lie = others.length === 0 ? "is" : "are";
    return [{
      level: "note",
      code: "PlainAccessKey",
      what: `the ${are} ${
        namesOf(places.map(({ profile }) => ({ name: profile })))
      } ${lie} in plain text; ${store.title} can keep ${others.length === 0 ? "it" : "them"}`,
      where: locationOf(first),
      fix: withArguments("stsmfa keys move", [first.profile], ` --to ${name}`),
      about: others.map(locationOf),
    }];
  }
  return [];
}
