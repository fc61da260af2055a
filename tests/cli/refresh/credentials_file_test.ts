import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import type { RunCommand } from "../../../lib/context.ts";
import { links, makeLink, testWith, windows } from "../../support/abilities.ts";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

Deno.test({
  name: "a CRLF file stays one when a section is added",
  fn: async () => {
    const credentials = alicesFile.replaceAll("\n", "\r\n");
    await using home = await openHome({ credentials });
    home.types();
    assertEquals(await home.run(), 0);
    const after = await home.credentials();
    assertEquals(after.slice(0, credentials.length), credentials);
    assertNotMatch(after, /[^\r]\n|\r[^\n]/);
  },
});

Deno.test("a CRLF file stays one when a section is renewed", async () => {
  const credentials = (session("default") + alicesFile).replaceAll("\n", "\r\n");
  await using home = await openHome({ credentials });
  home.types();
  assertEquals(await home.run(), 0);
  const after = await home.credentials();
  assertEquals(after.slice(after.indexOf("#")), credentials.slice(credentials.indexOf("#")));
  assertNotMatch(after, /[^\r]\n|\r[^\n]/);
});

Deno.test("a file without a last line end gets one, and a section of its own", async () => {
  const credentials = alicesFile.trimEnd();
  await using home = await openHome({ credentials });
  home.types();
  assertEquals(await home.run(), 0);
  assertStringIncludes(await home.credentials(), `${credentials}\n\n[default]\n`);
});

testWith(
  links,
  "a file that is a link into a dotfiles repository stays a link; the repository's copy is written",
  async () => {
    await using home = await openHome({ credentials: null });
    await home.test.write("dotfiles/aws-credentials", alicesFile);
    await home.test.write(".aws/config", "");
    await makeLink("../dotfiles/aws-credentials", home.test.path(".aws/credentials"));
    home.types();
    assertEquals(await home.run(), 0);
    assertEquals(
      await Deno.readLink(home.test.path(".aws/credentials")),
      "../dotfiles/aws-credentials",
    );
    assertMatch(await home.test.read("dotfiles/aws-credentials"), /\n\[default\]\n.*ASIA/);
    assertEquals(await home.test.list("dotfiles"), ["aws-credentials"]);
    assertEquals(await home.test.list(), ["config", "credentials", "credentials~"]);
  },
);

Deno.test("mode 0644 is kept, with a warning that says how to mend it", async () => {
  await using home = await openHome({ os: "unix" });
  const path = home.test.path(".aws/credentials");
  await home.test.chmod(".aws/credentials", 0o644);
  home.types();
  assertEquals(await home.run("--quiet"), 0);
  assertEquals(
    home.stderr,
    `stsmfa: warning: ${path} can be read by others (mode 0644); to fix it: chmod 600 ${path}\n`,
  );
  assertEquals(await home.test.mode(".aws/credentials"), "644");
  assertEquals(await home.test.mode(".aws/credentials~"), "600");
});

Deno.test("a warning is given once, however many users have their sessions in the file", async () => {
  const bob = alice({
    userName: "bob",
    accessKeyId: "AKIABOBBOBBOBBOBBOB2",
    devices: [{ serialNumber: "arn:aws:iam::123456789012:mfa/bob", secret: "KRSXG5CTMVRXEZLU" }],
  });
  const credentials = longTerm("work-long-term") + longTerm("home-long-term", bob);
  await using home = await openHome({ os: "unix", credentials, sts: { users: [alice(), bob] } });
  await home.test.chmod(".aws/credentials", 0o644);
  home.types();
  home.types(1, bob.devices[0]!.serialNumber);
  assertEquals(await home.run("--all"), 0);
  assertEquals(home.stderr.match(/warning: .* can be read by others/g)?.length, 1);
});

Deno.test("what an access list lets others do is not given to the group, and that is said", async () => {
  const asked: string[] = [];
  const runCommand: RunCommand = ({ argv }) => {
    asked.push(argv.join(" "));
    const stdout = "-rw-r-----+ 1 alice staff 173 Mar  4 05:06 credentials\n";
    return Promise.resolve({ exitStatus: 0, stdout });
  };
  await using home = await openHome({ os: "unix", runCommand });
  const path = home.test.path(".aws/credentials");
  await home.test.chmod(".aws/credentials", 0o640);
  home.types();
  assertEquals(await home.run("--quiet"), 0);
  assertEquals(asked, [`ls -ld -- ${await home.test.files.resolveLinks(path)}`]);
  assertEquals(await home.test.mode(".aws/credentials"), "600");
  assertStringIncludes(home.stderr, `warning: ${path} had an access list (ACL)`);
  assertEquals(home.stderr.includes("can be read by others"), false);
});

Deno.test("a new file has mode 0600, its new folder 0700", async () => {
  await using home = await openHome({ os: "unix", credentials: null });
  await home.test.write("keys/config", longTerm("profile me-long-term"));
  home.test.env["AWS_CONFIG_FILE"] = "~/keys/config";
  home.types();
  assertEquals(await home.run("me"), 0);
  assertEquals(await home.test.mode(".aws"), "700");
  assertEquals(await home.test.mode(".aws/credentials"), "600");
  assertEquals(await home.test.list(), ["credentials"]);
  assertMatch(await home.credentials(), /^\[me\]\naws_access_key_id/);
});

Deno.test("--credentials-file and AWS_SHARED_CREDENTIALS_FILE name another file; the usual one is not touched", async () => {
  await using home = await openHome({ credentials: "[default]\nregion = eu-west-1\n" });
  await home.test.write("a/keys", longTerm("default-long-term"));
  await home.test.write("b/keys", longTerm("default-long-term"));
  home.types();
  home.test.env["AWS_SHARED_CREDENTIALS_FILE"] = "~/a/keys";
  assertEquals(await home.unchanged(() => home.run("--credentials-file", "~/b/keys")), 0);
  assertEquals(await home.test.read("a/keys"), longTerm("default-long-term"));
  assertMatch(await home.test.read("b/keys"), /\n\[default\]\n/);
  assertEquals(await home.unchanged(() => home.run()), 0);
  assertMatch(await home.test.read("a/keys"), /\n\[default\]\n/);
});

Deno.test("an edit made while the prompt waits survives", async () => {
  await using home = await openHome();
  const edited = `${alicesFile}[new]\nregion = eu-west-1 \n\n# last words`;
  home.answer(async () => {
    await home.test.write(".aws/credentials", edited);
    return await home.sts.code();
  });
  assertEquals(await home.run(), 0);
  assertEquals((await home.credentials()).slice(0, edited.length), edited);
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
});

Deno.test("long-term keys put into the target while the prompt waits are not overwritten", async () => {
  await using home = await openHome();
  const edited = `${alicesFile}\n${longTerm("default")}`;
  home.answer(async () => {
    await home.test.write(".aws/credentials", edited);
    return await home.sts.code();
  });
  assertEquals(await home.run(), 3);
  assertStringIncludes(
    home.stderr,
    "[default] in line 6 has an access key, which stsmfa never overwrites",
  );
  assertEquals(await home.credentials(), edited);
});

Deno.test("a file broken while the prompt waits is left as it is; the code is not lost", async () => {
  await using home = await openHome();
  const edited = `${alicesFile}[default-long-term]\n`;
  home.answer(async () => {
    await home.test.write(".aws/credentials", edited);
    return await home.sts.code();
  });
  assertEquals(await home.run(), 3);
  assertStringIncludes(home.stderr, "line 5 repeats [default-long-term] of line 2");
  assertEquals(await home.credentials(), edited);
  await home.test.write(".aws/credentials", alicesFile);
  assertEquals(await home.run(), 0);
  assertEquals(home.sts.count("GetSessionToken"), 1);
});

Deno.test("a stale aws_security_token is removed, for botocore would prefer it", async () => {
  const target = session("default", undefined, "aws_security_token = stale", "region = eu-west-1");
  await using home = await openHome({ credentials: alicesFile + target });
  home.types();
  assertEquals(await home.run(), 0);
  const section = await home.section("default");
  assertEquals(section["aws_security_token"], undefined);
  assertEquals(section["region"], "eu-west-1");
});

Deno.test("a session whose aws_security_token differs is not valid, whatever its expiration says", async () => {
  const target = session("default", "2026-03-05T00:00:00Z", "aws_security_token = stale");
  await using home = await openHome({ credentials: alicesFile + target });
  home.types();
  assertEquals(await home.run(), 0);
  assertStringIncludes(home.stdout, "default  renewed");
});

Deno.test("--legacy-token keeps aws_security_token in step", async () => {
  const target = session("default", undefined, "aws_security_token = stale");
  await using home = await openHome({ credentials: alicesFile + target });
  home.types();
  assertEquals(await home.run("--legacy-token"), 0);
  const section = await home.section("default");
  assertEquals(section["aws_security_token"], section["aws_session_token"]);
});

Deno.test("in the target only our keys change: comments, order, spacing, blocks and unknown keys stay", async () => {
  const before = `${alicesFile}
# the session
[default]
region=eu-west-1
aws_session_token   =   old/token==
s3 =
    max_concurrent_requests = 20
  # about the key
AWS_Access_Key_Id: ASIAOLDOLDOLDOLDOLD2
manager = somebody else # really
aws_secret_access_key=old+secret
x_principal_arn = arn:aws:iam::123456789012:user/alice
; the end
[other] # not ours
expiration = 2020-01-01T00:00:00Z
aws_security_token = theirs
`;
  await using home = await openHome({ credentials: before });
  home.types();
  assertEquals(await home.run(), 0);
  const after = await home.credentials();
  const shape = after
    .replace(/(aws_session_token {3}= {3})\S+/, "$1old/token==")
    .replace(
      /aws_access_key_id= ?ASIA\w+|aws_access_key_id ?= ?ASIA\w+/,
      "AWS_Access_Key_Id: ASIAOLDOLDOLDOLDOLD2",
    )
    .replace(/(aws_secret_access_key=)(?!old)\S+(?=\nx_principal)/, "$1old+secret")
    .replace(/(expiration|x_security_token_expires) *= *2026-\S+\n/g, "");
  assertEquals(shape, before);
});

Deno.test("expiry keys of other tools are kept in step; none is left wrong", async () => {
  const keys = ["aws_credential_expiration", "aws_token_expiration", "awsmfa_expiration"];
  const target = session("default", "2020-01-01 00:00:00", ...keys.map((key) => `${key} = 1`));
  await using home = await openHome({ credentials: alicesFile + target });
  home.types();
  assertEquals(await home.run(), 0);
  const section = await home.section("default");
  for (const key of ["expiration", "x_security_token_expires", ...keys]) {
    assertEquals(section[key], "2026-03-04T17:06:07Z", key);
  }
  assertEquals(home.stdout.includes("renewed"), true);
});

for (
  const [spelling, left] of [
    ["2026-03-04 06:06:07", "1h"],
    ["2026-03-04T06:06:07Z", "1h"],
    ["2026-03-04T06:06:07+00:00", "1h"],
    ["2026-03-04T07:06:07+0100", "1h"],
    ["2026-03-04T06:06:07.123456Z", "1h"],
    ["1772604367", "1h"],
  ] as const
) {
  Deno.test(`an expiration written as ${spelling} is understood`, async () => {
    const credentials = alicesFile + session("default", spelling);
    await using home = await openHome({ credentials, nobody: true });
    assertEquals(await home.unchanged(() => home.run()), 0);
    assertEquals(home.stdout, `default  valid, expires in ${left}, at 06:06\n`);
  });
}

Deno.test("an expiration that nobody can read leads to a renewal, not to a crash", async () => {
  await using home = await openHome({ credentials: alicesFile + session("default", "tomorrow") });
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals((await home.section("default"))["expiration"], "2026-03-04T17:06:07Z");
});

Deno.test("on Windows a stream of a file is not written, nor is its lock", async () => {
  await using home = await openHome({ os: "windows" });
  const path = home.test.path(".aws/credentials:stsmfa");
  const args = ["--credentials-file", path];
  home.test.env["AWS_CONFIG_FILE"] = home.test.path(".aws/config");
  await home.test.write(".aws/config", longTerm("profile a-long-term"));
  assertEquals(await home.unchanged(() => home.run("a", ...args)), 6, home.stderr);
  assertStringIncludes(
    home.stderr,
    "its name has a :, which Windows takes for a stream or a drive",
  );
  assertEquals(home.sts.count(), 0);
});

Deno.test("a path of a folder that is not there is no file to write, and costs no code", async () => {
  const { accessKeyId, secretAccessKey } = alice();
  const stdin = `${accessKeyId}\n${secretAccessKey}\n`;
  const init = ["init", "b", "--keys-from", "stdin", "--no-session"];
  // Windows takes away what a `..` follows, whatever it is.
  for (const end of windows.isHere ? ["/", "/."] : ["/", "/.", "/.."]) {
    await using home = await openHome({ nobody: true, stdin });
    await home.test.write(".aws/config", longTerm("profile a-long-term"));
    const path = home.test.path(`new${end}`);
    for (const args of [["a", "--token-code", "123456"], init]) {
      assertEquals(await home.run(...args, "--credentials-file", path), 6, home.stderr);
      assertStringIncludes(home.stderr, `cannot write ${path}: it names a folder\n`);
    }
    assertEquals(await home.test.files.status(home.test.path("new")), undefined);
    assertEquals(home.sts.count(), 0);
  }
});
