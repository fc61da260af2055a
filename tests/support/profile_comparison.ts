/**
 * Compares what stsmfa makes of the profiles of a home with what botocore does, and with the rules
 * of our own where a home has something of ours.
 *
 * @module
 */

import type { BotocoreAnswer, BotocoreHome, BotocoreResolution } from "./botocore_resolution.ts";
import type { GeneratedHome } from "./generated_homes.ts";
import { type Ruling, ruling } from "./profile_rules.ts";
import { isRefused, type Refused, type Resolution, type Resolved } from "./resolution.ts";
import { type Difference, differences } from "./resolution_differences.ts";
import type { Resolver, StsmfaResolution } from "./stsmfa_resolution.ts";
import { shownHome, smallestHome } from "./smallest_home.ts";
import { seed } from "./thorough.ts";

/** Says what botocore makes of a home. */
export interface Botocore {
  resolve(home: GeneratedHome, names: readonly string[]): Promise<BotocoreAnswer>;
}

/** One profile of one home, with what it should be and what it is. */
export interface Case {
  readonly home: GeneratedHome;
  readonly name: string;
  readonly read: BotocoreHome;
  readonly expected: Expected;
  readonly actual: StsmfaResolution;
}

/** What is right for a profile; botocore's answer, or each that our rules allow. */
export interface Expected {
  readonly allowed: readonly (Resolution & Partial<BotocoreResolution>)[];
  readonly regions?: readonly (string | null)[];
}

/** What is not as it should be. */
export type Found = Difference | "crash" | "exit status" | "device" | "kind" | "unparsable";

/** Where we differ from botocore on purpose. */
export interface Deliberate {
  readonly what: string;
  readonly why: string;
  readonly applies: (given: Case, found: readonly Found[]) => boolean;
  /** The home for which botocore says what we do; without one, the difference itself is meant. */
  readonly instead?: (home: GeneratedHome, given: Case) => GeneratedHome;
}

/** Returns the devices that a section itself names, for its keys. */
export function ownSerials(read: BotocoreHome, section: string): string[] {
  const keys = read.profiles.get(section);
  return ["aws_mfa_device", "mfa_serial"].flatMap((key) => {
    const value = keys?.get(key);
    return typeof value === "string" && value !== "" ? [value] : [];
  });
}

interface Failure {
  readonly given: Case;
  readonly found: readonly Found[];
}

/** More kinds of differences are counted alone. */
const mostShown = 12;

/** Returns what failures with one cause have in common: what differs, and the words of a refusal. */
function kindOf({ given: { actual }, found }: Failure): string {
  const words = isRefused(actual) ? actual.message.replace(/\S*[^a-z_\s]\S*/g, "...") : "";
  return `${found.join("+")} ${words}`.trimEnd();
}

/** What was found in many homes, for one resolver. */
export class Comparison {
  readonly #counts = new Map<string, number>();
  /** Every outcome that was right for some profile, whether or not it was met. */
  readonly outcomes = new Set<string>();
  /** What no difference on purpose explains. */
  readonly failures: Failure[] = [];

  constructor(
    private readonly botocore: Botocore,
    private readonly resolver: Resolver,
    private readonly deliberate: readonly Deliberate[],
  ) {}

  /** How often each was seen: an outcome that is right, or a difference on purpose. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Compares every profile of these homes. */
  async compare(homes: readonly GeneratedHome[]): Promise<void> {
    const all = await Promise.all(homes.map((home) => this.#failuresOf(home)));
    this.failures.push(...all.flat());
  }

  async #failuresOf(home: GeneratedHome): Promise<Failure[]> {
    const read = await this.botocore.resolve(home, home.names);
    if ("unparsable" in read) return await this.#compareUnparsable(home, read.unparsable);
    const failures: Failure[] = [];
    for (const [name, answer] of read.answers) {
      const rules = ruling(read, home.variables, name);
      if (rules.unspecified !== undefined) {
        this.#count(`unspecified: ${rules.unspecified.replace(/\[.*\]/, "[...]")}`);
        continue;
      }
      const actual = await this.resolver(home, name);
      const given = { home, name, read, expected: expectedOf(rules, answer), actual };
      const outcome = (rules.isOurs ? "by our rules: " : "") + outcomeOf(given.expected);
      this.outcomes.add(outcome);
      const found = foundIn(given, rules);
      const reason = found.length === 0 ? undefined : await this.#onPurpose(given, found, []);
      if (found.length > 0 && reason === undefined) failures.push({ given, found });
      else this.#count(reason ?? outcome);
    }
    return failures;
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  async #compareUnparsable(home: GeneratedHome, message: string): Promise<Failure[]> {
    const failures: Failure[] = [];
    const nothing = new Map();
    const read = {
      profiles: nothing,
      config: nothing,
      credentials: nothing,
      ssoSessions: nothing,
      answers: nothing,
    };
    const expected = { allowed: [{ refused: "ConfigParseError", message }] };
    for (const name of home.names) {
      const actual = await this.resolver(home, name);
      const isSame = isRefused(actual) && actual.refused === "UnparsableFile" &&
        actual.exitStatus === 3;
      if (isSame) this.#count("unparsable for both");
      else failures.push({ given: { home, name, read, expected, actual }, found: ["unparsable"] });
    }
    return failures;
  }

  /** Returns which difference on purpose explains what was found, if any does. */
  async #onPurpose(
    given: Case,
    found: readonly Found[],
    tried: readonly Deliberate[],
  ): Promise<string | undefined> {
    for (const each of this.deliberate) {
      if (tried.includes(each) || !each.applies(given, found)) continue;
      const label = `on purpose: ${each.what}`;
      if (each.instead === undefined) return label;
      const home = each.instead(given.home, given);
      const read = await this.botocore.resolve(home, [given.name]);
      if ("unparsable" in read) continue;
      const rules = ruling(read, home.variables, given.name);
      const answer = read.answers.get(given.name)!;
      const other = { ...given, home, read, expected: expectedOf(rules, answer) };
      const left = foundIn(other, rules);
      if (left.length === 0) return label;
      const more = await this.#onPurpose(other, left, [...tried, each]);
      if (more !== undefined) return more;
    }
    return undefined;
  }

  /** Returns how many failures of each kind there are, and the first of some as small as it gets. */
  async report(): Promise<string> {
    const byKind = Map.groupBy(this.failures, kindOf);
    const sorted = [...byKind].toSorted(([, a], [, b]) => b.length - a.length);
    const shown = [];
    for (const [what, [first]] of sorted.slice(0, mostShown)) {
      const { home, name } = first!.given;
      const failureIn = async (home: GeneratedHome) => {
        const again = new Comparison(this.botocore, this.resolver, this.deliberate);
        await again.compare([home]);
        return again.failures.find((each) => each.given.name === name && kindOf(each) === what);
      };
      const smallest = await smallestHome(
        home,
        async (each) => await failureIn(each) !== undefined,
      );
      const { given } = (await failureIn(smallest))!;
      shown.push(
        `=== ${what}: profile ${JSON.stringify(name)}\n${shownHome(smallest)}`,
        ...given.expected.allowed.map((each) => `right: ${JSON.stringify(each)}`),
        `ours:  ${JSON.stringify(given.actual)}`,
      );
    }
    const counts = sorted.map(([what, all]) => `${all.length} ${what}`);
    const head = `STSMFA_SEED=${seed}: ${this.failures.length} differences`;
    return [head, ...counts, ...shown].join("\n");
  }
}

/** Returns what is right: botocore's answer, where no rule of ours has a say. */
export function expectedOf(rules: Ruling, answer: BotocoreResolution): Expected {
  if (rules.isOurs) return rules;
  if (isRefused(answer) || answer.awsRefuses === undefined) return { allowed: [answer] };
  return { allowed: [{ refused: "AWS", message: answer.awsRefuses.join(", ") }] };
}

function outcomeOf({ allowed: [first] }: Expected): string {
  return isRefused(first!)
    ? "refused by both"
    : `${first!.base.kind}, ${first!.roles.length} roles`;
}

function foundIn(given: Case, rules: Ruling): Found[] {
  const { expected, actual } = given;
  if (isRefused(actual) && actual.refused === "Crash") return ["crash"];
  if (isRefused(actual) && actual.exitStatus !== 3) return ["exit status"];
  const inAll = expected.allowed.map((each) => {
    if (isRefused(each) || expected.regions === undefined) return differences(each, actual);
    return fewest(expected.regions.map((region) => differences({ ...each, region }, actual)));
  });
  const found: Found[] = fewest(inAll);
  if (found.length > 0 || isRefused(actual)) return found;
  const kind = rules.profileKind;
  if (kind !== undefined && actual.profileKind !== kind) found.push("kind");
  if (!isRightDevice(given, actual)) found.push("device");
  return found;
}

function fewest<T>(lists: readonly T[][]): T[] {
  return lists.toSorted((a, b) => a.length - b.length)[0]!;
}

/** Reports whether the device is the one that is named on the way, if just one is. */
function isRightDevice({ read, name }: Case, actual: Exclude<StsmfaResolution, Refused>): boolean {
  const serials = devicesOnTheWay(read, name, actual);
  return actual.base.kind !== "long-term" || serials.length > 1 ||
    actual.serialNumber === serials[0];
}

/** Returns the devices that a profile, its roles and its keys name, each once. */
export function devicesOnTheWay(
  read: BotocoreHome,
  name: string,
  { base, roles }: Resolved,
): string[] {
  const block = read.config.get(name)?.get("stsmfa");
  const inBlock = typeof block === "object" ? new Map(block).get("mfa_serial") : undefined;
  return [
    ...new Set([
      ...roles.flatMap(({ serialNumber }) => serialNumber ?? []),
      ...[base.section ?? "", ofSibling(base.section, name), ...(roles.length > 0 ? [] : [name])]
        .flatMap((each) => ownSerials(read, each)),
      ...(inBlock ? [inBlock] : []),
    ]),
  ];
}

/** Returns the profile whose long-term section it is, unless that was asked for itself. */
function ofSibling(section: string | null, name: string): string {
  return section === null || section === name ? name : section.replace(/-long-term$/, "");
}

/** Returns counts as lines. */
export function countsShown(counts: ReadonlyMap<string, number>): string {
  return [...counts].toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([what, amount]) => `${String(amount).padStart(7)} ${what}`).join("\n");
}
