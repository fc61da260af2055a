/**
 * The setup as a whole, for the checks of single profiles.
 *
 * @module
 */

import { type AwsFiles, expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { programProblem } from "../files/find_program.ts";
import type { IniDocument } from "../ini/document.ts";
import { promptMarkOf } from "../profile/marks.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { targetSection } from "../profile/target.ts";
import { isWritable } from "../session/write_check.ts";
import type { Resolution } from "./resolution.ts";

/** The files, what stsmfa does for them, and whether other tools are involved. */
export interface Setup {
  readonly files: AwsFiles;
  /** The suffix of sections with long-term keys. */
  readonly suffix: string;
  /** The profiles that stsmfa renews. */
  readonly names: readonly string[];
  /** The profile by its target section; `undefined` if its session must not be written there. */
  readonly renewed: ReadonlyMap<string, string | undefined>;
  /** Whether another tool may give profiles credentials that no file mentions. */
  readonly hasOtherTool: boolean;
}

/**
 * Reads the setup.
 *
 * @param managed the profiles that stsmfa renews
 */
export async function readSetup(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  { suffix, managed }: { readonly suffix: string; readonly managed: readonly Resolution[] },
): Promise<Setup> {
  const renewed = new Map<string, string | undefined>();
  for (const { name, profile } of managed) {
    if (profile !== undefined) {
      const { section } = profile.target;
      const isWritten = profile.kind === "written" && isWritable(profile, files);
      renewed.set(section, isWritten ? name : renewed.get(section));
    } else {
      const section = targetSection(files, context.env, flags, name) ?? name;
      if (!renewed.has(section)) renewed.set(section, undefined);
    }
  }
  return {
    files,
    suffix,
    names: managed.map(({ name }) => name),
    renewed,
    hasOtherTool: await hasOtherTool(context, files.config.document),
  };
}

/**
 * Reports whether aws-vault or awsume is in use: they run programs with credentials for profiles
 * that SDKs can't use by themselves.
 */
async function hasOtherTool(context: Context, config: IniDocument): Promise<boolean> {
  const { env, files, os } = context;
  const ours = promptMarkOf(env);
  const vault = Object.keys(env.startingWith("AWS_VAULT"));
  if (vault.some((name) => !ours.includes(name))) return true;
  if (Object.keys(env.startingWith("AWSUME")).length > 0) return true;
  const isOfOtherTool = config.sections().flatMap((section) => config.entries(section))
    .some(({ key, value }) =>
      ["include_profile", "parent_profile"].includes(key) ||
      (key === "credential_process" && /\b(aws-vault|awsume)\b/.test(value))
    );
  if (isOfOtherTool) return true;
  for (const folder of ["~/.awsvault", "~/.awsume"]) {
    try {
      if (await files.status(expandHome(env, folder)) !== undefined) return true;
    } catch { /* a home that can't be read has no traces */ }
  }
  if (os === "windows" || env.get("PATH") === undefined) return false;
  const problems = ["aws-vault", "awsume"].map((program) => programProblem(context, program));
  return (await Promise.all(problems)).includes(undefined);
}
