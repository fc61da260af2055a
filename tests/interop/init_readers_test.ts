/**
 * What `init` writes, as botocore reads it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { openHome } from "../support/homes.ts";
import { needsPython, outsideEnv, runPython } from "../support/python.ts";
import { alice } from "../support/sts_people.ts";

const script = `
import json, sys
import botocore.session
def read(profile):
    session = botocore.session.Session(profile=profile)
    keys = session.get_credentials()
    return [keys.access_key, session.get_config_variable("region")]
print(json.dumps([read(profile) for profile in sys.argv[1:]]))
`;

const { accessKeyId, secretAccessKey } = alice();
const names = [
  "default",
  "plain",
  "a.b",
  "team/prod",
  "my own profile",
  "it's",
  "50%",
  "a\\b",
];
const needed = needsPython("botocore");

testOrSkip({
  name: `botocore finds session, key and region of profiles of any name${needed.name}`,
  ignore: needed.ignore,
  fn: async () => {
    await using home = await openHome({
      credentials: null,
      env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    });
    for (const name of names) {
      home.test.clock.advance(60);
      const args = ["--keys-from", "env", "--region", "eu-west-1"];
      const code = await home.sts.code();
      assertEquals(await home.run("init", name, ...args, "--token-code", code), 0, home.stderr);
    }
    const profiles = names.flatMap((name) => [name, `${name}-long-term`]);
    const read = JSON.parse(
      await runPython(["-c", script, ...profiles], {
        env: outsideEnv({
          AWS_SHARED_CREDENTIALS_FILE: home.test.path(".aws/credentials"),
          AWS_CONFIG_FILE: home.test.path(".aws/config"),
        }),
      }),
    );
    assertEquals(
      read.map(([key, region]: [string, string | null]) => [key.slice(0, 4), region]),
      names.flatMap(() => [["ASIA", "eu-west-1"], ["AKIA", null]]),
    );
  },
});
