/**
 * Wrong answers of every kind, for the test of the test: one that is not found there would not be
 * found in the program either.
 *
 * @module
 */

import { type Hop, isRefused, type Refused } from "./resolution.ts";
import type { StsmfaResolution } from "./stsmfa_resolution.ts";

type Works = Exclude<StsmfaResolution, Refused>;

/** Returns a wrong answer in the place of a right one, if there is one of this kind. */
export type Change = (right: StsmfaResolution) => StsmfaResolution | undefined;

/** Changes what works, by values that replace some of its own. */
function changed(
  values: (right: Works, top: Hop | undefined) => Partial<Works> | false | undefined,
): Change {
  return (right) => {
    if (isRefused(right)) return undefined;
    const others = values(right, right.roles.at(-1));
    return others ? { ...right, ...others } : undefined;
  };
}

function otherTop(right: Works, values: Partial<Hop>): Partial<Works> {
  return { roles: right.roles.with(-1, { ...right.roles.at(-1)!, ...values }) };
}

/** Each way in which an answer can be wrong. */
export const wrongAnswers: readonly (readonly [what: string, change: Change])[] = [
  [
    "another key",
    changed(({ base }) =>
      base.accessKeyId !== undefined && base.kind !== "environment" &&
      { base: { ...base, accessKeyId: "AKIAOFSOMEBODYELSE00" } }
    ),
  ],
  ["another section", changed(({ base }) => ({ base: { ...base, section: "other" } }))],
  [
    "another kind",
    changed(({ base }) => ({
      base: { ...base, kind: base.kind === "session" ? "long-term" : "session" },
    })),
  ],
  [
    "another token, command, account or login",
    changed(({ base }) => {
      const { tokenFile, command, accountId, loginSession } = base;
      if (tokenFile !== undefined) return { base: { ...base, tokenFile: "other" } };
      if (command !== undefined) return { base: { ...base, command: "other" } };
      if (accountId !== undefined) return { base: { ...base, accountId: "other" } };
      return loginSession !== undefined && { base: { ...base, loginSession: "other" } };
    }),
  ],
  ["the user, not the role", changed((_, top) => top && { roles: [] })],
  ["a hop less", changed(({ roles }) => roles.length > 1 && { roles: roles.slice(1) })],
  [
    "hops in another order",
    changed(({ roles }) => roles.length > 1 && { roles: roles.toReversed() }),
  ],
  ["another role", changed((right, top) => top && otherTop(right, { roleArn: `${top.roleArn}x` }))],
  [
    "no external id",
    changed(({ roles }, top) => {
      const { externalId, ...rest } = top ?? {};
      return externalId !== undefined && { roles: roles.with(-1, rest as Hop) };
    }),
  ],
  [
    "another session name",
    changed((right, top) => top && otherTop(right, { roleSessionName: "somebody-else" })),
  ],
  [
    "another serial number",
    changed((right, top) => top && otherTop(right, { serialNumber: "GAHT99999999" })),
  ],
  [
    "another duration",
    changed((right, top) => top && otherTop(right, { durationSeconds: 901 })),
  ],
  ["another region", changed(() => ({ region: "eu-north-1" }))],
  [
    "another device",
    changed(({ base, serialNumber }) =>
      base.kind === "long-term" && serialNumber !== undefined && { serialNumber: "GAHT99999999" }
    ),
  ],
  [
    "another kind of profile",
    changed(({ profileKind }) =>
      profileKind && { profileKind: profileKind === "written" ? "standard" : "written" }
    ),
  ],
  [
    "the user where it is refused",
    (right) =>
      isRefused(right)
        ? {
          base: { kind: "long-term", section: "me", accessKeyId: "AKIAOFSOMEBODYELSE00" },
          roles: [],
          region: "us-east-1",
        }
        : undefined,
  ],
  [
    "a refusal with another exit status",
    (right) => isRefused(right) ? { ...right, exitStatus: 4 } : undefined,
  ],
  ["an error that is not one of ours", () => ({ refused: "Crash", message: "not a function" })],
];
