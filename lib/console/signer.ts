/**
 * Who is signed in: the role of a profile, a role that others give a session of, or, where there is
 * no role, the user.
 *
 * @module
 */

import { stsClient } from "../aws/sts.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { ProvidedCredentials, SessionCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { ResolvedIdentity } from "../profile/identity.ts";
import type { Connection, Profile } from "../profile/profile.ts";
import { isLongTerm } from "../profile/source.ts";
import { SourceKey } from "../session/source_key.ts";
import { sourced } from "../session/sourced.ts";
import type { Talk } from "../talk.ts";

/**
 * Who is signed in: `role` by a session of the profile's role, `user` by a federated session of the
 * profile's key, `given` by what others give.
 */
export type SignerKind = "role" | "user" | "given";

/** Returns who a profile signs in. */
export function signerOf({ chain: { source, hops } }: ResolvedIdentity): SignerKind {
  if (hops.length > 0) return "role";
  return isLongTerm(source) ? "user" : "given";
}

/** All that the user may do: a federated session without a policy may do nothing. */
const allowAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** What signing in without a role means. */
export const federatedMeaning =
  "has no role: the console gets the user's own rights, without MFA, so that whatever a policy " +
  "allows with MFA alone is denied there";

/** Credentials that AWS signs in, and whose they are. */
export interface Signer {
  readonly credentials: Omit<SessionCredentials, "expiration"> & { readonly expiration?: Date };
  /** Whether they are a user's without a role: then AWS takes no length for the console. */
  readonly isFederated: boolean;
  /** Whose they are, where AWS has said it: the ARN of the role's session, or of the user. */
  readonly arn?: string;
}

/**
 * Returns a federated session of the profile's own key; it takes no code.
 *
 * @throws StsmfaError `AccessDenied` where no policy allows it, and what AWS refuses
 */
export async function federatedUser(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  durationSeconds: number,
  talk: Talk,
): Promise<Signer> {
  const key = new SourceKey(context, await sourced(context, files, profile, talk), talk);
  const { credentials } = await key.source();
  return await federate(context, profile, credentials, durationSeconds);
}

/**
 * Takes the profile's role with its access key itself, and no MFA session: then AWS takes a length
 * for the console.
 */
export async function roleByKey(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  talk: Talk,
): Promise<Signer> {
  const key = new SourceKey(context, await sourced(context, files, profile, talk), talk);
  const { roles: [role], durationSeconds } = profile;
  const sts = await key.sts(profile);
  return { credentials: await sts.assumeRole({ ...role!, durationSeconds }), isFederated: false };
}

/**
 * Returns credentials that others give as AWS signs them in: a role's session as it is, a key by a
 * federated session of its user.
 *
 * @param isRole whether they are known to be a role's
 * @throws StsmfaError `SourceIsSession` for a session of a user
 */
export async function givenSigner(
  context: Context,
  profile: Pick<Profile, "name"> & Pick<Connection, "endpoints">,
  credentials: ProvidedCredentials,
  { isRole, durationSeconds }: { readonly isRole: boolean; readonly durationSeconds: number },
): Promise<Signer> {
  const { sessionToken } = credentials;
  if (sessionToken === undefined) {
    return await federate(context, profile, credentials, durationSeconds);
  }
  const signer = { credentials: { ...credentials, sessionToken }, isFederated: false };
  if (isRole) return signer;
  const { arn } = await stsClient(context, profile, credentials).getCallerIdentity();
  if (/:(?:assumed-role|federated-user)\//.test(arn)) return { ...signer, arn };
  throw new StsmfaError(
    "SourceIsSession",
    `the session of ${profile.name} is one of ${arn}, and AWS only signs in sessions of roles`,
    { hint: `name a role: ${withRole(profile.name)}` },
  );
}

async function federate(
  context: Context,
  profile: Pick<Profile, "name"> & Pick<Connection, "endpoints">,
  credentials: ProvidedCredentials,
  durationSeconds: number,
): Promise<Signer> {
  const sts = stsClient(context, profile, credentials);
  const { arn } = await sts.getCallerIdentity();
  const request = { name: federatedName(arn), policy: allowAll, durationSeconds };
  const session = await sts.getFederationToken(request).catch((error) => {
    throw error instanceof StsmfaError && error.code === "AccessDenied"
      ? new StsmfaError(
        "AccessDenied",
        `AWS denied GetFederationToken for ${credentials.accessKeyId}, which signs in a user without a role`,
        {
          hint: `name a role: ${withRole(profile.name)}; or have sts:GetFederationToken allowed ` +
            "for the user, without MFA",
          cause: error,
        },
      )
      : error;
  });
  return { credentials: session, isFederated: true, arn };
}

function withRole(name: string): string {
  return withArguments("stsmfa console", [name], " --role-arn ARN");
}

/** Returns the name of a user, as a federated one has to be called: 2 to 32 characters. */
export function federatedName(arn: string): string {
  const name = arn.split(/[:/]/).at(-1)!.replace(/[^\w+=,.@-]/g, "-").slice(0, 32);
  return name.length < 2 ? `user-${name}` : name;
}
