/**
 * What the flags that several commands share stand under in the help.
 *
 * @module
 */

import type { Flag } from "./command.ts";

const usual = "Flags";

/** In the order of the help, behind the flags that people use most. */
const headings: Readonly<Record<string, readonly string[]>> = {
  "Whose session": [
    "profile",
    "sourceProfile",
    "longTermSuffix",
    "roleArn",
    "roleSessionName",
    "externalId",
    "mfaSerial",
    "mfaProcess",
    "duration",
    "region",
  ],
  "Where it goes": [
    "targetProfile",
    "shortTermSuffix",
    "credentialsFile",
    "configFile",
    "backup",
    "legacy",
    "legacyToken",
  ],
  "For scripts": [
    "json",
    "quiet",
    "color",
    "nonInteractive",
  ],
};

/** Flags under one heading. */
export interface HeadedFlags {
  readonly heading: string;
  readonly flags: readonly (readonly [name: string, flag: Flag])[];
}

/** Returns the flags that people give. */
export function shownFlags(flags: Readonly<Record<string, Flag>>): [name: string, flag: Flag][] {
  return Object.entries(flags).filter(([, { isHidden }]) => !isHidden);
}

/** Returns a command's flags in the order of its help. */
export function flagsByHeading(all: Readonly<Record<string, Flag>>): HeadedFlags[] {
  const flags = Object.fromEntries(shownFlags(all));
  const found = new Map<string, [string, Flag][]>([[usual, []]]);
  for (const entry of Object.entries(flags)) {
    const heading = headingOf(...entry);
    if (!Object.hasOwn(headings, heading) && !found.has(heading)) found.set(heading, []);
  }
  for (const heading of Object.keys(headings)) found.set(heading, []);
  for (const entry of Object.entries(flags)) found.get(headingOf(...entry))!.push(entry);
  for (const [heading, names] of Object.entries(headings)) {
    found.get(heading)!.sort(([a], [b]) => rank(names, a) - rank(names, b));
  }
  return [...found].map(([heading, flags]) => ({ heading, flags }))
    .filter(({ heading, flags }) => heading === usual || flags.length > 0);
}

function headingOf(name: string, flag: Flag): string {
  if (flag.heading !== undefined) return flag.heading;
  const found = Object.entries(headings).find(([, names]) => names.includes(name));
  return found?.[0] ?? usual;
}

function rank(names: readonly string[], name: string): number {
  const at = names.indexOf(name);
  return at < 0 ? names.length : at;
}
