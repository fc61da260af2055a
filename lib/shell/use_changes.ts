/**
 * What `stsmfa use` and `unset` change in a shell.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { isMarked, keyMark, markOf, promptMarkOf, regionVariables } from "../profile/marks.ts";
import {
  type EnvironmentSession,
  regionToSet,
  sessionEnvironment,
  type SessionEnvironmentOptions,
} from "./environment.ts";
import {
  givenVariables,
  legacyNames,
  marks,
  otherCredentials,
  otherMarks,
  profileNames,
  sessionNames,
  standardNames,
} from "./variable_names.ts";

/** What `stsmfa use` or `unset` does to one variable of a shell. */
export type VariableChange =
  | { readonly kind: "set"; readonly name: string; readonly value: string }
  | { readonly kind: "remove"; readonly name: string }
  /** Removes a variable if it has the same value as another one that is set. */
  | { readonly kind: "removeIfLike"; readonly name: string; readonly other: string }
  /**
   * Restores the value from before an earlier `use`, if the variable is still as that left it. In a
   * shell that remembers no `use` ({@link memory}), removes what one set in a parent shell.
   */
  | { readonly kind: "restore"; readonly name: string; readonly isInherited: boolean };

/** A shell remembers this variable's old value from its first `use` to the end of `unset`. */
export const memory = keyMark;

/** Returns what `stsmfa use` does, after any earlier ones. The shell remembers what it replaces. */
export function useChanges(
  env: Environment,
  session: EnvironmentSession,
  { legacy }: Pick<SessionEnvironmentOptions, "legacy">,
): VariableChange[] {
  const { set, unset } = sessionEnvironment(env, session, {
    legacy,
    marks: "all",
    hasPrompt: true,
  });
  const region = regionToSet(session) === undefined ? regionVariables : [];
  const former = [
    ...region,
    ...givenVariables(env).filter((name) => !Object.hasOwn(set, name)),
  ];
  const isOurs = (name: string) => !env.has(name) || isMarked(env, name);
  const withMarks = [...former.map(markOf), ...former.filter(isOurs)];
  return [
    // What the person had comes back first; the shell may know of more than is exported.
    ...withMarks.map((name): VariableChange => ({ kind: "restore", name, isInherited: false })),
    ...former.filter(isOurs)
      .map((name): VariableChange => ({ kind: "removeIfLike", name, other: markOf(name) })),
    ...former.map((name): VariableChange => ({ kind: "remove", name: markOf(name) })),
    ...Object.entries(set).map(([name, value]): VariableChange => ({ kind: "set", name, value })),
    ...unset.filter((name) => !withMarks.includes(name))
      .map((name): VariableChange => ({ kind: "remove", name })),
  ];
}

/** Returns what `stsmfa unset` does. */
export function unsetChanges(env: Environment): VariableChange[] {
  const id = env.get("AWS_ACCESS_KEY_ID");
  const isOurs = id !== undefined && env.get(keyMark) === id;
  const given = givenVariables(env);
  const copies = legacyNames.filter((name) => env.get(name) === env.get(standardNames[name]));
  const inherited = [
    ...(isOurs ? [...sessionNames, ...copies] : []),
    ...(env.get(keyMark) === undefined ? [] : [
      ...[...regionVariables, ...given].filter((name) => isMarked(env, name)),
      ...promptMarkOf(env),
      ...marks,
      ...given.map(markOf),
    ]),
  ];
  const names = new Set([
    ...sessionNames,
    ...legacyNames,
    ...profileNames,
    ...otherCredentials,
    ...otherMarks,
    ...regionVariables,
    ...given,
    ...given.map(markOf),
    // It has to be the last; see memory.
    ...marks,
  ]);
  return [...names].map((name) => ({
    kind: "restore",
    name,
    isInherited: inherited.includes(name),
  }));
}
