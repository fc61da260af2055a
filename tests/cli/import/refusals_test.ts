import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import { type Home, longTerm, openHome, session } from "../../support/homes.ts";
import {
  awsMfaSession,
  originalsUnchanged,
  otherKey,
  stscredsSection,
  writeAccount,
} from "../../support/other_tools.ts";
import { alice } from "../../support/sts_people.ts";

const other = alice(otherKey);

interface Conflict {
  readonly credentials?: string;
  readonly config?: string;
  /** Whose key stscreds has for `work`; default: the other one. */
  readonly stscreds?: string;
  readonly refused: RegExp;
}

/** Each has `work` in stscreds, which is refused, and `sound`, which is not. */
const conflicts: Record<string, Conflict> = {
  "another key is in its place": {
    credentials: longTerm("work-long-term"),
    refused:
      /error: work: \S+credentials: \[work-long-term\] has keys already, in line 2; they are never overwritten\nstsmfa: hint: .*aws configure --profile work-long-term\n$/,
  },
  "half a key is in its place": {
    credentials: "[work-long-term]\naws_secret_access_key = half+a+key\n",
    refused: /\[work-long-term\] has keys already, in line 2/,
  },
  "a stsmfa block gives it another key": {
    credentials: longTerm("me"),
    config: "[profile work]\nstsmfa =\n  source_profile = me\n",
    refused: /error: work: the profile has another key: \[me\] of \S+credentials, line 2\n/,
  },
  "the same key is where the session would go": {
    credentials: `[a]\n${longTerm("work", other)}`,
    refused:
      /error: work: \S+credentials: line 3: this key is in \[work\] itself, where the session would go\nstsmfa: hint: move it to \[work-long-term\]: stsmfa init work --adopt\n$/,
  },
  "a session is in its place": {
    credentials: "[work-long-term]\naws_session_token = left/over\n",
    refused: /error: work: \[work-long-term\] holds session credentials/,
  },
  "its stsmfa block is wrong": {
    config: "[profile work]\nstsmfa =\n  regin = eu-west-1\n",
    refused:
      /error: work: .*config: line 3, .* unknown key regin\nstsmfa: hint: did you mean region/,
  },
  "aws-mfa made a session of its name with another key": {
    credentials: longTerm("work-keys") + awsMfaSession("work"),
    refused:
      /error: work: aws-mfa and stscreds have different keys for it\n.*stsmfa import work --from aws-mfa\n.*error: work: stscreds and aws-mfa have different/,
  },
  "its id is that of a session": {
    stscreds: stscredsSection("work", { ...otherKey, accessKeyId: "ASIAOTHEROTHEROTHER2" }),
    refused: /error: work: \S+\.stscreds\/credentials: aws_access_key_id in \[work\]: .*session/,
  },
  "its secret is none": {
    stscreds: stscredsSection("work", { ...otherKey, secretAccessKey: "one two three four" }),
    refused: /error: work: \S+: aws_secret_access_key in \[work\]: a secret access key has 40/,
  },
};

async function openConflict({ credentials = "", config = "", stscreds }: Conflict): Promise<Home> {
  const home = await openHome({ credentials, config });
  const text = (stscreds ?? stscredsSection("work", other)) + stscredsSection("sound");
  await home.test.write(".stscreds/credentials", text);
  return home;
}

for (const [what, conflict] of Object.entries(conflicts)) {
  Deno.test(`import refuses a profile when ${what}; the others are done, and the exit status is 3`, async () => {
    await using home = await openConflict(conflict);
    const { credentials = "", config = "" } = conflict;
    assertEquals(await home.unchanged(() => home.run("import", "--dry-run")), 3);
    const { stderr } = home;
    assertEquals(await originalsUnchanged(home, () => home.run("import")), 3);
    assertMatch(home.stderr, conflict.refused);
    assertEquals(home.stderr, stderr);
    assertMatch(home.stdout, /^sound +stscreds +key added as \[sound-long-term\]\n/m);
    assertEquals((await home.credentials()).slice(0, credentials.length), credentials);
    assertEquals((await home.credentials()).match(/^\[.*\]/gm)?.at(-1), "[sound-long-term]");
    assertEquals(await home.test.read(".aws/config"), config);
  });
}

Deno.test("import refuses both of two tools with different keys for a profile, until one is chosen", async () => {
  await using home = await openHome({ credentials: null });
  await home.test.write(".stscreds/credentials", stscredsSection("work", other));
  await writeAccount(home.test, "work");
  assertEquals(await home.unchanged(() => home.run("import")), 3);
  assertEquals(home.stdout, "");
  assertStringIncludes(
    home.stderr,
    "error: work: stscreds and aws-sts-helpers have different keys",
  );
  assertStringIncludes(
    home.stderr,
    "error: work: aws-sts-helpers and stscreds have different keys",
  );
  assertStringIncludes(
    home.stderr,
    "hint: choose one: stsmfa import work --from aws-sts-helpers\n",
  );
  assertEquals(await home.run("import", "work", "--from", "aws-sts-helpers"), 0);
  assertEquals(
    (await home.section("work-long-term"))["aws_access_key_id"],
    alice().accessKeyId,
  );
});

Deno.test("the same key in two tools, or in AWS's files already, is stored once", async () => {
  await using home = await openHome({ credentials: `${longTerm("old-long-term")}\n` });
  await home.test.write(".stscreds/credentials", stscredsSection("work") + stscredsSection("old"));
  await writeAccount(home.test, "work");
  assertEquals(await home.run("import"), 0);
  assertEquals(
    home.stdout,
    "work  stscreds         key added as [work-long-term]\n" +
      "old   stscreds         works as it is\n" +
      "work  aws-sts-helpers  works as it is\n",
  );
  assertEquals((await home.credentials()).match(/^\[.*\]/gm), [
    "[old-long-term]",
    "[work-long-term]",
  ]);
});

Deno.test("what could not be renewed is not said to work", async () => {
  const credentials = `${longTerm("left-long-term")}aws_session_token = left/over\n` +
    `[half-long-term]\naws_access_key_id = AKIAHALFHALFHALFHALF\n` +
    `${longTerm("u2f-long-term")}aws_mfa_device = arn:aws:iam::123456789012:u2f/user/alice/key\n` +
    `${longTerm("org")}${awsMfaSession("org-bad", "not-an-arn")}${awsMfaSession("orphan")}`;
  await using home = await openHome({ credentials });
  assertEquals(await home.unchanged(() => home.run("import")), 3);
  assertEquals(home.stdout, "");
  for (
    const part of [
      "left: [left-long-term] holds session credentials",
      "hint: if the key is a long-term one, remove aws_session_token from [left-long-term]",
      "[half-long-term] of line 6 has no aws_secret_access_key",
      "u2f/user/alice/key is a security key or passkey, and AWS STS takes none",
      "org-bad: assumed_role_arn in [org-bad] is not the ARN of a role: not-an-arn",
      "orphan: nothing tells which keys [orphan] was made with",
    ]
  ) assertStringIncludes(home.stderr, part);
});

Deno.test(
  "names that AWS's files can't hold, or that mislead a terminal, are refused by themselves",
  async () => {
    await using home = await openHome({ credentials: null });
    const names = [
      "two words",
      "grün",
      "a]b",
      "x #y",
      "DEFAULT",
      // Windows has no such names.
      ...(Deno.build.os === "windows" ? [] : ["tab\there", "line\nend", "\x1b[2Jcls"]),
    ];
    for (const name of names) await writeAccount(home.test, name);
    assertEquals(await originalsUnchanged(home, () => home.run("import")), 3);
    assertEquals(
      home.stdout,
      "grün       aws-sts-helpers  key added as [grün-long-term]\n" +
        "two words  aws-sts-helpers  key added as [two words-long-term]\n",
    );
    assertEquals(home.stderr.match(/error: /g)?.length, names.length - 2);
    // deno-lint-ignore no-control-regex -- they are what must not come out
    assertEquals(/[\x00-\x09\x0b-\x1f]/.test(home.test.output), false);
    assertEquals(home.test.output.includes("\nend"), false);
    home.types();
    assertEquals(await home.run("two words"), 0);
  },
);

Deno.test("keys that are not text, have comments or more than one word are refused by file", async () => {
  for (
    const [file, content] of [
      ["access_key", "# the key\nAKIAOTHEROTHEROTHER2"],
      ["access_key", "AKIAOTHEROTHEROTHER2 x"],
      ["access_key", "AKIAOTHEROTH\xffROTHER2"],
      ["secret_key", "# note\nother+secret/access+key/of+forty+letters"],
      ["secret_key", "other+secret/access+key\0of+forty+letters"],
      ["secret_key", "other+secret/access\xffkey/of+forty+letters"],
    ] as const
  ) {
    await using home = await openHome({ credentials: null });
    await writeAccount(home.test, "sound");
    await writeAccount(home.test, "work", { key: otherKey });
    const bytes = Uint8Array.from(content, (letter) => letter.charCodeAt(0));
    await home.test.write(`aws-creds/work.${file}`, "");
    await Deno.writeFile(home.test.path(`aws-creds/work.${file}`), bytes);
    assertEquals(await home.run("import"), 3);
    assertMatch(
      home.stderr,
      new RegExp(`^stsmfa: error: work: \\S+/aws-creds/work\\.${file}: an? `),
    );
    assertEquals(home.test.output.includes("other+secret"), false);
    assertEquals(await home.section("work-long-term"), {});
    assertEquals(home.stdout, "sound  aws-sts-helpers  key added as [sound-long-term]\n");
  }
});

Deno.test("a file that can't be read, or is no INI or JSON, stops import before it writes", async () => {
  const files = (real: Files): Files => ({
    ...real,
    read: (path) =>
      path.endsWith("locked.secret_key")
        ? Promise.reject(new Deno.errors.PermissionDenied("Permission denied (os error 13)"))
        : real.read(path),
  });
  await using home = await openHome({ credentials: longTerm("me") + session("x"), files });
  await writeAccount(home.test, "sound");
  const fails = async (status: number, message: string, ...args: string[]) => {
    assertEquals(await home.unchanged(() => home.run("import", ...args)), status);
    assertStringIncludes(home.stderr, message);
  };
  await home.test.write(".stscreds/credentials", "aws_access_key_id = AKIA\n");
  await fails(3, "/.stscreds/credentials: line 1 has a key before any [section]");
  await home.test.write("accounts.json", "{");
  const from = ["--from", "aws-sts-helpers"];
  await fails(3, "/accounts.json is not JSON", ...from, "--accounts-file", "~/accounts.json");
  await fails(
    6,
    "cannot read /nosuch.json: there is no",
    ...from,
    "--accounts-file",
    "/nosuch.json",
  );
  await writeAccount(home.test, "locked");
  await fails(6, "/aws-creds/locked.secret_key: permission denied", ...from);
});

Deno.test("a config file that can't be written keeps import from writing the keys, too", async () => {
  const credentials = longTerm("org") + awsMfaSession("org-a");
  await using home = await openHome({ credentials, config: "" });
  await home.test.write(".stscreds/credentials", stscredsSection("work"));
  await home.test.chmod(".aws/config", 0o400);
  assertEquals(await home.unchanged(() => home.run("import")), 6);
  assertStringIncludes(home.stderr, "/.aws/config: it is read-only");
});
