import { assertEquals, assertThrows } from "@std/assert";
import { profileValue } from "../../../lib/aws_files/profile_sections.ts";
import { type ErrorPlace, StsmfaError } from "../../../lib/errors.ts";
import { chainOf, chainOfOthers } from "../../../lib/profile/chain.ts";
import { resolveProfile } from "../../../lib/profile/profile.ts";
import { configPath, credentialsPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

const keys = "aws_access_key_id = AKIA1\naws_secret_access_key = S1\n";
const session = "aws_access_key_id = ASIA1\naws_secret_access_key = S\naws_session_token = T\n";
const role = "role_arn = arn:aws:iam::222222222222:role/R\n";
const at = (path: string) => (line: number, key: string): ErrorPlace => ({
  kind: "file",
  path,
  line,
  key,
});
const inConfig = at(configPath);
const inCredentials = at(credentialsPath);

interface Fault {
  readonly config?: string;
  readonly credentials?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly places: readonly ErrorPlace[];
}

/** Faults of a profile `a`. */
const faults: Readonly<Record<string, Fault>> = {
  "a source that is not there": {
    config: `[profile a]\n${role}source_profile = b\n`,
    places: [inConfig(3, "source_profile")],
  },
  "a source without anything, by what leads there last": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = c\n` +
      "[profile c]\nregion = eu-west-1\n",
    places: [inConfig(6, "source_profile")],
  },
  "a circle, with all of it and nothing before it": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = c\n` +
      `[profile c]\n${role}source_profile = b\n`,
    places: [inConfig(9, "source_profile"), inConfig(6, "source_profile")],
  },
  "a profile that is its own source": {
    config: `[profile a]\n${role}source_profile = a\n`,
    places: [inConfig(3, "source_profile")],
  },
  "a circle of stsmfa blocks": {
    config: "[profile a]\nstsmfa =\n  source_profile = b\n[profile b]\n" +
      "stsmfa =\n  source_profile = a\n",
    places: [inConfig(6, "source_profile"), inConfig(3, "source_profile")],
  },
  "a role without a source, and the key that was meant to name it": {
    config: `[profile a]\n${role}sourceprofile = b\n`,
    places: [inConfig(2, "role_arn"), inConfig(3, "sourceprofile")],
  },
  "a role with two sources": {
    config: `[profile a]\n${role}source_profile = b\ncredential_source = Environment\n`,
    places: [
      inConfig(2, "role_arn"),
      inConfig(3, "source_profile"),
      inConfig(4, "credential_source"),
    ],
  },
  "half a key": {
    credentials: "[a]\naws_secret_access_key = S\n",
    places: [inCredentials(2, "aws_secret_access_key")],
  },
  "a key with a comment behind it": {
    credentials: "[a]\naws_access_key_id = AKIA1\naws_secret_access_key = S # mine\n",
    places: [inCredentials(3, "aws_secret_access_key")],
  },
  "a session in the place of long-term keys": {
    credentials: `[a-long-term]\n${session}`,
    places: [inCredentials(2, "aws_access_key_id")],
  },
  "a stsmfa block in the wrong file": {
    credentials: `[a]\n${keys}stsmfa =\n  region = x\n`,
    places: [inCredentials(4, "stsmfa")],
  },
  "a key of the stsmfa block that is none": {
    config: "[profile a]\nstsmfa =\n  regoin = x\n",
    places: [inConfig(3, "regoin")],
  },
  "a device in a variable": {
    credentials: `[a]\n${keys}`,
    env: { MFA_DEVICE: "arn:aws:iam::123456789012:u2f/user/alice" },
    places: [{ kind: "variable", variable: "MFA_DEVICE" }],
  },
  "a profile that has nothing": { config: "[profile a]\nregion = eu-west-1\n", places: [] },
};

for (const [name, { config = "", credentials = "", env = {}, places }] of Object.entries(faults)) {
  Deno.test(`the error of resolving a profile has the places of ${name}`, () => {
    const files = fakeFiles({ config, credentials });
    const error = assertThrows(
      () => resolveProfile(files, fakeEnv(env), {}, "a"),
      StsmfaError,
    );
    assertEquals(error.places, places, error.message);
  });
}

Deno.test("StsmfaError prints no places", () => {
  const places = [inConfig(1, "x")];
  const error = new StsmfaError("InvalidSetting", "x", { places });
  assertEquals(JSON.parse(JSON.stringify(error)), { code: "InvalidSetting", message: "x" });
});

Deno.test("chainOfOthers() knows no stsmfa blocks, and no keys beside a section", () => {
  const files = fakeFiles({
    config:
      `[profile a]\n${role}source_profile = b\n[profile b]\nstsmfa =\n  source_profile = k\n` +
      `[profile c]\n${role}source_profile = m\n[profile d]\ncredential_process = stsmfa process d\n` +
      `stsmfa =\n  source_profile = k\n[profile m]\nregion = eu-west-1\n`,
    credentials: `[k]\n${keys}[m-long-term]\n${keys}`,
  });
  const ours = { suffix: "long-term", named: undefined, roleArn: undefined };
  for (const name of ["a", "c"]) {
    assertEquals(chainOf(files, name, ours).source.kind, "long-term");
    const { places: [place] } = assertThrows(() => chainOfOthers(files, name), StsmfaError);
    const { path, line, key } = profileValue(files, name, "source_profile")!;
    assertEquals(place, { kind: "file", path, line, key });
  }
  assertEquals(chainOfOthers(files, "d").source.kind, "process");
  assertEquals(chainOfOthers(files, "k").source.kind, "long-term");
});
