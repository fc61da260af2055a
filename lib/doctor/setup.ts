/**
 * What is known of the set-up as a whole, for whoever looks at one profile.
 *
 * @module
 */

import { type AwsFiles, expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { programProblem } from "../files/find_program.ts";
import type { IniDocument } from "../ini/document.ts";
import { resolveProfile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { targetSection } from "../profile/target.ts";
import { isWritable } from "../session/write_check.ts";

/** The files, what stsmfa does for them, and whether others have a hand in them. */
export interface Setup {
  readonly files: AwsFiles;
  /** Of sections with long-term keys. */
  readonly suffix: string;
  /** The profiles that are stsmfa's to renew. */
  readonly names: readonly string[];
  /** The profile by the section that its session goes to; `undefined` where it must not go there. */
  readonly renewed: ReadonlyMap<string, string | undefined>;
  /** Whether another tool may give profiles credentials that no file tells of. */
  readonly hasOtherTool: boolean;
}

/** Looks at the set-up. */
export async function readSetup(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  { suffix, names }: Pick<Setup, "suffix" | "names">,
): Promise<Setup> {
  const renewed = new Map<string, string | undefined>();
  for (const name of names) {
    try {
      const profile = resolveProfile(files, context.env, flags, name);
      const { section } = profile.target;
      renewed.set(section, isWritable(profile, files) ? name : renewed.get(section));
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      const section = targetSection(files, context.env, flags, name) ?? name;
      if (!renewed.has(section)) renewed.set(section, undefined);
    }
  }
  return {
    files,
    suffix,
    names,
    renewed,
    hasOtherTool: await hasOtherTool(context, files.config.document),
  };
}

/** aws-vault and awsume run programs with credentials for profiles that SDKs alone can't use. */
async function hasOtherTool(context: Context, config: IniDocument): Promise<boolean> {
  const { env, files, os } = context;
  if (Object.keys(env.startingWith("AWS_VAULT")).length > 0) return true;
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
