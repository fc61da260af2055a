/**
 * What `stsmfa console --dry-run` shows.
 *
 * @module
 */

import type { CommandResult } from "../cli/command.ts";
import { parseMinLeft } from "../cli/flags.ts";
import { planLines, planResult } from "../cli/plan.ts";
import { roomOf } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus } from "../errors.ts";
import { describeOrigin } from "../profile/origin.ts";
import { sourceWord } from "../profile/source.ts";
import { type Line, line, paint } from "../screen.ts";
import type { ConsoleFlags } from "./console_flags.ts";
import type { ConsoleStart } from "./console_start.ts";

type Row = readonly [name: string, value: string, origin: string];

/** Returns the plan; asks, sends and writes nothing. */
export async function consolePlan(
  context: Context,
  flags: ConsoleFlags,
  start: ConsoleStart,
): Promise<CommandResult> {
  const { name, resolved, signer, profile, signIn } = start;
  const rows = rowsOf(start);
  const session = signer === "user" || profile === undefined || start.length.isRoleByKey
    ? undefined
    : await planResult(context, resolved.files, [profile], [], {
      ...(flags.force && { force: true }),
      ...(flags.tokenCode !== undefined && { tokenCode: flags.tokenCode }),
      ...(flags.nonInteractive && { nonInteractive: true }),
      minLeftSeconds: flags.minLeft === undefined
        ? Math.min(1800, profile.durationSeconds / 2)
        : parseMinLeft(flags.minLeft),
    });
  const switches = signIn.ignored.length === 0
    ? undefined
    : `${signIn.ignored.join(" and ")}: not used to sign in, since those hosts have no FIPS or ` +
      "dual-stack names";
  const [plan = null] = (session?.json ?? []) as unknown[];
  return {
    json: {
      profile: name,
      signer: signer === "user" ? "federated-user" : "role",
      session: plan,
      values: Object.fromEntries(rows.map(([name, value, origin]) => [name, { value, origin }])),
      note: switches ?? null,
    },
    human: async () => {
      const table = await planLines(rows, context.env, roomOf(context.terminal.stdout));
      const head: Line = line`${name}  ${
        paint("yellow", flags.url ? "the URL would be printed" : "the browser would be signed in")
      }`;
      return [
        ...await session?.human?.() ?? [],
        ...(session === undefined ? [] : [""]),
        head,
        ...table,
        ...(switches === undefined ? [] : [`  ${switches}`]),
      ];
    },
    exitStatus: ExitStatus.Ok,
  };
}

function rowsOf(start: ConsoleStart): Row[] {
  const { signer, profile, resolved, length, place, signIn, destination, browser } = start;
  const { sessionDuration, federationSeconds, isRoleByKey } = length;
  const { source } = resolved.chain;
  const who: Row = signer === "user"
    ? ["as", `the user of [${source.section}]`, "GetFederationToken, without MFA: there is no role"]
    : signer === "role"
    ? [
      "as",
      resolved.identity.role!.roleArn,
      isRoleByKey ? "AssumeRole with the access key itself" : "its session",
    ]
    : [
      "as",
      "whoever the session belongs to",
      profile ? sourceWord(profile) : `[${source.section}]`,
    ];
  const lasts: Row = signer === "user"
    ? ["lasts", formatDuration(federationSeconds), "DurationSeconds of GetFederationToken"]
    : sessionDuration === undefined
    ? ["lasts", "as long as the session", "default"]
    : ["lasts", formatDuration(sessionDuration), "flag --duration"];
  const opener: Row = browser === undefined
    ? ["browser", "none", "flag --url"]
    : typeof browser === "string"
    ? ["browser", "none: the URL is printed", browser]
    : ["browser", "opens a page that forwards", browser.isConfined ? "in HOME" : "state folder"];
  return [
    who,
    lasts,
    ["region", place.region ?? "the one last used", place.partition.name],
    ["sign-in", `${signIn.value}/federation`, describeOrigin(signIn.origin)],
    ["destination", destination, ""],
    opener,
  ];
}
