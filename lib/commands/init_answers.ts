/**
 * What `stsmfa init` needs to be told: an access key and a region.
 *
 * @module
 */

import { profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context, Prompter } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import {
  accessKeyIdComplaint,
  checkedAccessKey,
  parseAccessKey,
  secretAccessKeyComplaint,
} from "../keys/access_key.ts";
import { isRegion } from "../profile/partition.ts";

/** Where the key comes from. */
export type KeysFrom = "terminal" | "env" | "stdin";

/**
 * Returns the source of the key: the named one, else the user at the terminal, else the
 * environment.
 *
 * @throws StsmfaError `Usage` if there is none, before anything is asked
 */
export function keySource(
  { env }: Context,
  named: KeysFrom | undefined,
  prompter: Prompter | undefined,
): KeysFrom {
  const isInEnv = env.get("AWS_ACCESS_KEY_ID") !== undefined &&
    env.get("AWS_SECRET_ACCESS_KEY") !== undefined;
  const source = named ?? (prompter === undefined ? "env" : "terminal");
  if (source === "terminal" && prompter === undefined || source === "env" && !isInEnv) {
    const problem = source === "terminal" || named === undefined
      ? "an access key is needed, and stsmfa cannot ask for it here"
      : "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set";
    throw new StsmfaError("Usage", problem, {
      hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --keys-from stdin",
    });
  }
  const token = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"].find((name) =>
    env.get(name) !== undefined
  );
  if (source === "env" && token !== undefined) {
    throw new StsmfaError(
      "Usage",
      `${token} is set: the key in the environment belongs to a session`,
      { hint: "use the access key of the user itself" },
    );
  }
  return source;
}

/** @throws StsmfaError `Usage` if it is not a key; `Cancelled` */
export async function accessKeyFrom(
  { env, terminal, signal }: Context,
  source: KeysFrom,
  prompter: Prompter | undefined,
): Promise<LongTermCredentials> {
  if (source === "stdin") return parseAccessKey(await terminal.readAll(signal), "standard input");
  if (source === "env") {
    const id = env.get("AWS_ACCESS_KEY_ID") ?? "";
    return checkedAccessKey(id, env.get("AWS_SECRET_ACCESS_KEY") ?? "", "the environment");
  }
  const id = await prompter!.askHidden("Access key ID:", accessKeyIdComplaint, signal);
  const secret = await prompter!.askHidden("Secret access key:", secretAccessKeyComplaint, signal);
  return checkedAccessKey(id, secret, "the terminal");
}

/** Returns the region to write: the one in the flag, or, if the profile has none, the answer. */
export async function regionFrom(
  { env, signal }: Context,
  files: AwsFiles,
  profile: string,
  named: string | undefined,
  prompter: Prompter | undefined,
): Promise<string | undefined> {
  if (named !== undefined || prompter === undefined) return named?.trim();
  if (profileValue(files, profile, "region") !== undefined) return undefined;
  const example = env.get("AWS_REGION") ?? env.get("AWS_DEFAULT_REGION") ?? "eu-west-1";
  const answer = await prompter.ask(
    `Region of ${profile}, such as ${example} (Enter for none):`,
    (text) => text.trim() === "" || isRegion(text.trim()) ? undefined : "write it like eu-west-1",
    signal,
  );
  return answer.trim() || undefined;
}
