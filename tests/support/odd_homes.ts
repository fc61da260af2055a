/**
 * Generated pairs of AWS's two files: headers in every spelling, keys, `[DEFAULT]`, and lines that
 * some reader refuses.
 *
 * @module
 */

import type { Chooser } from "./seeded.ts";

/** The texts of both files; a missing one is `undefined`. */
export interface OddHome {
  readonly config: string | undefined;
  readonly credentials: string | undefined;
}

/** Headers of the config file in many spellings. */
export const configHeaders: readonly string[] = [
  "[default]",
  "[profile default]",
  "[profile  default]",
  '[profile "default"]',
  "[DEFAULT]",
  "[profile DEFAULT]",
  "[default ]",
  "[Default]",
  "[profile x]",
  "[profile x ]",
  "[profile  x]",
  "[profile\tx]",
  "[profile \\x]",
  '[profile x""]',
  "[profile ''x]",
  '[profile "x"]',
  "[profile 'x']",
  '[profile "x\'y"]',
  '[profile "x\\"y"]',
  '[profile "x\\y"]',
  "[profile x\\ y]",
  '[profile "x y"]',
  "[profile x y]",
  '[profile "x]',
  "[profile x\\]",
  "[profile x\\\\]",
  '[profile ""]',
  "[profile]",
  "[profile ]",
  "[profiles x]",
  "[profile-old x]",
  '[profile: "x"]',
  "[profilex]",
  '["profile" x]',
  "[ profile x]",
  "[Profile x]",
  "[profile x] # note",
  "[profile x]#note",
  "[profile x] junk",
  "[profile x]y]",
  "[profile x # y]",
  "[profile x;y]",
  "[profile \u00a0x]",
  "[profile \u00e4]",
  "[profile __proto__]",
  "[profile constructor]",
  "[profile.x]",
  "[x]",
  "[[profile x]]",
  "[profile x = y]",
  "[sso-session s]",
  "[sso-session  s]",
  '[sso-session "s"]',
  "[sso-sessions s]",
  "[services s]",
  "[services\ts ]",
  '[services-x "s"]',
  "[plugins]",
  "[a]b = c]",
];

/** Headers of the credentials file in many spellings. */
export const credentialsHeaders: readonly string[] = [
  "[default]",
  "[DEFAULT]",
  "[x]",
  "[ x ]",
  '["x"]',
  "[x y]",
  "[profile x]",
  "[profile default]",
  "[me ; two]",
  "[me # two]",
  "[x] # note",
  "[x] junk",
  "[x]y]",
  "[s]",
  "[sso-session s]",
  "[\u00e4]",
  "[__proto__]",
  "[constructor]",
  "[]]",
  "[x]\x00",
];

const keys = [
  "role_arn",
  "ROLE_ARN",
  "Role_Arn",
  "source_profile",
  "region",
  "Region",
  "aws_access_key_id",
  "AWS_Secret_Access_Key",
  "aws_session_token",
  "web_identity_token_file",
  "s3",
  "sts",
  "stsmfa",
  "__proto__",
  "two words",
  "[odd",
  "\u0130",
];

const values = [
  "",
  "a",
  "arn:aws:iam::123456789012:role/R # mine",
  "me ; two",
  "# note",
  "a#b;c",
  '"quoted"',
  "a = b: c",
  "%(x)s",
  "[x]",
  "a\x0bb\x85c\u2028d",
  "\ufeffa",
  "\u00e4\u{1f600}",
  "\x00",
];

const blocks = [
  ["  a = b", "  c=d # e"],
  ["  a = b", "", "  # note", "\tA = c", "  a = z"],
  ["    endpoint_url = https://x.test", "  region = y"],
  ["  a = b\u2028c = d"],
  ["  a = b\x0b c=d"],
];

/** Lines that make botocore refuse the file. */
const broken = [
  "word",
  "= v",
  ": v",
  "[",
  "]",
  "[]",
  "[x",
  "\u2028word",
  "\ufeff[profile z]",
  "s4 =\n  word",
  "s4 =\n  a = b\u2028word",
  "s4 =\n  a = b\x1cword",
];

/** Lines that are nothing to any reader. */
const filler = ["", "  ", "\t", "# note", "  ; note", "#k = v", "\x0b", "\x85", "\u00a0"];

/** Makes one file. */
function file(choose: Chooser, headers: readonly string[], isBroken: boolean): string {
  const lines: string[] = [];
  const seenHeaders = new Set<string>();
  const maybe = (percent: number) => choose.below(100) < percent;
  if (maybe(10)) lines.push(choose.of(filler));
  for (let sections = choose.below(6); sections >= 0; sections--) {
    const header = choose.of(headers);
    // Python refuses the same section twice, which has to happen now and then only.
    const name = /\[.+\]/.exec(header)?.[0] ?? header;
    if (seenHeaders.has(name) && name !== "[DEFAULT]" && !maybe(1)) continue;
    seenHeaders.add(name);
    const space = choose.below(200) === 0 ? choose.of([" ", "\t", "\x0b", "\u00a0"]) : "";
    lines.push(space + header);
    const seenKeys = new Set<string>();
    const indent = maybe(10) ? choose.of(["  ", "\t", "\x0b", "\x85"]) : "";
    for (let count = choose.below(5); count > 0; count--) {
      if (maybe(15)) lines.push(choose.of(filler));
      const key = choose.of(keys);
      if (seenKeys.has(key.toLowerCase()) && !maybe(2)) continue;
      seenKeys.add(key.toLowerCase());
      const separator = choose.of([" = ", "=", " =", ": ", ":", "\t=\t", " =\u00a0", "\x1f= "]);
      if (maybe(20)) {
        lines.push(
          `${indent}${key} =`,
          ...choose.of(blocks).map((each) => indent + each),
        );
      } else {
        lines.push(`${indent}${key}${separator}${choose.of(values)}`);
        if (maybe(10)) {
          lines.push(`${indent}  ${choose.of(["more", "a = b", "[x", "\x85 more"])}`);
        }
      }
    }
  }
  if (isBroken) lines.splice(choose.below(lines.length + 1), 0, choose.of(broken));
  const eol = choose.of(["\n", "\n", "\n", "\r\n", "\r"]);
  const mark = maybe(1) ? "\ufeff" : "";
  return mark + lines.join(eol).replaceAll("\n", eol) + (maybe(80) ? eol : "");
}

/** Makes a home; one of ten has a line that botocore refuses. */
export function oddHome(choose: Chooser): OddHome {
  const isBroken = choose.below(10) === 0;
  const which = choose.below(2);
  return {
    config: choose.below(20) === 0
      ? undefined
      : file(choose, configHeaders, isBroken && which === 0),
    credentials: choose.below(8) === 0
      ? undefined
      : file(choose, credentialsHeaders, isBroken && which === 1),
  };
}
