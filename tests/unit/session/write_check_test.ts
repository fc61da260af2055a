import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { resolveProfile } from "../../../lib/profile/profile.ts";
import type { ProfileFlags } from "../../../lib/profile/settings.ts";
import { checkTarget } from "../../../lib/session/write_check.ts";
import { configPath, credentialsPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

const keys = "aws_access_key_id = AKIA1\naws_secret_access_key = S1\n";
const longTerm = `[me-long-term]\n${keys}`;

interface Case {
  credentials?: string;
  config?: string;
  flags?: ProfileFlags;
  isOurs?: (accessKeyId: string) => boolean;
}

function check({ credentials = "", config = "", flags = {}, isOurs = () => false }: Case): void {
  const files = fakeFiles({ credentials: longTerm + credentials, config });
  checkTarget(resolveProfile(files, fakeEnv(), flags, "me"), files, isOurs);
}

function refused(given: Case): StsmfaError {
  return assertThrows(() => check(given), StsmfaError);
}

Deno.test("checkTarget() takes a new section, an empty one and one with a session", () => {
  check({});
  check({ credentials: "[me]\nregion = eu-west-1\n" });
  check({
    credentials: "[me]\naws_access_key_id = ASIA1\naws_secret_access_key = S\n" +
      "aws_session_token = T\nexpiration = 2026-03-04T05:06:07Z\n",
  });
});

Deno.test("checkTarget() refuses the source itself as target and tells the way out", () => {
  const error = refused({ flags: { targetProfile: "me-long-term" } });
  assertEquals([error.code, error.exitStatus], ["SourceIsTarget", 3]);
  assertStringIncludes(error.message, `[me-long-term] itself (${credentialsPath}: line 2)`);
  const itself = assertThrows(() => {
    const files = fakeFiles({ credentials: `[me]\n${keys}` });
    checkTarget(resolveProfile(files, fakeEnv(), {}, "me"), files, () => false);
  }, StsmfaError);
  assertEquals(itself.code, "SourceIsTarget");
  assertEquals(itself.hint, "to move it to [me-long-term]: stsmfa init me --adopt");
});

Deno.test("checkTarget() leaves a key where roles of AWS's tools look for it", () => {
  const error = assertThrows(() => {
    const files = fakeFiles({
      credentials: `[me]\n${keys}`,
      config: "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/A\nsource_profile = me\n",
    });
    checkTarget(resolveProfile(files, fakeEnv(), {}, "me"), files, () => false);
  }, StsmfaError);
  assertEquals(error.hint, "its roles work as they are: stsmfa exec prod -- COMMAND");
});

Deno.test("checkTarget() never lets long-term keys be overwritten, whatever the flags", () => {
  for (
    const held of [
      "aws_access_key_id = AKIA9\naws_secret_access_key = S\n",
      "aws_access_key_id = AKIA9\naws_secret_access_key = S\naws_session_token = old\nexpiration = x\n",
      "aws_access_key_id = other\naws_secret_access_key = S\n",
      "aws_secret_access_key = S\n",
    ]
  ) {
    const error = refused({ credentials: `[x]\n${held}`, flags: { targetProfile: "x" } });
    assertEquals(error.code, "TargetHoldsLongTermCredentials");
    assertEquals(
      error.message,
      `${credentialsPath}: [x] in line 4 has an access key, which stsmfa never overwrites`,
    );
    assertEquals(error.hint, "write to another profile: stsmfa me --target-profile x-mfa");
    // What botocore makes of the profile comes before what stands beside it.
    const own = refused({ credentials: `[me]\n${held}` });
    assertEquals(own.exitStatus, 3);
    assertEquals(
      own.code,
      held.includes("token")
        ? "TargetHoldsLongTermCredentials"
        : held.includes("key_id")
        ? "SourceIsTarget"
        : "TargetHoldsLongTermCredentials",
    );
  }
});

Deno.test("checkTarget() takes a key of unusual form that stsmfa itself put there", () => {
  const credentials = "[me]\naws_access_key_id = AKIAODD\naws_secret_access_key = S\n" +
    "aws_session_token = T\nexpiration = 2026-03-04T05:06:07Z\n";
  check({ credentials, isOurs: (id) => id === "AKIAODD" });
  assertEquals(
    refused({ credentials, isOurs: (id) => id === "other" }).code,
    "TargetHoldsLongTermCredentials",
  );
});

for (
  const [key, value] of Object.entries({
    role_arn: "arn:aws:iam::222222222222:role/x",
    web_identity_token_file: "/t",
    sso_session: "s",
    sso_start_url: "https://d-1.awsapps.com/start/#/",
    credential_process: "/bin/x",
    login_session: "arn:x",
  })
) {
  Deno.test(`checkTarget() refuses a target with ${key} in either file`, () => {
    for (const where of ["config", "credentials"] as const) {
      const section = where === "config" ? "profile t" : "t";
      const error = refused({
        [where]: `[${section}]\n${key} = ${value}\n`,
        flags: { targetProfile: "t" },
      });
      assertEquals([error.code, error.exitStatus], ["TargetIsShadowed", 3]);
      const [path, line] = where === "config" ? [configPath, 2] : [credentialsPath, 5];
      assertStringIncludes(error.message, `${path}: line ${line}: ${key} in [${section}] keeps `);
      assertEquals(
        error.hint,
        `move ${key} into a stsmfa block of the profile, or write to another profile: ` +
          "stsmfa me --target-profile t-mfa",
      );
    }
  });
}

for (const key of ["role_arn", "sso_role_name", "sso_account_id"]) {
  Deno.test(`checkTarget() refuses ${key} without a value, which botocore counts as well`, () => {
    const flags = { targetProfile: "t" };
    assertEquals(refused({ config: `[profile t]\n${key} =\n`, flags }).code, "TargetIsShadowed");
    // Of the profile itself it is refused before that.
    assertEquals(refused({ config: `[profile me]\n${key} =\n` }).exitStatus, 3);
  });
}

Deno.test("checkTarget() lets pass what is there without a value and without effect", () => {
  check({ config: "[profile me]\ncredential_process =\nweb_identity_token_file =\n" });
});

for (
  const header of [
    "[profile  me ]",
    '[profile "me"]',
    "[profile \\me]",
    '[profile me""]',
    "[profiles me]",
    "[profile: 'me']",
    "[profile me] # note",
  ]
) {
  Deno.test(`checkTarget() sees what shadows the session under ${header}`, () => {
    const error = refused({ config: `${header}\ncredential_process = /bin/x\n` });
    assertEquals(error.code, "TargetIsShadowed");
    assertStringIncludes(error.message, `${configPath}: line 2: credential_process in [`);
  });
}

Deno.test("checkTarget() takes the last spelling of a profile for the whole of it", () => {
  const role = "[profile me]\ncredential_process = /bin/x\n";
  check({ config: `${role}[profile 'me']\nregion = eu-west-1\n` });
  assertEquals(refused({ config: `[profile 'me']\n${role}` }).code, "TargetIsShadowed");
});

for (
  const [what, given] of Object.entries<Case>({
    "the config file": {
      config: "[DEFAULT]\ncredential_process = /bin/x\n[profile me]\n",
    },
    "the credentials file": { credentials: "[DEFAULT]\nsso_session = s\n[me]\n" },
    "the credentials file, for a section that is not there yet": {
      credentials: "[DEFAULT]\nlogin_session = s\n",
    },
    "the credentials file, an expiry": { credentials: "[DEFAULT]\nexpiration = hunter2\n" },
  })
) {
  Deno.test(`checkTarget() refuses what [DEFAULT] gives to every profile of ${what}`, () => {
    const error = refused(given);
    assertEquals([error.code, error.exitStatus], ["TargetIsShadowed", 3]);
    assertStringIncludes(error.message, " of [DEFAULT] to every profile");
    assertEquals(error.message.includes("hunter2"), false);
  });
}

Deno.test("checkTarget() does not mind what [DEFAULT] gives to others", () => {
  check({ config: "[DEFAULT]\ncredential_process = /bin/x\n[profile other]\n" });
  check({ credentials: "[DEFAULT]\nregion = eu-west-1\n" });
});

for (const lookalike of [" me ", '"me"', "'me'", '" me "']) {
  Deno.test(`checkTarget() refuses to write [me] beside [${lookalike}]`, () => {
    const error = refused({ credentials: `[${lookalike}]\nregion = x\n` });
    assertEquals([error.code, error.hint], ["TargetIsShadowed", "write it as [me]"]);
    assertStringIncludes(error.message, `${credentialsPath}: line 4: [${lookalike}]`);
    check({ credentials: `[${lookalike}]\nregion = x\n[me]\n` });
  });
}

Deno.test("checkTarget() quotes names in its hints for a shell", () => {
  const error = refused({ credentials: `[it's]\n${keys}`, flags: { targetProfile: "it's" } });
  assertStringIncludes(error.hint!, `--target-profile "it's-mfa"`);
});
