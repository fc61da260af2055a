/**
 * File operations of a refresh fail once, some of them here, every one with STSMFA_THOROUGH, and the
 * credentials file is the old one or the new one.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import {
  FailingFiles,
  type Failure,
  shortWrites,
  type SystemCode,
} from "../support/failing_files.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { alice } from "../support/sts_people.ts";
import { isThorough, seed } from "../support/thorough.ts";
import { TestContext, variablesOf } from "../support/test_context.ts";

const codes: readonly SystemCode[] = ["ENOSPC", "EIO", "EACCES"];
const bob = {
  userName: "bob",
  accessKeyId: "AKIABOBBOBBOBBOBBOB2",
  secretAccessKey: "bobs+secret/access+key/of+forty+letters+",
  devices: [{
    serialNumber: "arn:aws:iam::123456789012:mfa/bob",
    secret: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
  }],
};
const credentials = `# keep in sync with 1Password
[default-long-term]
aws_access_key_id     = ${alice().accessKeyId}
aws_secret_access_key = ${alice().secretAccessKey}
[other]
region = eu-west-1 ; not ours

[bob-long-term]
aws_access_key_id=${bob.accessKeyId}
aws_secret_access_key=${bob.secretAccessKey}
`;

/** Runs once in a home of its own with that failure, and checks what must hold after any run. */
async function runWith(
  sts: LoopbackSts,
  failure: Failure,
  args: readonly string[],
  then: (test: TestContext, status: number, failing: FailingFiles) => void | Promise<void>,
): Promise<{ failed: boolean; operations: number }> {
  const failing = new FailingFiles(failure);
  const tokenCode = await sts.code();
  await using test = await TestContext.create({
    network: true,
    env: sts.env(),
    files: failing.wrap,
    answers: [() => tokenCode, () => sts.code(bob.devices[0]!.serialNumber)],
  });
  await test.write(".aws/credentials", credentials);
  const status = await test.run(...args);
  const { failed } = failing;
  const operations = failing.operations.length;
  const what = failed === undefined
    ? "no failure"
    : `${failure.code} at ${failure.at} (${failed.name} ${failed.path})\n${test.output}`;

  assert([0, 6].includes(status), `exit status ${status}: ${what}`);
  // Each backslash of a path is two in JSON.
  const said = test.stderr.replaceAll("\\\\", "\\");
  if (status === 6) assertStringIncludes(said, test.path(""), what);
  if (failed?.name !== "remove") {
    const left = (await test.list()).filter((name) => name.includes(".stsmfa"));
    assertEquals(left, [], what);
  }
  for (const secret of [tokenCode, ...await secretsIn(test)]) {
    assert(!test.output.includes(secret), `a secret in the output: ${what}`);
  }
  await then(test, status, failing);
  return { failed: failed !== undefined, operations };
}

/** Returns everything in the home directory that must not be printed. */
async function secretsIn(test: TestContext): Promise<string[]> {
  const session = /(?:secret_?access_?key|session_?token)["\s]*[=:]\s*"?([^"\s]{16,})/gi;
  const state = ".local/state/stsmfa/sessions";
  const names = await test.list(state).catch(() => []);
  const texts = await Promise.all(
    [".aws/credentials", ...names.map((name) => `${state}/${name}`)].map((name) => test.read(name)),
  );
  return texts.flatMap((text) => [...text.matchAll(session)].map((match) => match[1]!));
}

/** Fails one operation after another, until a run ends without meeting the failure. */
async function eachOperation(
  failure: Omit<Failure, "at">,
  run: (failure: Failure) => Promise<{ failed: boolean; operations: number }>,
): Promise<void> {
  // Other operations for each kind of failure; thoroughly, all of them.
  const stride = isThorough ? 1 : 5;
  for (let at = 1 + (seed + failure.code.length) % stride;; at += stride) {
    const { failed, operations } = await run({ ...failure, at });
    if (!failed) {
      assert(operations > 20, `only ${operations} operations were counted`);
      return;
    }
  }
}

/** Reports whether the section contains a complete session. */
function hasSession(text: string, section: string): boolean {
  const document = IniDocument.parse(text);
  const keys = ["access_key_id", "secret_access_key", "session_token"].map((key) => `aws_${key}`);
  const values = [...keys, "expiration", "x_security_token_expires"]
    .map((key) => document.get(section, key));
  return document.problems.length === 0 && values.every((value) => value !== undefined) &&
    values[0]!.startsWith("ASIA");
}

async function oldOrNew(test: TestContext, status: number): Promise<void> {
  const after = await test.read(".aws/credentials");
  if (status !== 0) return assertEquals(after, credentials);
  assertEquals(after.slice(0, credentials.length), credentials);
  assert(hasSession(after, "default"));
}

for (const code of codes) {
  Deno.test(`${code} at any one file operation leaves the old file, or exit 0 and the new one`, async () => {
    await using sts = await startLoopbackSts({ users: [alice(), bob] });
    await eachOperation({ code }, (failure) => runWith(sts, failure, [], oldOrNew));
  });
}

Deno.test("a disk that is full from any moment on leaves the old file, or exit 0 and the new one", async () => {
  await using sts = await startLoopbackSts({ users: [alice(), bob] });
  await eachOperation(
    { code: "ENOSPC", lasting: true },
    (failure) => runWith(sts, failure, [], oldOrNew),
  );
});

Deno.test("a failed write costs no second code: the next run takes the session that was got", async () => {
  await using sts = await startLoopbackSts();
  let recovered = 0;
  await eachOperation(
    { code: "ENOSPC", lasting: true },
    (failure) =>
      runWith(sts, failure, [], async (test, status, { operations }) => {
        const wasKept = operations.slice(0, failure.at - 1)
          .some(({ name, path }) => name === "rename" && path.includes("/sessions/"));
        if (status === 0 || !wasKept) return;
        const env = { ...sts.env(), ...variablesOf(test) };
        await using again = await TestContext.create({ env });
        assertEquals(await again.run("--non-interactive"), 0, `${failure.at}: ${again.output}`);
        assert(hasSession(await test.read(".aws/credentials"), "default"));
        recovered++;
      }),
  );
  assert(recovered > 5, `${recovered} runs recovered`);
});

Deno.test({
  name: "after a full disk the same command with the same --token-code works, as its hint promises",
  fn: async () => {
    await using sts = await startLoopbackSts();
    let at = 0;
    await runWith(sts, { at, code: "ENOSPC" }, [], (_test, _status, { operations }) => {
      at = operations.findLastIndex(({ name, path }) =>
        name === "createNew" && path.endsWith("/.credentials.stsmfa-tmp")
      ) + 1;
    });
    const tokenCode = await sts.code();
    const failing = new FailingFiles({ at, code: "ENOSPC", lasting: true });
    await using test = await TestContext.create({
      network: true,
      env: sts.env(),
      files: failing.wrap,
    });
    await test.write(".aws/credentials", credentials);
    assertEquals(await test.run("--token-code", tokenCode), 6);
    assertStringIncludes(test.stderr, "run the same command again");
    await using again = await TestContext.create({
      network: true,
      env: { ...sts.env(), ...variablesOf(test) },
    });
    assertEquals(await again.run("--token-code", tokenCode), 0, again.output);
    assertEquals(sts.count("GetSessionToken"), 2);
  },
});

Deno.test("with several profiles, EIO at any operation: what is said of each is what is in the file", async () => {
  await using sts = await startLoopbackSts({ users: [alice(), bob] });
  await eachOperation(
    { code: "EIO" },
    (failure) =>
      runWith(sts, failure, ["default", "bob", "--json"], async (test, status) => {
        const after = await test.read(".aws/credentials");
        assertEquals(after.slice(0, credentials.length), credentials);
        const outcomes = test.stdout === ""
          ? []
          : test.json as { targetProfile: string; status: string }[];
        assertEquals(
          status === 0,
          outcomes.filter((each) => each.status === "renewed").length === 2,
        );
        for (const section of ["default", "bob"]) {
          const outcome = outcomes.find((each) => each.targetProfile === section);
          const isThere = outcome?.status === "renewed";
          assertEquals(after.includes(`[${section}]`), isThere, after.slice(credentials.length));
          assertEquals(hasSession(after, section), isThere);
        }
      }),
  );
});

Deno.test("short writes make no difference", async () => {
  await using sts = await startLoopbackSts();
  for (const most of [1, 7, 4096]) {
    await using test = await TestContext.create({
      network: true,
      env: sts.env(),
      files: shortWrites(most),
    });
    await test.write(".aws/credentials", credentials);
    assertEquals(await test.run("--token-code", await sts.code()), 0);
    await oldOrNew(test, 0);
    assertEquals(await test.read(".aws/credentials~"), credentials);
  }
});
