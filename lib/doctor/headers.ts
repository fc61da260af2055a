/**
 * Finds headers that SDKs read differently, so that only some of them see the profile.
 *
 * @module
 */

import { type IniLine, strip } from "../ini/lines.ts";
import type { Finding } from "./finding.ts";

type Trouble = Pick<Finding, "level" | "what" | "fix">;

/** Returns what is wrong with a header, which looks different in each of the two files. */
export function headerFinding(
  line: IniLine,
  file: "config" | "credentials",
  where: string,
): Finding | undefined {
  if (line.kind !== "header") return undefined;
  const { name } = line;
  const trouble = trailerTrouble(line.raw, name) ??
    (file === "config" ? configTrouble(name) : credentialsTrouble(name));
  return trouble && { ...trouble, code: "UnlikeHeader", where, section: { file, name } };
}

function problem(what: string, fix: string): Trouble {
  return { level: "problem", what, fix };
}

function trailerTrouble(raw: string, name: string): Trouble | undefined {
  const rest = raw.slice(raw.lastIndexOf("]") + 1).trimEnd();
  if (rest === "" || /^\s+[#;]/.test(rest)) return undefined;
  return problem(
    `text behind [${name}]: the JavaScript and Go SDKs take it for no header, and its keys for those of the section above`,
    `write [${name}] alone on its line`,
  );
}

function commonTrouble(name: string): Trouble | undefined {
  const bare = bareName(name);
  if (bare !== name) {
    return problem(`[${name}] is not read as [${bare}] by every SDK`, `write it as [${bare}]`);
  }
  if (name === "DEFAULT") {
    return problem(
      "botocore gives the keys of [DEFAULT] to every profile, and other SDKs to none",
      "write it as [default]",
    );
  }
  if (/^(profile\s+)?__proto__$/.test(name)) {
    return problem("the JavaScript SDK reads nothing of a file with [__proto__]", "rename it");
  }
  return undefined;
}

/** Returns the name without the space and quotes around it. */
export function bareName(name: string): string {
  return strip(strip(name).replace(/^(["'])(.*)\1$/, "$2"));
}

function credentialsTrouble(name: string): Trouble | undefined {
  const profile = /^profile\s+(.*)$/.exec(name)?.[1];
  if (profile !== undefined) {
    return problem(
      `[${name}] is not profile ${
        bareName(profile)
      }: in the credentials file a header is the name alone`,
      `write it as [${bareName(profile)}]`,
    );
  }
  return commonTrouble(name) ?? spaceTrouble(name);
}

function spaceTrouble(name: string): Trouble | undefined {
  if (!/\s/.test(name)) return undefined;
  return {
    level: "warning",
    what: `the JavaScript and Go SDKs know no profile with a space in its name: ${name}`,
    fix: "give it a name without spaces",
  };
}

/** Sections of the config file that are not profiles. */
const others = /^(sso-session|services|plugins|preview|toplevel)\b/;

function configTrouble(name: string): Trouble | undefined {
  const common = commonTrouble(name);
  if (common !== undefined || name === "default" || others.test(name)) return common;
  const match = /^profile(\s+)(.+)$/s.exec(name);
  if (match === null) {
    return problem(
      `[${name}] is no profile to any SDK: in the config file a profile is [profile ${name}]`,
      `write it as [profile ${name}]`,
    );
  }
  const [, gap = "", word = ""] = match;
  const profile = bareName(word);
  if (gap !== " " && gap !== "\t") {
    return problem(
      `the JavaScript SDK knows no [${name}]`,
      `write one space: [profile ${word}]`,
    );
  }
  if (profile === word) {
    return /\s/.test(word)
      ? problem(
        `[${name}] is no profile to any SDK: its name has a space`,
        "give it a name without spaces",
      )
      : undefined;
  }
  return spaceTrouble(profile) ?? {
    level: "warning",
    what: `the Go SDK takes the quotes of [${name}] for a part of the name`,
    fix: `write it as [profile ${profile}]`,
  };
}
