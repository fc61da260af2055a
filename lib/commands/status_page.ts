/**
 * How `stsmfa status` shows profiles: by where their sessions come from, what needs attention first.
 *
 * @module
 */

import { FittedTable } from "../cli/fitted_table.ts";
import type { Measure } from "../cli/table.ts";
import { wrappedCommand } from "../cli/wrap.ts";
import type { Clock } from "../context.ts";
import { formatDuration, formatEnd, formatLocalTime } from "../duration.ts";
import { renewCommand, withArguments } from "../hint_words.ts";
import { type Line, line, paint, type Piece } from "../screen.ts";
import type { ProfileStatus } from "../session/status.ts";

/** What a page needs besides the profiles. */
export interface StatusPageOptions {
  readonly clock: Pick<Clock, "now" | "minutesAhead">;
  /** What lasts no longer than that needs attention. */
  readonly minLeftSeconds: number;
  readonly widthOf: Measure;
}

/** A group's title, or a profile by its row in the table. */
type Entry = { readonly title: readonly [string, string] } | { readonly row: number } | "apart";

const indent = "  ";

/** So much of a name tells profiles apart. */
const leastName = 12;

const usualName = 20;

const leastRole = 8;

/** The page; only the lines that are shown are made. */
export class StatusPage {
  readonly #table: FittedTable;
  readonly #entries: Entry[] = [];

  constructor(
    private readonly statuses: readonly ProfileStatus[],
    private readonly options: StatusPageOptions,
  ) {
    this.#table = new FittedTable([
      { header: "PROFILE", least: leastName, usual: usualName, rank: 0 },
      { header: "SESSION", rank: 1 },
      { header: "ENDS", rank: 2 },
      { header: "ACCOUNT", rank: 3 },
      { header: "ROLE", least: leastRole, rank: 4, keepsBeginning: true },
    ], options.widthOf);
    let row = 0;
    for (const { title, members } of this.#groups()) {
      this.#entries.push("apart", { title });
      for (const each of members) {
        this.#table.add(this.#cells(each));
        this.#entries.push({ row: row++ });
      }
    }
  }

  /** How many lines there are below the header. */
  get count(): number {
    return this.#entries.length;
  }

  /** How many profiles there are. */
  get profileCount(): number {
    return this.statuses.length;
  }

  header(room: number): Line[] {
    return [[indent, ...this.#table.header(room - indent.length)]];
  }

  line(at: number, room: number): Line {
    const entry = this.#entries[at]!;
    if (entry === "apart") return "";
    if ("row" in entry) return [indent, ...this.#table.row(entry.row, room - indent.length)];
    const [source, use] = entry.title;
    const whole = `${source}, ${use}`;
    const { widthOf } = this.options;
    return widthOf(whole) <= room ? line`${source}${paint("dim", `, ${use}`)}` : source;
  }

  /** Returns what a person may want to do next. */
  next(room: number): Line[] {
    const { statuses } = this;
    const named = (state: ProfileStatus["state"]) =>
      statuses.filter((each) => each.state === state).map(({ profile }) => profile);
    const invalid = named("invalid");
    const due = statuses.filter((each) => this.#rank(each) > 0 && this.#rank(each) < quiet)
      .map(({ profile }) => profile);
    const usable = statuses.find(({ state, kind }) => state === "none" && kind === "standard") ??
      statuses.find(({ state }) => state === "others");
    const isBeginning = due.length === 0 && usable !== undefined &&
      statuses.every(({ state }) => state !== "valid");
    const lines = [
      ...(invalid.length === 0 ? [] : this.#advice(
        invalid.length === 1
          ? "1 profile has invalid settings:"
          : `${invalid.length} profiles have invalid settings:`,
        invalid.length <= mostNames ? withArguments("stsmfa doctor", invalid) : "stsmfa doctor",
        room,
      )),
      ...(due.length === 0 ? [] : this.#advice(
        due.length === 1
          ? "1 profile needs a new session:"
          : `${due.length} profiles need a new session:`,
        due.length <= mostNames ? renewCommand(...due as [string, ...string[]]) : "stsmfa --all",
        room,
      )),
      ...(isBeginning
        ? this.#advice(
          "To use one:",
          `${withArguments("stsmfa exec", [usable.profile])} -- aws s3 ls`,
          room,
        )
        : []),
    ];
    return lines.length === 0 ? [] : ["", ...lines];
  }

  /** Puts a command beside the words if there is room. */
  #advice(words: string, command: string, room: number): Line[] {
    const { widthOf } = this.options;
    const together = `${words} ${command}`;
    if (widthOf(together) <= room) return [together];
    const lines = wrappedCommand(command, room - indent.length, widthOf);
    return [words, ...lines.map((each) => indent + each)];
  }

  #groups() {
    const users = new Map<string | undefined, number>();
    for (const { source } of this.statuses) users.set(source, (users.get(source) ?? 0) + 1);
    const groups = new Map<
      string,
      { title: readonly [string, string]; members: ProfileStatus[] }
    >();
    for (const each of this.statuses) {
      const title = titleOf(each, users.get(each.source)!);
      const key = title.join("\n");
      const group = groups.get(key) ?? { title, members: [] };
      group.members.push(each);
      groups.set(key, group);
    }
    const sorted = [...groups.values()].map(({ title, members }) => ({
      title,
      members: this.#byRank(members, (each) => this.#rank(each)),
    }));
    return this.#byRank(sorted, ({ members }) => this.#rank(members[0]!));
  }

  /** Sorts what needs attention to the front; the rest keeps its order. */
  #byRank<T>(items: readonly T[], rankOf: (item: T) => number): T[] {
    return items.map((item) => ({ item, rank: rankOf(item) })).sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }

  #rank({ kind, state, secondsLeft = 0 }: ProfileStatus): number {
    if (state === "invalid") return 0;
    if (state === "valid" && secondsLeft < this.options.minLeftSeconds) return 3;
    if (kind !== "written") return quiet;
    return state === "expired" ? 1 : state === "none" ? 2 : quiet;
  }

  #cells(status: ProfileStatus): readonly (Piece | readonly Piece[])[] {
    const { profile, account, roleName } = status;
    return [profile, this.#state(status), this.#end(status), account ?? "", roleName ?? ""];
  }

  #state({ kind, state, sourceKind, secondsLeft = 0 }: ProfileStatus): Piece {
    switch (state) {
      case "valid":
        return paint(secondsLeft < this.options.minLeftSeconds ? "yellow" : "green", "valid");
      case "expired":
        return kind === "standard" ? paint("dim", "when used") : paint("red", "expired");
      case "invalid":
        return paint("red", "invalid");
      case "others":
        return paint("dim", sourceKind === "session" ? "end unknown" : "when used");
      case "none":
        return kind === "standard" ? paint("dim", "when used") : paint("yellow", "none yet");
    }
  }

  /** Returns when it ends, in fewer words where there is less room. */
  #end({ kind, state, secondsLeft = 0, expiration }: ProfileStatus): readonly Piece[] {
    const { clock } = this.options;
    if (expiration === undefined || (state !== "valid" && kind === "standard")) return [""];
    if (state === "valid") {
      const left = formatDuration(secondsLeft);
      return [formatEnd(expiration, clock), `in ${left}`];
    }
    const days = Math.floor(-secondsLeft / 86_400);
    const ago = days > 1 ? `${days} days ago` : `${formatDuration(-secondsLeft)} ago`;
    const at = formatLocalTime(expiration, clock);
    return [`${ago}, ${/^\d\d:/.test(at) ? `at ${at}` : at}`, ago];
  }
}

/** The rank of what needs no attention. */
const quiet = 4;

/** More names than that nobody types. */
const mostNames = 3;

/** Returns all texts of a row and its title that may be other than ASCII. */
export function textsOf({ profile, source = "", roleName = "" }: ProfileStatus): string[] {
  return [profile, source, roleName];
}

/** Returns where a profile's session comes from, and who can use it. */
function titleOf(status: ProfileStatus, users: number): readonly [source: string, use: string] {
  const { kind, state } = status;
  if (state === "invalid") return ["Invalid settings", "see: stsmfa doctor"];
  const use = kind === "standard" ? "for stsmfa exec, use and console" : "for every program";
  return [sourceWords(status, users), use];
}

function sourceWords(
  { profile, source, sourceKind }: ProfileStatus,
  users: number,
): string {
  switch (sourceKind) {
    case "long-term":
    case "stored": {
      const isOwn = source === profile || source!.startsWith(`${profile}-`);
      return isOwn && users === 1 ? "Own access key" : `Access key [${source}]`;
    }
    case "session":
      return source === undefined ? "Session from elsewhere" : `Session [${source}]`;
    case "sso":
      return "IAM Identity Center (SSO)";
    case "login":
      return "AWS login";
    case "process":
      return "credential_process";
    case "web-identity":
      return "Web identity";
    case "environment":
      return "Environment variables";
    case "container":
      return "Container";
    case "instance":
      return "EC2 instance";
    case undefined:
      return "Session from elsewhere";
  }
}
