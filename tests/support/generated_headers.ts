/**
 * Spellings of the header of a profile in the config file, as people and other tools write them.
 *
 * @module
 */

import type { Chooser } from "./seeded.ts";

/** Names that profiles have: plain ones, and those that readers stumble over. */
export const profileNames: readonly string[] = ["a", "b", "c", "d", "me", "prod", "default"];
/** Names with white space, quotes, comment signs and words that are special elsewhere. */
export const oddNames: readonly string[] = [
  "dev one",
  "q;r",
  "x#y",
  "me ; two",
  "\u00fcn\u00ef",
  "it's",
  'say"hi"',
  "back\\slash",
  "a]b",
  "x ",
  "constructor",
  "__proto__",
  "team/prod",
  "profile a",
  "a=b:c",
];

/** Returns a name as one word of a shell. */
function word(name: string): string {
  if (/^[^\s'"\\]+$/.test(name)) return name;
  return name.includes("'") ? doubleQuoted(name) : `'${name}'`;
}

function doubleQuoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

function escaped(name: string): string {
  return [...name].map((each) => `\\${each}`).join("");
}

/** Returns the usual header of a profile. */
export function plainHeader(name: string): string {
  return name === "default" ? "[default]" : `[profile ${word(name)}]`;
}

/** Returns a header that botocore reads as the profile, in a spelling that is not the usual one. */
export function oddHeader(choose: Chooser, name: string): string {
  const quoted = word(name);
  return choose.of([
    `[profile ${quoted} ]`,
    `[profile   ${quoted}]`,
    `[profile\t${quoted}]`,
    `[profile ${escaped(name)}]`,
    `[profile ${quoted}""]`,
    `[profile ''${quoted}]`,
    `[profiles ${quoted}]`,
    `[profile-old ${quoted}]`,
    `[profile: ${doubleQuoted(name)}]`,
    `[profile ${doubleQuoted(name)}]`,
    `[profile  ${doubleQuoted(name.slice(0, 1))}${escaped(name.slice(1))}]`,
    `[profile"s" ${quoted}]`,
    `[profile ${quoted}] # note`,
    `[profile ${quoted}]; note`,
    `[profile ${quoted}] and more`,
  ]);
}

/** Returns a header that looks like the profile's, and that botocore reads as something else. */
export function falseHeader(choose: Chooser, name: string): string {
  const quoted = word(name);
  return choose.of([
    `[Profile ${quoted}]`,
    `[ profile ${quoted}]`,
    `["profile" ${quoted}]`,
    `[profile${name}]`,
    `[profile ${quoted}\u00a0]`,
    `[profile ${quoted} more]`,
    `[profile "${name}]`,
    `[profile ${quoted}] # once [old]`,
    `[profile ${quoted}\\]`,
    `[${name}]`,
    `[profile]`,
    `[sso-session ${quoted}]`,
    `[services ${quoted}]`,
  ]);
}
