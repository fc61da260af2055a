/**
 * Asks botocore for the credentials of every profile of many homes, in one process. AWS answers
 * whatever it is asked; codes are at hand, and so are programs.
 *
 * @module
 */

import type { OddHome } from "./odd_homes.ts";
import { runPython } from "./python.ts";

/** Why botocore has no credentials for a profile, by its name; `null` if it has some. */
export type BotocoreUse = Readonly<Record<string, string | null>>;

const asker = `
import json, os, sys
import botocore.credentials, botocore.session
from botocore.session import Session

LATER = "2099-01-01T00:00:00Z"
GIVEN = {"AccessKeyId": "ASIA", "SecretAccessKey": "x", "SessionToken": "x", "Expiration": LATER}
PORTAL = {"accessKeyId": "ASIA", "secretAccessKey": "x", "sessionToken": "x", "expiration": 4070908800000}

class Client:
    class exceptions:
        class UnauthorizedException(Exception):
            pass
    def assume_role(self, **asked):
        return {"Credentials": GIVEN, "AssumedRoleUser": {"Arn": "arn:aws:sts::222222222222:assumed-role/R/x"}}
    assume_role_with_web_identity = assume_role
    def get_role_credentials(self, **asked):
        return {"roleCredentials": PORTAL}

botocore.credentials._get_client_creator = lambda session, region: lambda name, **options: Client()
Session.create_client = lambda self, name, **options: Client()
created = botocore.credentials.AssumeRoleProvider.__init__
def create(self, *args, **options):
    created(self, *args, **options)
    self._prompter = lambda prompt: "123456"
botocore.credentials.AssumeRoleProvider.__init__ = create

def use(folder, number, profile):
    session = Session(profile=profile)
    for name in ["config", "credentials"]:
        variable = f"{name}_file" if name == "config" else "credentials_file"
        session.set_config_variable(variable, os.path.join(folder, f"{number}.{name}"))
    try:
        found = session.get_credentials()
        if found is None:
            return "no credentials"
        return None if found.get_frozen_credentials().access_key else "no key"
    except Exception as error:
        return f"{type(error).__name__}: {error}"

folder, asked = sys.argv[1], json.load(sys.stdin)
json.dump([{name: use(folder, number, name) for name in names}
           for number, names in enumerate(asked)], sys.stdout)
`;

/**
 * Returns what botocore makes of the named profiles of each home.
 *
 * @param home the home directory, for what is kept of sign-ins
 */
export async function usedByBotocore(
  homes: readonly (OddHome & { readonly names: readonly string[] })[],
  home: string,
  path: string,
): Promise<BotocoreUse[]> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [number, { config = "", credentials = "" }] of homes.entries()) {
      await Deno.writeTextFile(`${folder}/${number}.config`, config);
      await Deno.writeTextFile(`${folder}/${number}.credentials`, credentials);
    }
    const answer = await runPython(["-c", asker, folder], {
      input: JSON.stringify(homes.map(({ names }) => names)),
      env: { PYTHONUTF8: "1", HOME: home, PATH: path, AWS_EC2_METADATA_DISABLED: "true" },
    });
    return JSON.parse(answer);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
