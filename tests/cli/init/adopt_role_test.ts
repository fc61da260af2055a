/**
 * `stsmfa init PROFILE --adopt` for a role that AWS's tools assume by themselves, and back.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { adoptRoleProfile, restoreRoleProfile } from "../../../lib/setup/role_profile.ts";
import { fakeFiles } from "../../support/aws_files.ts";
import { longTerm, openHome, session } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const sts = { roles: [{ roleArn, externalId: "x-1" }] };

const config = `# ours
[profile me]
region = eu-west-1

[profile prod]
# the role
role_arn = ${roleArn}
region=eu-central-1
source_profile = me
mfa_serial = ${ALICE_DEVICE}
external_id = x-1
s3 =
  addressing_style = path

[profile dev]
output = json
`;

const adopted = `# ours
[profile me]
region = eu-west-1

[profile prod]
# the role
stsmfa =
  role_arn = ${roleArn}

  source_profile = me
  mfa_serial = ${ALICE_DEVICE}
  external_id = x-1
region=eu-central-1
credential_process = stsmfa process prod
s3 =
  addressing_style = path

[profile dev]
output = json
`;

Deno.test("init --adopt has SDKs ask stsmfa for a role's session; every other line stays", async () => {
  await using home = await openHome({ credentials: longTerm("me"), config, sts });
  home.types();
  const credentials = await home.credentials();
  assertEquals(await home.run("init", "prod", "--adopt"), 0, home.stderr);
  assertEquals(await home.test.read(".aws/config"), adopted);
  assertEquals(await home.credentials(), credentials);
  assertStringIncludes(home.stdout, "to undo it: stsmfa clear prod --adopted\n");
  assertStringIncludes(home.stdout, "prod  renewed, expires in 1h, at 06:06\n");
  assertEquals(home.test.questions.length, 1);

  assertEquals(await home.unchanged(() => home.run("process", "prod", "--non-interactive")), 0);
  assertEquals(await home.run("status", "--json"), 0);
  assertEquals(home.json.map((row: Record<string, unknown>) => [row["profile"], row["state"]]), [
    ["prod", "valid"],
  ]);
});

Deno.test("clear --adopted gives the role back to AWS's tools, and the lines of others stay", async () => {
  await using home = await openHome({ credentials: longTerm("me"), config, sts });
  home.types();
  await home.run("init", "prod", "--adopt", "--no-session");
  assertEquals(home.test.questions, []);
  const withHook = adopted.replace("stsmfa =\n", "stsmfa =\n  # mine\n  hooks = docker\n");
  await home.test.write(".aws/config", withHook);
  assertEquals(await home.run("clear", "prod", "--adopted"), 0, home.stderr);
  const roleLines = / {2}role_arn [^]*external_id .*\n/.exec(adopted)![0];
  assertEquals(
    await home.test.read(".aws/config"),
    withHook.replace(roleLines, "")
      .replace(/credential_process .*\n/, roleLines.replaceAll(/^ {2}/gm, "")),
  );
  assertEquals(await home.unchanged(() => home.run("clear", "prod", "--adopted")), 3);
});

Deno.test("a block that is there keeps its lines when a role is adopted", async () => {
  const block = "stsmfa =\n    # mine\n    hooks = kube\n\n";
  const before = config.replace("s3 =\n", `${block}s3 =\n`);
  await using home = await openHome({ credentials: longTerm("me"), config: before, sts });
  assertEquals(await home.run("init", "prod", "--adopt", "--no-session"), 0, home.stderr);
  assertStringIncludes(
    await home.test.read(".aws/config"),
    `stsmfa =\n    # mine\n    hooks = kube\n  role_arn = ${roleArn}\n  source_profile = me\n`,
  );
});

Deno.test("a role is adopted beside a block without lines", async () => {
  const text = `${role}stsmfa =\n`;
  await using home = await openHome({ credentials: longTerm("me"), config: text, sts });
  assertEquals(await home.run("init", "prod", "--adopt", "--no-session"), 0, home.stderr);
  assertStringIncludes(await home.test.read(".aws/config"), `stsmfa =\n  role_arn = ${roleArn}\n`);
});

const arn = `role_arn = ${roleArn}`;
const device = `mfa_serial = ${ALICE_DEVICE}`;
const wholes: Record<string, string> = {
  "above other keys": `${arn}\nsource_profile = me\n# here\nregion = eu-west-1\n`,
  "below other keys": `region = eu-west-1\n${device}\nsource_profile = me\n${arn}\n\n# next\n`,
  "among comments": `# role\n${arn}\n; mine\n  # of\n\nsource_profile = me\n# end\noutput = json\n`,
  "spaced in its own way": `role_arn=${roleArn}  \nsource_profile\t=  me\nexternal_id =x-1\n`,
  "with ends of lines of both kinds":
    `${arn}\r\nsource_profile = me\n${device}\r\ns3 =\r\n  a = b\r\n`,
  "in the order of the alphabet":
    `external_id = x-1\n${device}\noutput = json\n# r\n${arn}\n; and\nsource_profile = me\n`,
  "around a block of another key":
    `${arn}\n# s3\ns3 =\n  a = b\n\n  c = d\nsource_profile=me\nregion = eu-west-1\n`,
  "indented": `  ${arn}\n  source_profile = me\n  region = eu-west-1\n`,
  "above a block":
    `${arn}\n# and\nsource_profile = me\nstsmfa =\n    hooks = docker\noutput = json\n`,
  "below a block": `stsmfa =\n\thooks = docker\n# role\n${arn}\nsource_profile = me\n`,
};
for (const [what, lines] of Object.entries(wholes)) {
  Deno.test(`a role that is adopted and given back is in the file as it was: ${what}`, () => {
    const me = longTerm("profile me");
    for (
      const text of [`${me}[profile prod] # p\n${lines}[profile b]\n`, `[profile prod]\n${lines}`]
    ) {
      for (const config of [text, text.replace(/\r?\n$/, "")]) {
        const files = fakeFiles({ config, credentials: longTerm("me") });
        const between = files.config.document.copy();
        adoptRoleProfile(files, between, "prod");
        const adopted = fakeFiles({ config: between.toString(), credentials: longTerm("me") });
        const { document } = adopted.config;
        assertEquals(document.problems, []);
        restoreRoleProfile(adopted, document, "prod");
        assertEquals(document.toString(), config, between.toString());
      }
    }
  });
}

Deno.test("a role that somebody has written twice is given back once, as it counted", async () => {
  const twice = adopted.replace("external_id", `external_id = y\n  external_id`)
    .replace("s3 =", "source_profile = other\ns3 =");
  await using home = await openHome({ credentials: longTerm("me"), config: twice, nobody: true });
  assertEquals(await home.run("clear", "prod", "--adopted"), 0, home.stderr);
  assertEquals(await home.test.read(".aws/config"), config);
});

Deno.test("init of a role without --adopt offers it, and takes no for an answer", async () => {
  await using home = await openHome({ credentials: longTerm("me"), config, sts });
  home.test.answer("maybe", "no");
  assertEquals(await home.unchanged(() => home.run("init", "prod")), 0, home.stderr);
  await using nobody = await openHome({ credentials: longTerm("me"), config, sts, nobody: true });
  assertEquals(await nobody.unchanged(() => nobody.run("init", "prod")), 2);
  assertStringIncludes(nobody.stderr, "stsmfa init prod --adopt");
});

const role = `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\n`;
const unfit: Record<string, [config: string, says: string]> = {
  "a source that only AWS's tools know": [
    `[profile prod]\nrole_arn = ${roleArn}\ncredential_source = Environment\n`,
    "with credential_source stsmfa cannot take the place of the role",
  ],
  "a program beside it": [
    `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\ncredential_process = x\n`,
    "with credential_process stsmfa cannot take the place of the role",
  ],
  "a block that says something else of the role": [
    `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\nstsmfa =\n  mfa_serial = GAHT1\n`,
    "line 5: mfa_serial in the stsmfa block of prod",
  ],
  "a block on one line": [`${role}stsmfa = hooks\n`, "stsmfa"],
  "a value that would be cut off": [`${role}external_id = x #1\n`, "external_id"],
  "a number that a block reads otherwise": [
    `${role}duration_seconds = 1_800\n`,
    "duration_seconds",
  ],
  "a role without a user": [`${role.replace("= me", "= nobody")}`, "there is no profile nobody"],
  "a role that stands in [DEFAULT]": [
    `[DEFAULT]\nrole_arn = ${roleArn}\n[profile prod]\nsource_profile = me\n`,
    "role_arn of prod is not in the profile's section",
  ],
};
for (const [what, [text, says]] of Object.entries(unfit)) {
  Deno.test(`init --adopt refuses ${what}, and changes nothing`, async () => {
    await using home = await openHome({ credentials: longTerm("me"), config: text, nobody: true });
    assertEquals(
      await home.unchanged(() => home.run("init", "prod", "--adopt", "--no-session")),
      3,
    );
    assertStringIncludes(home.stderr, says);
  });
}
const rivals: Record<string, [config: string, credentials: string, key: string]> = {
  "a sign-in": [`${role}sso_account_id = 1\nsso_role_name = r\n`, "", "sso_account_id"],
  "a login": [`${role}login_session = arn:aws:iam::1:user/a\n`, "", "login_session"],
  "a session": [role, session("prod"), "aws_access_key_id"],
  "keys in the config file": [
    `${role}aws_access_key_id = AKIAX\naws_secret_access_key = x\n`,
    "",
    "aws_access_key_id",
  ],
  "keys of [DEFAULT]": [
    role,
    longTerm("DEFAULT") + "[prod]\nregion = eu-west-1\n",
    "aws_access_key_id",
  ],
};
for (const [what, [text, more, key]] of Object.entries(rivals)) {
  Deno.test(`init --adopt refuses ${what} beside, which SDKs would use then`, async () => {
    const credentials = more + longTerm("me");
    await using home = await openHome({ credentials, config: text, nobody: true });
    const adopt = () => home.run("init", "prod", "--adopt", "--no-session");
    assertEquals(await home.unchanged(adopt), 3);
    assertStringIncludes(home.stderr, `SDKs would use ${key} of [`);
    assertEquals(await home.test.read(".aws/config"), text);
  });
}

for (
  const [what, block] of [
    ["a role whose user stsmfa alone finds", `  role_arn = ${roleArn}\n`],
    [
      "a duration that AWS's tools do not read",
      `  role_arn = ${roleArn}\n  source_profile = me\n  duration_seconds = 30m\n`,
    ],
  ] as const
) {
  Deno.test(`clear --adopted refuses ${what}`, async () => {
    const text = `[profile prod]\ncredential_process = stsmfa process prod\nstsmfa =\n${block}`;
    const credentials = longTerm("prod-long-term") + longTerm("me");
    await using home = await openHome({ credentials, config: text, nobody: true });
    assertEquals(await home.unchanged(() => home.run("clear", "prod", "--adopted")), 3);
    assertStringIncludes(home.stderr, "the role of prod out of its stsmfa block would change it");
    assertEquals(await home.test.read(".aws/config"), text);
  });
}

Deno.test("what SDKs find before they ask stsmfa for an adopted role is refused, and can go", async () => {
  await using home = await openHome({ credentials: longTerm("me"), config: adopted, sts });
  home.types();
  assertEquals(await home.run("process", "prod"), 0, home.stderr);
  const beside = [
    [longTerm("prod"), "move the key to a profile of another name"],
    [session("prod", "2026-03-04T06:00:00Z"), "stsmfa clear prod"],
  ] as const;
  for (const [section, hint] of beside) {
    await home.test.write(".aws/credentials", longTerm("me") + section);
    for (const command of [["env", "prod"], ["process", "prod"], ["refresh", "prod"]]) {
      assertEquals(await home.unchanged(() => home.run(...command)), 3, command.join(" "));
      assertStringIncludes(home.stderr, "AWS's tools use this key for prod");
      assertStringIncludes(home.stderr, hint);
    }
  }
  await home.run("clear", "prod");
  assertEquals(await home.run("process", "prod", "--non-interactive"), 0, home.stderr);
  // One of the same role that an earlier refresh has written is the same to everybody.
  const mark = `assumed_role_arn = ${roleArn}`;
  const written = session("prod", "2026-03-04T06:00:00Z", mark);
  await home.test.write(".aws/credentials", longTerm("me") + written);
  assertEquals(await home.run("process", "prod", "--non-interactive"), 0, home.stderr);
});

Deno.test("clear --all --adopted gives back what was adopted, and says what was not", async () => {
  const block = (name: string) => `[profile ${name}]\nstsmfa =\n  source_profile = me\n`;
  const stuck = `[profile stuck]\ncredential_process = stsmfa process stuck\nstsmfa =\n` +
    `  role_arn = ${roleArn}\n  source_profile = me\n  duration_seconds = 30m\n`;
  const before = block("plain") + adopted;
  const credentials = longTerm("me") + longTerm("work-long-term");
  await using home = await openHome({ credentials, config: before, sts, nobody: true });
  assertEquals(await home.run("clear", "--all", "--adopted"), 0, home.stderr);
  assertEquals(
    home.stdout,
    "prod  is a role of AWS's own tools again\nleft as they are, since they are not adopted: work, plain\n",
  );
  assertEquals(home.stderr, "");
  const after = await home.test.read(".aws/config");
  assertEquals(after.includes("stsmfa process"), false);
  assertStringIncludes(after, block("plain"));

  // Nothing is left to give back.
  assertEquals(await home.unchanged(() => home.run("clear", "--all", "--adopted")), 0);
  assertEquals(home.stdout, "left as they are, since they are not adopted: work, plain\n");
  assertEquals(await home.test.read(".aws/config"), after);

  // What cannot be given back keeps nobody else from it, and is an error.
  await home.test.write(".aws/config", stuck + before);
  assertEquals(await home.run("clear", "--all", "--adopted", "--json"), 3);
  assertEquals(
    home.json.map(({ profile, status }: Record<string, string>) => [profile, status]),
    [["work", "none"], ["stuck", "failed"], ["plain", "none"], ["prod", "restored"]],
  );
  assertStringIncludes(home.stderr, "the role of stuck out of its stsmfa block would change it");
  assertEquals(await home.test.read(".aws/config"), stuck + after);
});

/** A path as it is written in a command, where SDKs would take a backslash for an escape. */
function slashed(path: string): string {
  return Deno.build.os === "windows" ? path.replaceAll("\\", "/") : path;
}

const outside = { AWS_CONFIG_FILE: "/elsewhere/config" };
for (const folder of ["files", "my files (1) & more", "it's"]) {
  Deno.test(`files that --adopt is given are named to AWS's tools: ${folder}`, async () => {
    await using home = await openHome({ credentials: null, sts });
    await home.test.write(`${folder}/config`, config);
    await home.test.write(`${folder}/credentials`, longTerm("me"));
    const paths = ["config", "credentials"].map((name) => home.test.path(`${folder}/${name}`));
    const flags = [`--config-file=${paths[0]}`, "--credentials-file", paths[1]!];
    home.types();
    assertEquals(await home.run("init", "prod", "--adopt", ...flags), 0, home.stderr);
    const text = await home.test.read(`${folder}/config`);
    const quote = folder === "files" ? "" : '"';
    const [configFile, credentialsFile] = paths.map((path) => `${quote}${slashed(path)}${quote}`);
    const line =
      `stsmfa process prod --config-file ${configFile} --credentials-file ${credentialsFile}`;
    assertStringIncludes(text, `\ncredential_process = ${line}\n`);
    assertStringIncludes(home.stdout, "stsmfa clear prod --adopted --config-file ");

    // It is the profile's own, wherever the files are named.
    for (
      const named of [
        { words: flags, env: outside },
        { words: [], env: { AWS_CONFIG_FILE: paths[0]!, AWS_SHARED_CREDENTIALS_FILE: paths[1]! } },
      ]
    ) {
      Object.assign(home.test.env, named.env);
      const asked = ["process", "prod", "--non-interactive", ...named.words];
      assertEquals(await home.run(...asked), 0, home.stderr);
      assertEquals(await home.run("status", "prod", "--json", ...named.words), 0, home.stderr);
      assertEquals([home.json[0].kind, home.json[0].state], ["standard", "valid"]);
    }
    assertEquals(home.test.questions.length, 1);
    assertEquals(await home.run("clear", "prod", "--adopted", ...flags), 0, home.stderr);
    assertEquals((await home.test.read(`${folder}/config`)).includes("stsmfa process"), false);
  });
}

Deno.test("only files that flags name are named to AWS's tools", async () => {
  await using home = await openHome({ credentials: longTerm("me"), config, sts });
  const paths = { config: home.test.path(".aws/config"), other: home.test.path("other") };
  const adopt = async (...flags: string[]) => {
    await home.test.write(".aws/config", config);
    const init = ["init", "prod", "--adopt", "--no-session"];
    assertEquals(await home.run(...init, ...flags), 0, home.stderr);
    return /^credential_process = (.*)$/m.exec(await home.test.read(".aws/config"))![1];
  };
  home.test.env["AWS_CONFIG_FILE"] = paths.config;
  assertEquals(await adopt(), "stsmfa process prod");
  delete home.test.env["AWS_CONFIG_FILE"];
  home.test.env["STSMFA_CONFIG_FILE"] = paths.config;
  assertEquals(await adopt(), "stsmfa process prod");
  delete home.test.env["STSMFA_CONFIG_FILE"];
  assertEquals(
    await adopt("--config-file", "~/.aws/config"),
    `stsmfa process prod --config-file ${slashed(paths.config)}`,
  );
  // That of another file is a program like any other.
  await home.test.write("other", await home.test.read(".aws/config"));
  assertEquals(await home.run("status", "prod", "--json", "--config-file", paths.other), 8);
  assertEquals(home.json[0].kind, "written");
});

// Windows has none of the last two.
const oddNames = ["a$(id)", "a`id`", "a%b%", "a #b", "a;b", "a!b"]
  .concat(Deno.build.os === "windows" ? [] : ['a"b', "a\\b"]);
for (const name of oddNames) {
  Deno.test(
    `a file that no command can name alike to all is refused: ${name}`,
    async () => {
      await using home = await openHome({ credentials: longTerm("me"), sts, nobody: true });
      await home.test.write(name, config);
      const path = home.test.path(name);
      assertEquals(await home.run("init", "prod", "--adopt", "--config-file", path), 3);
      assertStringIncludes(home.stderr, "cannot be written in a credential_process");
      assertEquals(await home.test.read(name), config);
    },
  );
}
