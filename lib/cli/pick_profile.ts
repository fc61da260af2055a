/**
 * Has the person at the terminal choose a profile. Asks and sends nothing else: what is shown of a
 * profile is what files say.
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { Context, Prompter } from "../context.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { nothingManaged } from "../profile/names.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { paint, type Piece } from "../screen.ts";
import { type ProfileStatus, profileStatuses } from "../session/status.ts";
import { usedProfiles } from "../state/used_profiles.ts";
import type { CommonFlags } from "./command.ts";
import type { FileFlags } from "./flags.ts";
import { type PickChoice, PickFilter, PickList } from "./pick_list.ts";
import { hasColour } from "./print.ts";

/** The flags that a choice depends on. */
export interface PickingFlags extends CommonFlags, FileFlags, Pick<ProfileFlags, "longTermSuffix"> {
  readonly nonInteractive?: boolean;
}

/**
 * Returns the name of the profile that the person chooses.
 *
 * @param instead what to run where nobody can choose, for the hint
 * @throws StsmfaError `Usage` if nobody is there, `ProfileNotFound` if there is nothing to choose
 * from, `Cancelled`; whatever is wrong with the files
 */
export async function pickProfile(
  context: Context,
  flags: PickingFlags,
  instead: string,
): Promise<string> {
  const { terminal } = context;
  const prompter = flags.nonInteractive ? undefined : await terminal.prompter();
  if (prompter === undefined) {
    throw new StsmfaError(
      "Usage",
      flags.nonInteractive
        ? "--pick asks, and --non-interactive forbids that"
        : "--pick needs a terminal to choose at",
      { hint: `name the profile: ${instead}; for all of them: stsmfa status` },
    );
  }
  const choices = await pickChoices(context, flags);
  const screen = prompter.screen ?? terminal.stderr;
  const chosen = prompter.show === undefined
    ? await askByNumber(context, prompter, choices)
    : await prompter.show(
      new PickList(choices, hasColour(context, screen, flags.color)),
      context.signal,
    );
  return chosen.profile;
}

/**
 * Returns all profiles that can be chosen: those that were used last, then the others by name.
 *
 * @throws StsmfaError `ProfileNotFound` if there are none
 */
export async function pickChoices(context: Context, flags: PickingFlags): Promise<PickChoice[]> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const { longTermSuffix } = flags;
  const ofNames = longTermSuffix === undefined ? {} : { longTermSuffix };
  const statuses = await profileStatuses(context, files, ofNames, []);
  if (statuses.length === 0) throw nothingManaged(files);
  const used = await usedProfiles(context);
  const places = new Map(used.map(({ profile }, at) => [profile, at]));
  const placeOf = ({ profile }: ProfileStatus) => places.get(profile) ?? used.length;
  const name = ({ profile }: ProfileStatus) => profile.toLowerCase();
  return statuses
    .toSorted((a, b) => placeOf(a) - placeOf(b) || (name(a) < name(b) ? -1 : 1))
    .map((status) => ({
      profile: status.profile,
      account: status.account,
      role: status.roleName,
      left: leftOf(status),
    }));
}

function leftOf({ state, secondsLeft, source }: ProfileStatus): Piece {
  switch (state) {
    case "valid":
      return paint("green", formatDuration(secondsLeft!));
    case "expired":
      return paint("yellow", "expired");
    case "invalid":
      return paint("red", "invalid");
    case "others":
      return paint("dim", source ?? "-");
    case "none":
      return "-";
  }
}

/** Asks on a terminal for lines alone, such as one that is read aloud. */
async function askByNumber(
  { signal }: Context,
  prompter: Prompter,
  choices: readonly PickChoice[],
): Promise<PickChoice> {
  const filter = new PickFilter(choices);
  const names = choices.map(({ profile }) => profile);
  const meant = (answer: string): readonly number[] => {
    const text = answer.trim();
    const named = names.indexOf(text);
    if (named >= 0) return [named];
    const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (number > 0 && number <= choices.length) return [number - 1];
    return text === "" ? [] : filter.find(text);
  };
  let shown: readonly number[] = choices.map((_, at) => at);
  for (;;) {
    const answer = await prompter.ask(
      "Profile, by number or words of it:",
      (text) =>
        meant(text).length > 0 ? undefined : "type a number of the list, or a part of a name",
      signal,
      shown.map((at) => `${at + 1} ${inWords(choices[at]!)}`),
    );
    shown = meant(answer);
    if (shown.length === 1) return choices[shown[0]!]!;
  }
}

function inWords({ profile, account, role, left }: PickChoice): string {
  const text = typeof left === "string" ? left : left.text;
  return [
    profile,
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(role === undefined ? [] : [`role ${role}`]),
    ...(text === "-" ? [] : [/^\d/.test(text) ? `${text} left` : text]),
  ].join(", ");
}
