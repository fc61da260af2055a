/**
 * The tags of a role's session, as `session_tags` of the `stsmfa` block has them.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 *
 * @module
 */

import { type Resolved, settingError } from "./origin.ts";

const key = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const value = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const most = 50;

/**
 * Returns the tags in `team=blue, project=x`; a value may hold `=`, and no comma.
 *
 * @throws StsmfaError `InvalidSetting` for what AWS takes for no tag, and for a tag given twice
 */
export function parseSessionTags(setting: Resolved<string>): Record<string, string> {
  const tags: Record<string, string> = Object.create(null);
  const names = new Set<string>();
  for (const word of setting.value.split(",").map((each) => each.trim())) {
    const at = word.indexOf("=");
    const [name, text] = [word.slice(0, at).trim(), word.slice(at + 1).trim()];
    if (at < 1 || !key.test(name) || !value.test(text) || name.startsWith("aws:")) {
      throw settingError(setting, `${word} is not a tag`, "write them like team=blue, project=x");
    }
    // AWS compares the keys of tags without regard to case.
    if (names.has(name.toLowerCase())) throw settingError(setting, `the tag ${name} is repeated`);
    names.add(name.toLowerCase());
    tags[name] = text;
  }
  if (names.size > most) throw settingError(setting, `${names.size} tags; AWS takes ${most}`);
  return tags;
}
