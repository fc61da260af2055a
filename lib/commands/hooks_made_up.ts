/**
 * A profile that there is not, to try a hook with.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { IniDocument } from "../ini/document.ts";
import { type Profile, resolveProfile } from "../profile/profile.ts";

/** Its name, which is also its place among the files. */
export const madeUpName = "example";

const account = "111122223333";

/** Settings of ours are of another profile; where endpoints are is as it is. */
function withoutSettings(env: Environment): Environment {
  return {
    ...env,
    get: (name) => name.startsWith("STSMFA_") ? undefined : env.get(name),
    has: (name) => !name.startsWith("STSMFA_") && env.has(name),
    startingWith: (prefix) =>
      Object.fromEntries(
        Object.entries(env.startingWith(prefix)).filter(([name]) => !name.startsWith("STSMFA_")),
      ),
  };
}

/** Returns a role's profile, with an account, a region and a device as AWS's manual has them. */
export function madeUpProfile(
  env: Environment,
  { region = "us-east-1" }: { readonly region?: string | undefined },
  hook: string,
): { readonly files: AwsFiles; readonly profile: Profile } {
  const config = `[profile ${madeUpName}]
region = ${region}
mfa_serial = arn:aws:iam::${account}:mfa/jane
stsmfa =
  role_arn = arn:aws:iam::${account}:role/Example
  hooks = ${hook}
`;
  const credentials = `[${madeUpName}-long-term]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`;
  const file = (path: string, text: string) => ({ path, document: IniDocument.parse(text) });
  const files = { config: file("config", config), credentials: file("credentials", credentials) };
  const profile = resolveProfile(files, withoutSettings(env), {}, madeUpName);
  return { files, profile };
}
