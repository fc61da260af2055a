/**
 * The command line of `stsmfa kube-token` in a user's `exec`: how it is written, and how what was
 * written by us is known. Pure.
 *
 * @module
 */

import { basename } from "../path.ts";
import type { Value, ValueMap } from "../text/yaml_document.ts";

/** What stands for a profile that is only in these files. */
export interface TokenFiles {
  readonly config: string;
  readonly credentials: string;
}

/** Whose token a command prints, and for which cluster. */
export interface TokenCommand {
  readonly cluster: string;
  readonly profile: string;
  readonly region: string;
  readonly files: TokenFiles;
}

/** A user's command that is ours. */
export interface FoundCommand {
  readonly cluster: string;
  readonly profile: string;
  readonly region?: string | undefined;
  /** Absent for a command that takes the files that are in force. */
  readonly files?: TokenFiles;
  /** Whether it is exactly what the hook writes, now or in an earlier version. */
  readonly isOfHook: boolean;
}

/** Returns the arguments of a command. */
export function tokenArguments({ cluster, profile, region, files }: TokenCommand): string[] {
  return [
    ...["kube-token", "--cluster", cluster],
    ...(profile.startsWith("-") ? [`--profile=${profile}`] : ["--profile", profile]),
    ...["--region", region],
    ...["--config-file", files.config, "--credentials-file", files.credentials],
  ];
}

/** Returns the arguments that earlier versions wrote. */
function formerArguments(
  { cluster, profile, region }: Omit<TokenCommand, "files">,
): string[] {
  return ["kube-token", "--cluster", cluster, "--region", region, profile];
}

/** Reads a user's `exec`; returns `undefined` for what does not start `stsmfa kube-token`. */
export function foundCommand(exec: Value | undefined): FoundCommand | undefined {
  const { command, args } = Object(exec) as ValueMap;
  if (typeof command !== "string" || !Array.isArray(args)) return undefined;
  const words = args.map(String);
  const at = words.indexOf("kube-token");
  if (at < 0) return undefined;
  // From source the runtime comes first.
  const isProgram = (at === 0 ? /^stsmfa[^/\\]*$/ : /^deno(\.exe)?$/).test(basename(command));
  const rest = words.slice(at);
  const { cluster, profile = "", region, ...paths } = flagsOf(rest.slice(1));
  if (cluster === undefined || profile === "") return undefined;
  const { "config-file": config, "credentials-file": credentials } = paths;
  const files = config === undefined || credentials === undefined
    ? undefined
    : { config, credentials };
  const same = (other: readonly string[]) => JSON.stringify(other) === JSON.stringify(rest);
  const isOfHook = region !== undefined &&
    (files === undefined
      ? isProgram && same(formerArguments({ cluster, profile, region }))
      : same(tokenArguments({ cluster, profile, region, files })));
  if (!isProgram && !isOfHook) return undefined;
  return { cluster, profile, region, ...(files && { files }), isOfHook };
}

function flagsOf(words: readonly string[]): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  for (let at = 0; at < words.length; at++) {
    const [, flag, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(words[at]!) ?? [];
    if (flag === undefined) {
      found["profile"] ??= words[at];
      continue;
    }
    found[flag === "p" ? "profile" : flag] = value ?? words[++at];
  }
  return found;
}
