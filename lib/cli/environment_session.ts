/**
 * A profile's session with all that makes programs be the profile: what `env`, `exec` and `use` set,
 * and who else hands a session to programs.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { flagWords } from "../hint_words.ts";
import { noRegionOf } from "../profile/marks.ts";
import { accountOf, type ResolvedIdentity } from "../profile/identity.ts";
import { partitionOfArn } from "../profile/partition.ts";
import { accountVariable, clientVariables } from "../shell/client_variables.ts";
import { firstInDefault, type GivenProfile } from "../shell/default_profile.ts";
import type { ClientEnvironment, EnvironmentSession } from "../shell/environment.ts";
import { terminalTalk } from "../talk.ts";
import type { SessionFlags } from "./flags.ts";
import {
  type ProfileSession,
  profileSession,
  type ProfileSessionOptions,
} from "./profile_session.ts";

/** What differs between commands. */
export interface EnvironmentSessionOptions extends Pick<ProfileSessionOptions, "leastSeconds"> {
  /** Reports whether programs will not look at `[default]` of the files that they read. */
  readonly isDefaultHidden?: (files: AwsFiles, resolved: ResolvedIdentity) => boolean;
}

/**
 * Returns the profile's session, renewed first if it has too little time left, and the variables
 * that SDKs need beside it. Notes on stderr that a profile has no region, if `[default]` has one.
 *
 * @throws StsmfaError whatever keeps the profile from getting a session; `InvalidSetting`, before
 * anything is asked, for a setting of `[default]` that cannot be kept from it
 */
export async function environmentSession(
  context: Context,
  flags: SessionFlags,
  name: string,
  { leastSeconds, isDefaultHidden = () => false }: EnvironmentSessionOptions = {},
): Promise<ProfileSession & EnvironmentSession> {
  let given: GivenProfile | undefined;
  let client: ClientEnvironment = { variables: {}, noRegion: undefined };
  const beforehand = async (resolved: ResolvedIdentity) => {
    given = await givenProfile(context, flags, resolved, isDefaultHidden);
    client = { variables: clientVariables(given), noRegion: undefined };
  };
  const session = await profileSession(context, flags, name, {
    beforehand,
    ...(leastSeconds && { leastSeconds }),
  });
  const account = accountToSet(session, client);
  const variables = account === undefined
    ? client.variables
    : { ...client.variables, [accountVariable]: account };
  const isOpen = session.region === undefined && given?.defaults !== undefined &&
    firstInDefault(given.defaults, ["region"]) !== undefined;
  if (isOpen) noteNoRegion(context, flags, name);
  return {
    ...session,
    client: { variables, noRegion: isOpen ? noRegionOf(partitionOf(session.resolved)) : undefined },
  };
}

/** Returns the profile, with the files that programs will look for `[default]` in. */
async function givenProfile(
  context: Context,
  { configFile, credentialsFile }: SessionFlags,
  resolved: ResolvedIdentity,
  isDefaultHidden: (files: AwsFiles, resolved: ResolvedIdentity) => boolean,
): Promise<GivenProfile> {
  const { identity: { name }, files, env } = resolved;
  const isElsewhere = configFile !== undefined || credentialsFile !== undefined;
  const theirs = isElsewhere ? await readAwsFiles(context, awsFilePaths(env, {})) : files;
  const isDefault = isDefaultHidden(theirs, resolved) || (name === "default" && !isElsewhere);
  return { name, files, env, defaults: isDefault ? undefined : theirs };
}

/**
 * Returns the account for endpoints with an account in their name, if the profile has no others:
 * SDKs know it of a role that they assume themselves.
 */
function accountToSet(
  { resolved: { identity, env }, accountId }: ProfileSession,
  { variables }: ClientEnvironment,
): string | undefined {
  const variable = "AWS_ACCOUNT_ID_ENDPOINT_MODE";
  const mode = variables[variable] ?? env.get(variable);
  return mode?.toLowerCase() === "required" ? accountId ?? accountOf(identity) : undefined;
}

function partitionOf({ identity: { role, mfa } }: ResolvedIdentity): string {
  return partitionOfArn(role?.roleArn ?? mfa.serialNumber ?? "")?.name ?? "aws";
}

function noteNoRegion(context: Context, flags: SessionFlags, name: string): void {
  terminalTalk(context, flags).note(
    `${name} has no region, and that of [default] is not used; to set one: ` +
      `aws configure set region REGION ${flagWords("--profile", name)}`,
  );
}
