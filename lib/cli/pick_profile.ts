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
import { paint, type Piece, textOfPiece } from "../screen.ts";
import { lookAtProfiles, type ProfileStatus } from "../session/status.ts";
import { type UsedProfile, usedProfiles } from "../state/used_profiles.ts";
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
      flags.nonInteractive ? "--pick cannot ask with --non-interactive" : "--pick needs a terminal",
      { hint: `name the profile: ${instead}; for all of them: stsmfa status` },
    );
  }
  const load = await choicesIn(context, flags);
  if (prompter.show === undefined) {
    return (await askByNumber(context, prompter, await allOf(load))).profile;
  }
  const screen = prompter.screen ?? terminal.stderr;
  const list = new PickList(load, hasColour(context, screen, flags.color));
  await list.refresh();
  return (await prompter.show(list, context.signal)).profile;
}

type Load = () => Promise<readonly PickChoice[]>;

/** A few, so that the list is there at once; then as many as a terminal usually has rows. */
const atFirst = 8;
const atOnce = 24;

/**
 * Returns a function that returns some choices at a time, since hundreds take a moment: first the
 * profiles that were used last, then the others by name.
 *
 * @throws StsmfaError `ProfileNotFound` if there are none
 */
async function choicesIn(context: Context, flags: PickingFlags): Promise<Load> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const { longTermSuffix } = flags;
  const ofNames = longTermSuffix === undefined ? {} : { longTermSuffix };
  const look = lookAtProfiles(context, files, ofNames, []);
  const names = inOrder(look.names, await usedProfiles(context));
  let next = 0;
  const load = async () => {
    const choices: PickChoice[] = [];
    const most = next === 0 ? atFirst : atOnce;
    while (choices.length < most && next < names.length) {
      choices.push(...(await look.at(names[next++]!)).map(choiceOf));
    }
    return choices;
  };
  const first = await load();
  if (first.length === 0) throw nothingManaged(files);
  let isFirst = true;
  return () => {
    if (!isFirst) return load();
    isFirst = false;
    return Promise.resolve(first);
  };
}

function inOrder(names: readonly string[], used: readonly UsedProfile[]): string[] {
  const known = new Set(names);
  const first = used.map(({ profile }) => profile).filter((name) => known.has(name));
  const others = names.map((name) => ({ name, key: name.toLowerCase() }))
    .sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return [...new Set([...first, ...others.map(({ name }) => name)])];
}

async function allOf(load: Load): Promise<PickChoice[]> {
  const all: PickChoice[] = [];
  for (let some = await load(); some.length > 0; some = await load()) all.push(...some);
  return all;
}

function choiceOf(status: ProfileStatus): PickChoice {
  const { profile, account, roleName } = status;
  return { profile, account, role: roleName, left: leftOf(status) };
}

function leftOf({ kind, state, secondsLeft, source }: ProfileStatus): Piece {
  switch (state) {
    case "valid":
      return paint("green", formatDuration(secondsLeft!));
    case "expired":
      // A role's session that is over is like none: it is made when it is used.
      return kind === "standard" ? "" : paint("yellow", "expired");
    case "invalid":
      return paint("red", "invalid");
    case "others":
      return paint("dim", source ?? "");
    case "none":
      return "";
  }
}

/** Asks on a terminal for lines alone, such as one that is read aloud. */
async function askByNumber(
  { signal }: Context,
  prompter: Prompter,
  choices: readonly PickChoice[],
): Promise<PickChoice> {
  const filter = new PickFilter();
  for (const choice of choices) filter.add(choice);
  const names = choices.map(({ profile }) => profile);
  const meant = (answer: string): readonly number[] => {
    const text = answer.trim();
    const named = names.indexOf(text);
    if (named >= 0) return [named];
    const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (number > 0 && number <= choices.length) return [number - 1];
    // A mistyped number is a part of many an account's.
    const isNumber = /^\d+$/.test(text) && text.length <= Math.max(2, `${choices.length}`.length);
    return text === "" || isNumber ? [] : filter.find(text);
  };
  let shown: readonly number[] = choices.map((_, at) => at);
  for (;;) {
    const answer = await prompter.ask(
      "Profile (its number, or part of its name):",
      (text) =>
        meant(text).length > 0 ? undefined : "type a number from the list, or part of a name",
      signal,
      shown.map((at) => `${at + 1} ${inWords(choices[at]!)}`),
    );
    shown = meant(answer);
    if (shown.length === 1) return choices[shown[0]!]!;
  }
}

function inWords({ profile, account, role, left }: PickChoice): string {
  const text = textOfPiece(left);
  return [
    profile,
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(role === undefined ? [] : [`role ${role}`]),
    ...(text === "" ? [] : [/^\d/.test(text) ? `${text} left` : text]),
  ].join(", ");
}
