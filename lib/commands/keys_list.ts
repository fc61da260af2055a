/**
 * `stsmfa keys list`: every long-term key and where it is.
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { namedProfiles } from "../cli/profile_argument.ts";
import { type Cell, fittedLines } from "../cli/fitted_table.ts";
import { roomOf } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { formatExpiration, isLikeSecretKey } from "../credentials.ts";
import { ExitStatus } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { type ListedKey, type ListedStore, listKeys } from "../keys/list.ts";
import { keyPlaceOf } from "../keys/places.ts";
import { withTilde } from "../path.ts";
import { type Colour, type Line, line, paint, type Piece } from "../screen.ts";
import { terminalTalk } from "../talk.ts";
import type { KeysFlags } from "./keys_flags.ts";
import type { KeyUse } from "./keys_list_uses.ts";

/** IAM's own credential report and CIS ask for a new key after that long. */
const oldDays = 90;

const dayMilliseconds = 86_400_000;

/** Lists them; with names, those of these profiles. */
export async function list(
  context: Context,
  flags: KeysFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const talk = terminalTalk(context, flags);
  const { longTermSuffix } = flags;
  const wanted = namedProfiles(flags, names).map((name) =>
    keyPlaceOf(files, context.env, { ...(longTermSuffix && { longTermSuffix }) }, name)
  );
  const { keys: all, stores } = await listKeys(context, files, talk);
  const keys = all.filter(({ path, header }) =>
    wanted.length === 0 || wanted.some((each) => each.path === path && each.header === header)
  ).map((key) => isLikeSecretKey(key.accessKeyId) ? { ...key, accessKeyId: "[secret]" } : key);
  const { keyUses } = await importLazily<typeof import("./keys_list_uses.ts")>(
    "./keys_list_uses.ts",
    import.meta.url,
  );
  const uses = await keyUses(context, files, flags, keys, talk);
  const now = context.clock.now();
  const isMissing = keys.some(({ state }) => state === "missing");
  return {
    json: {
      keys: keys.map(({ profile, accessKeyId, store, state, path, line }) => ({
        profile,
        accessKeyId,
        store,
        state,
        path,
        line,
        ...useForPrograms(uses.get(accessKeyId), now),
      })),
      stores: stores.map(({ name, title, fault, unnamed }) => ({
        store: name,
        title,
        isUsable: fault === undefined,
        ...(fault && { error: fault }),
        unnamed,
      })),
    },
    human: async () => [
      ...await keyLines(context, keys, stores, uses, now),
      ...(wanted.length > 0 ? [] : ["", ...storeLines(stores)]),
    ],
    isAnswer: true,
    exitStatus: isMissing ? ExitStatus.Configuration : ExitStatus.Ok,
  };
}

async function keyLines(
  { env, terminal }: Context,
  keys: readonly ListedKey[],
  stores: readonly ListedStore[],
  uses: ReadonlyMap<string, KeyUse>,
  now: Date,
): Promise<Line[]> {
  if (keys.length === 0) return ["no section has an access key"];
  const columns = [
    { header: "PROFILE", least: 12, rank: 0 },
    { header: "ACCESS KEY", least: 10, rank: 2 },
    { header: "AGE", rank: 3 },
    { header: "LAST USED", rank: 4 },
    { header: "WHERE", usual: 14, rank: 1 },
  ];
  const rows = keys.map((key): Cell[] => {
    const { profile, accessKeyId, store, state, path, line } = key;
    const title = stores.find(({ name }) => name === store)?.title;
    const where = title === undefined
      ? spelt("yellow", `in the file, ${withTilde(env, path)}:${line}`, "in the file")
      : state === "missing"
      ? spelt("red", `missing in ${title}`, "missing")
      : state === "unknown"
      ? spelt("yellow", `${title}, which does not answer`, "no answer")
      : spelt("green", title, "key store");
    const use = uses.get(accessKeyId);
    return [profile, accessKeyId, ageOf(use, now), lastUseOf(use, now), where];
  });
  return await fittedLines(columns, rows, roomOf(terminal.stdout));
}

/** Returns a cell that is shorter where there is less room. */
function spelt(colour: Colour, ...spellings: readonly string[]): Cell {
  return spellings.map((each) => paint(colour, each));
}

function storeLines(stores: readonly ListedStore[]): Line[] {
  return stores.flatMap(({ name, title, fault, unnamed }): Line[] => [
    fault === undefined
      ? line`${title}: ${paint("green", "can be used")} (--to ${name})`
      : fault.message + hintBehind(fault.hint),
    ...unnamed.map((accessKeyId) =>
      `  ${accessKeyId} is in it, but no section uses it; to remove it: stsmfa keys remove ${accessKeyId}`
    ),
  ]);
}

/** Returns a hint to go on with; none that leads to this list. */
function hintBehind(hint: string | undefined): string {
  return hint === undefined || hint.endsWith("stsmfa keys list") ? "" : `; ${hint}`;
}

function useForPrograms(use: KeyUse | undefined, now: Date) {
  const { createdAt, lastUsedAt } = use ?? {};
  return {
    createdAt: createdAt === undefined ? null : formatExpiration(createdAt),
    isOld: createdAt === undefined ? null : daysSince(createdAt, now) > oldDays,
    lastUsedAt: lastUsedAt == null ? null : formatExpiration(lastUsedAt),
    isUsed: lastUsedAt === undefined ? null : lastUsedAt !== null,
  };
}

function ageOf(use: KeyUse | undefined, now: Date): Piece {
  if (use?.createdAt === undefined) return "unknown";
  const days = daysSince(use.createdAt, now);
  return days > oldDays ? paint("yellow", `${days}d`) : `${days}d`;
}

function lastUseOf(use: KeyUse | undefined, now: Date): Piece {
  const at = use?.lastUsedAt;
  if (at === undefined) return "unknown";
  if (at === null) return "never";
  const days = daysSince(at, now);
  return days === 0 ? "today" : `${days}d ago`;
}

function daysSince(date: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - date.getTime()) / dayMilliseconds));
}
