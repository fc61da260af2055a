/**
 * File operations of `init` fail once, some of them here, each with STSMFA_THOROUGH, and no key is
 * lost.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { isWine } from "../support/abilities.ts";
import { FailingFiles, type Failure } from "../support/failing_files.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { alice } from "../support/sts_people.ts";
import { TestContext, variablesOf } from "../support/test_context.ts";
import { isThorough, seed } from "../support/thorough.ts";

const { accessKeyId, secretAccessKey } = alice();
const others = "# keep in sync with 1Password\n[other]\nregion = eu-west-1 ; not ours\n\n";
const work = `[work]
# the key of the console
aws_access_key_id = ${accessKeyId}
output = json
aws_secret_access_key = ${secretAccessKey}
`;
const config = "[profile other]\nregion = eu-west-1\n";

interface Story {
  readonly args: readonly string[];
  readonly credentials: string;
  /** The section that had the key before, if any. */
  readonly from?: string;
}

const stories: Readonly<Record<string, Story>> = {
  "init": { args: ["--keys-from", "stdin"], credentials: others },
  "init --adopt": { args: ["--adopt"], credentials: others + work, from: "work" },
};

/**
 * Runs once in a home of its own with that failure, and checks what must hold after any run.
 *
 * @param repeated the outcomes after which a run was repeated already
 */
async function runWith(
  sts: LoopbackSts,
  story: Story,
  failure: Failure,
  repeated: Set<string>,
): Promise<boolean> {
  const failing = new FailingFiles(failure);
  await using test = await TestContext.create({
    network: true,
    env: sts.env(),
    files: failing.wrap,
    stdin: `${accessKeyId}\n${secretAccessKey}\n`,
  });
  await test.write(".aws/credentials", story.credentials);
  await test.write(".aws/config", config);
  const code = await sts.code();
  const args = ["init", "work", ...story.args, "--region", "eu-west-1", "--token-code", code];
  const status = await test.run(...args);
  const { failed } = failing;
  const what = `${failure.at} (${failed?.name} ${failed?.path}) ${test.output}`;

  assert([0, 6].includes(status), `exit status ${status}: ${what}`);
  const text = await test.read(".aws/credentials");
  const document = IniDocument.parse(text);
  assertEquals(document.problems, [], what);
  assert(text.startsWith(others), what);

  const isStored = document.has("work-long-term");
  const holder = isStored ? "work-long-term" : story.from;
  if (!isStored) assertEquals([text, status], [story.credentials, 6], what);
  if (holder !== undefined) {
    assertEquals(document.get(holder, "aws_access_key_id"), accessKeyId, what);
    assertEquals(document.get(holder, "aws_secret_access_key"), secretAccessKey, what);
  }
  if (story.from !== undefined) assertEquals(document.get("work", "output"), "json", what);
  assertEquals(test.stdout.includes("[work-long-term]"), isStored, what);

  const after = await test.read(".aws/config");
  assert([config, `${config}\n[profile work]\nregion = eu-west-1\n`].includes(after), what);
  if (isStored) assert(after !== config, what);
  const backup = await test.read(".aws/credentials~").catch(() => undefined);
  assert(backup === undefined || backup === story.credentials, what);
  if (isStored) assertEquals(backup, story.credentials, what);
  if (failed?.name !== "remove") {
    assertEquals((await test.list()).filter((name) => name.includes(".stsmfa")), [], what);
  }
  for (const secret of [secretAccessKey, code]) assert(!test.output.includes(secret), what);

  const outcome = `${status} ${document.sections()} ${after.length} ${backup?.length}`;
  if (!repeated.has(outcome)) await repeat(sts, test, args, isStored, what);
  repeated.add(outcome);
  return failed !== undefined;
}

/** Checks that repeating the command, or a refresh if the key is stored already, gets a session. */
async function repeat(
  sts: LoopbackSts,
  failedRun: TestContext,
  args: readonly string[],
  isStored: boolean,
  what: string,
): Promise<void> {
  const env = { ...sts.env(), ...variablesOf(failedRun) };
  const stdin = `${accessKeyId}\n${secretAccessKey}\n`;
  await using again = await TestContext.create({ network: true, env, stdin });
  const code = await sts.code();
  const status = isStored
    ? await again.run("work", "--token-code", code)
    : await again.run(...args.slice(0, -1), code);
  assertEquals(status, 0, `repeated: ${what}${again.output}`);
  const document = IniDocument.parse(await failedRun.read(".aws/credentials"));
  assert(document.get("work", "aws_access_key_id")?.startsWith("ASIA"), what);
  assertEquals(document.get("work-long-term", "aws_secret_access_key"), secretAccessKey, what);
}

for (const [name, story] of Object.entries(stories)) {
  for (
    const [what, failure] of Object.entries(
      {
        "EIO at any one file operation": { code: "EIO" },
        "a disk that is full from any moment on": { code: "ENOSPC", lasting: true },
      } as const,
    )
  ) {
    Deno.test(`${what} of ${name}: the file is the old one or the new one, no key is lost, and repeating helps`, async () => {
      await using sts = await startLoopbackSts();
      const repeated = new Set<string>();
      // One failure that does not last leaves more to be done, which takes long under wine.
      const stride = isThorough ? 1 : isWine && failure.code === "EIO" ? 8 : 4;
      // Other operations for each kind of failure.
      let at = 1 + (seed + failure.code.length) % stride;
      while (await runWith(sts, story, { ...failure, at }, repeated)) at += stride;
      assert(at > 40, `only ${at} operations were counted`);
      assert(repeated.size > (isWine ? 2 : 3), `only ${repeated.size} outcomes`);
    });
  }
}
