import { assert, assertEquals } from "@std/assert";
import { parseAwsFile } from "../../lib/aws_files/read.ts";
import { writeSessionSection } from "../../lib/aws_files/session_section.ts";
import { Secret } from "../../lib/credentials.ts";
import { StsmfaError } from "../../lib/errors.ts";
import type { Profile } from "../../lib/profile/profile.ts";
import { checkTarget } from "../../lib/session/write_check.ts";
import { configPath, credentialsPath } from "../support/aws_files.ts";
import { oddHome } from "../support/odd_homes.ts";
import { needsPython, runPython } from "../support/python.ts";
import { Chooser } from "../support/seeded.ts";
import { factor, seed } from "../support/thorough.ts";

const count = 300 * factor;

const session = {
  accessKeyId: "ASIAWRITTENWRITTEN22",
  secretAccessKey: new Secret("written+secret"),
  sessionToken: new Secret("written/token=="),
  expiration: new Date("2026-03-04T17:06:07Z"),
};

const reader = `
import json, os, sys
from botocore.session import Session
folder = sys.argv[1]
answers = []
for number, profile in enumerate(json.load(sys.stdin)):
    session = Session(profile=profile)
    session.set_config_variable("config_file", os.path.join(folder, f"{number}.config"))
    session.set_config_variable("credentials_file", os.path.join(folder, f"{number}.credentials"))
    try:
        found = session.get_credentials()
        keys = [found.access_key, found.secret_key, found.token] if found and \\
            found.method == "shared-credentials-file" else [found and found.method]
        answers.append(keys)
    except Exception as error:
        answers.append([str(error)])
json.dump(answers, sys.stdout)
`;

Deno.test({
  ...needsPython("botocore"),
  name: `a session that is written into one of ${count} homes is what botocore uses there${
    needsPython("botocore").name
  }`,
  fn: async () => {
    const choose = new Chooser(seed);
    const folder = await Deno.makeTempDir();
    const written: { profile: string; home: string }[] = [];
    let refused = 0;
    try {
      for (let tried = 0; tried < count; tried++) {
        const home = oddHome(choose);
        const profile = choose.of(["x", "default", "new", "s", "me"]);
        const credentials = withSession(home, profile);
        if (credentials === undefined) {
          refused++;
          continue;
        }
        const path = `${folder}/${written.length}`;
        await Deno.writeTextFile(`${path}.config`, home.config ?? "");
        await Deno.writeTextFile(`${path}.credentials`, credentials);
        written.push({ profile, home: JSON.stringify([home.config, credentials]) });
      }
      const answers: string[][] = JSON.parse(
        await runPython(["-c", reader, folder], {
          input: JSON.stringify(written.map(({ profile }) => profile)),
          env: { PYTHONUTF8: "1" },
        }),
      );
      const expected = [
        session.accessKeyId,
        session.secretAccessKey.reveal(),
        session.sessionToken.reveal(),
      ];
      written.forEach(({ profile, home }, at) =>
        assertEquals(answers[at], expected, `${profile} in ${home}`)
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    assert(written.length > count * 0.4 && refused > count * 0.1, `${written.length} ${refused}`);
  },
});

/** Returns the credentials file with the session; `undefined` if it is refused. */
function withSession(
  { config, credentials }: ReturnType<typeof oddHome>,
  section: string,
): string | undefined {
  const bytes = (text = "") => new TextEncoder().encode(text);
  try {
    const files = {
      config: { path: configPath, document: parseAwsFile(configPath, bytes(config)) },
      credentials: {
        path: credentialsPath,
        document: parseAwsFile(credentialsPath, bytes(credentials)),
      },
    };
    const profile = {
      name: section,
      source: { kind: "long-term", section: `${section}-long-term` },
      target: { section },
      origins: { target: { kind: "convention", reason: "the profile itself" } },
    } as unknown as Profile;
    checkTarget(profile, files, () => true);
    const { document } = files.credentials;
    writeSessionSection(document, section, session, { legacyToken: false });
    return document.toString();
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}
