import { assert, assertEquals, assertThrows } from "@std/assert";
import type { FileValue } from "../../../lib/aws_files/profile_sections.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { describeOrigin, settingError } from "../../../lib/profile/origin.ts";
import { type SettingName, Settings, settingSpecs } from "../../../lib/profile/settings.ts";
import { configPath, credentialsPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

/** The contract: flag, variables in their order, key of the block, standard key, source's keys. */
const precedence: Record<SettingName, [string, string[], string?, string?, string[]?]> = {
  sourceProfile: ["--source-profile", ["STSMFA_SOURCE_PROFILE"], "source_profile"],
  targetProfile: ["--target-profile", ["STSMFA_TARGET_PROFILE"], "target_profile"],
  longTermSuffix: ["--long-term-suffix", ["STSMFA_LONG_TERM_SUFFIX"]],
  shortTermSuffix: ["--short-term-suffix", ["STSMFA_SHORT_TERM_SUFFIX"]],
  mfaSerial: [
    "--mfa-serial",
    ["STSMFA_MFA_SERIAL", "AWS_MFA_SERIAL", "MFA_DEVICE"],
    "mfa_serial",
    "mfa_serial",
    ["aws_mfa_device", "mfa_serial"],
  ],
  mfaProcess: [
    "--mfa-process",
    ["STSMFA_MFA_PROCESS"],
    "mfa_process",
    "mfa_process",
    ["mfa_process"],
  ],
  duration: [
    "--duration",
    ["STSMFA_DURATION", "MFA_STS_DURATION"],
    "duration_seconds",
    "duration_seconds",
  ],
  roleArn: [
    "--role-arn",
    ["STSMFA_ROLE_ARN", "MFA_ASSUME_ROLE"],
    "role_arn",
    "role_arn",
    ["assume_role"],
  ],
  roleSessionName: [
    "--role-session-name",
    ["STSMFA_ROLE_SESSION_NAME"],
    "role_session_name",
    "role_session_name",
  ],
  externalId: ["--external-id", ["STSMFA_EXTERNAL_ID"], "external_id", "external_id"],
  region: [
    "--region",
    ["STSMFA_REGION"],
    "region",
    "region",
    ["region"],
  ],
};

Deno.test("settingSpecs has every setting of the contract and no other", () => {
  assertEquals(Object.keys(settingSpecs).sort(), Object.keys(precedence).sort());
});

for (
  const [name, [flag, variables, blockKey, standardKey, sourceKeys = []]] of Object.entries(
    precedence,
  ) as [SettingName, (typeof precedence)[SettingName]][]
) {
  Deno.test(`Settings.find("${name}") takes flag, variables, block, standard key, source in order`, () => {
    const flags: Record<string, string> = { [name]: " from-flag " };
    const env: Record<string, string> = Object.fromEntries(variables.map((each) => [each, each]));
    const source: Record<string, FileValue> = Object.fromEntries(
      sourceKeys.map((key) => [key, {
        value: `source-${key}`,
        path: "/s",
        section: "s",
        key,
        line: 9,
      }]),
    );
    const inSection = name === "duration" ? "3600" : "standard";
    let standard = standardKey === undefined ? "" : `${standardKey} = ${inSection}\n`;
    let block = blockKey === undefined ? "" : `stsmfa =\n  ${blockKey} = block\n`;
    const find = () =>
      new Settings(
        fakeFiles({ config: `[profile p]\n${standard}${block}` }),
        fakeEnv(env),
        flags,
        "p",
      ).find(name, (key) => source[key]);

    assertEquals(find(), { value: "from-flag", origin: { kind: "flag", flag } });
    delete flags[name];
    for (const variable of variables) {
      assertEquals(find(), { value: variable, origin: { kind: "variable", variable } });
      env[variable] = "  ";
    }
    if (blockKey !== undefined) {
      const line = standardKey === undefined ? 3 : 4;
      assertEquals(find(), {
        value: "block",
        origin: { kind: "file", path: configPath, line, key: blockKey },
      });
      block = `stsmfa =\n  ${blockKey} =\n`;
    }
    if (standardKey !== undefined) {
      assertEquals(find(), {
        value: inSection,
        origin: { kind: "file", path: configPath, line: 2, key: standardKey },
      });
      standard = "";
    }
    for (const key of sourceKeys) {
      assertEquals(find(), {
        value: `source-${key}`,
        origin: { kind: "file", path: "/s", line: 9, key },
      });
      delete source[key];
    }
    assertEquals(find(), undefined);
  });

  Deno.test(`Settings.find("${name}") refuses an empty ${flag}`, () => {
    for (const value of ["", "  "]) {
      const settings = new Settings(fakeFiles({}), fakeEnv(), { [name]: value }, "p");
      const error = assertThrows(() => settings.find(name), StsmfaError);
      assertEquals([error.code, error.message], ["Usage", `flag ${flag}: the value is empty`]);
    }
  });
}

Deno.test("Settings.find() finds standard keys in the credentials file before the config file", () => {
  const files = fakeFiles({
    credentials: "[p]\nrole_arn = a\n",
    config: "[profile p]\nrole_arn = b\n",
  });
  assertEquals(new Settings(files, fakeEnv(), {}, "p").find("roleArn"), {
    value: "a",
    origin: { kind: "file", path: credentialsPath, line: 2, key: "role_arn" },
  });
});

function inBlock(...lines: string[]): Settings {
  const block = lines.map((line) => `  ${line}\n`).join("");
  return new Settings(fakeFiles({ config: `[profile p]\nstsmfa =\n${block}` }), fakeEnv(), {}, "p");
}

Deno.test("Settings.hooks gives the names in their order", () => {
  const { hooks } = inBlock("hooks = docker, kube ,, ~/x/my.ts, kube,", "MY_key = v", "my_b-c = w");
  assertEquals(hooks, [
    { word: "docker", name: "docker", options: {} },
    { word: "kube", name: "kube", options: {} },
    { word: "~/x/my.ts", name: "my", options: { key: "v", b_c: "w" } },
  ]);
  const close = inBlock("hooks = kube, kube-extra", "kube_a = 1", "kube_extra_b = 2").hooks;
  assertEquals(close.map(({ options }) => options), [{ a: "1" }, { b: "2" }]);
  assertEquals(inBlock().hooks, []);
  assertEquals(inBlock("hooks =").hooks, []);
});

Deno.test("Settings.hooks gives no hook a setting of ours as its option, whatever its name", () => {
  const { hooks } = inBlock("hooks = mfa", "mfa_process = print-code --seed 4711", "mfa_x = y");
  assertEquals(hooks, [{ word: "mfa", name: "mfa", options: { x: "y" } }]);
});

Deno.test("Settings takes HOOKNAME_* keys of the hooks named and of no other", () => {
  inBlock("docker_registry = x", "hooks = Docker, kube", "KUBE_cluster = y");
  const error = assertThrows(() => inBlock("hooks = kube", "docker_registry = x"), StsmfaError);
  assertEquals(error.code, "InvalidSetting");
  assertEquals(
    error.message,
    `${configPath}: line 4, in the stsmfa block of profile p: unknown key docker_registry`,
  );
});

const known = "known keys: source_profile, target_profile, mfa_serial and 9 more";
const unknown: [line: string, key: string, hint: string][] = [
  ["regoin = x", "regoin", "did you mean region?"],
  ["Region = x", "Region", "did you mean region?"],
  ["sourceprofile = x", "sourceprofile", "did you mean source_profile?"],
  ["hook = x", "hook", "did you mean hooks?"],
  ["zzzzz = x", "zzzzz", known],
  ["__proto__ = x", "__proto__", known],
  ["long_term_suffix = x", "long_term_suffix", known],
];
for (const [line, key, hint] of unknown) {
  Deno.test(`Settings refuses the unknown key ${key} with its line and a hint`, () => {
    const error = assertThrows(() => inBlock("region = x", line), StsmfaError);
    assertEquals([error.code, error.message, error.hint], [
      "InvalidSetting",
      `${configPath}: line 4, in the stsmfa block of profile p: unknown key ${key}`,
      hint,
    ]);
  });
}

Deno.test("Settings refuses a key repeated in the block", () => {
  const error = assertThrows(() => inBlock("region = x", "region = y"), StsmfaError);
  assertEquals([error.code, error.message], [
    "InvalidSetting",
    `${configPath}: line 4, in the stsmfa block of profile p: the key region is repeated`,
  ]);
});

Deno.test("describeOrigin() says each origin in words", () => {
  assertEquals(
    [
      describeOrigin({ kind: "flag", flag: "--region" }),
      describeOrigin({ kind: "variable", variable: "AWS_REGION" }),
      describeOrigin({ kind: "file", path: "/c", line: 3, key: "region" }),
      describeOrigin({ kind: "default", reason: "regional endpoint" }),
      describeOrigin({ kind: "discovered", reason: "the user's only device" }),
    ],
    [
      "flag --region",
      "variable AWS_REGION",
      "/c:3 region",
      "regional endpoint",
      "the user's only device",
    ],
  );
});

Deno.test("settingError() is wrong usage from a flag and a wrong setting from elsewhere", () => {
  const flag = settingError({ value: 1, origin: { kind: "flag", flag: "--x" } }, "bad", "do");
  assertEquals([flag.code, flag.message, flag.hint], ["Usage", "flag --x: bad", "do"]);
  const variable = settingError({ value: 1, origin: { kind: "variable", variable: "X" } }, "bad");
  assertEquals([variable.code, variable.hint], ["InvalidSetting", undefined]);
  assert(variable.message.startsWith("variable X: "));
});
