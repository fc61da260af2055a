/**
 * Every file operation of every command that gets a session fails once, or from there on, or at the
 * n-th byte: a few of them here, all of them with STSMFA_THOROUGH.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { AttachedCommand } from "../../lib/context.ts";
import { FailingFiles, type Failure } from "../support/failing_files.ts";
import { type Home, longTerm, openHome } from "../support/homes.ts";
import { assertWhole, keptPath, keptText, others } from "../support/kept_file.ts";
import { startLoopbackEcr } from "../support/loopback_ecr.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough, sampled } from "../support/thorough.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const credentials = `# keep in sync with 1Password\n${longTerm("me")}`;
const olderBackup = "# older\n";
const account = "123456789012";

const block = (...lines: readonly string[]) =>
  `region = eu-west-1\nstsmfa =\n${
    ["source_profile = me", `mfa_serial = ${ALICE_DEVICE}`, ...lines]
      .map((line) => `  ${line}\n`).join("")
  }`;
const config = `[profile plain]\n${block()}
[profile role]\n${block(`role_arn = ${roleArn}`)}
[profile direct]\n${block(`role_arn = ${roleArn}`, "duration_seconds = 7200")}
[profile me]\nregion = eu-west-1\nmfa_serial = ${ALICE_DEVICE}\n`;

/** Commands, and how each ends that was given a session. */
interface Story {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly status: readonly number[];
  /** What must be on stdout, or what must have been run. */
  readonly gives: RegExp;
}

const stories: Readonly<Record<string, Story>> = {
  "process, a plain profile": {
    args: ["process", "plain"],
    status: [0],
    gives: /"SessionToken":"/,
  },
  "process, a role": { args: ["process", "role"], status: [0], gives: /"SessionToken":"/ },
  "process, a role with a code of its own": {
    args: ["process", "direct"],
    status: [0],
    gives: /"SessionToken":"/,
  },
  "process, keys in the section itself": {
    args: ["process", "me"],
    status: [0],
    gives: /"SessionToken":"/,
  },
  "env": { args: ["env", "plain"], status: [0], gives: /AWS_SESSION_TOKEN='/ },
  "exec": { args: ["exec", "role", "--", "program"], status: [42], gives: /^ran ASIA/ },
  "kube-token": {
    args: ["kube-token", "--cluster", "shop", "plain"],
    status: [0],
    gives: /"token":"k8s-aws-v1\./,
  },
  "docker-credential": {
    args: ["docker-credential", "get"],
    stdin: `${account}.dkr.ecr.eu-west-1.amazonaws.com\n`,
    status: [0],
    gives: /"Secret":"/,
  },
  "refresh": { args: ["plain", "role"], status: [0, 6], gives: /^/ },
  "refresh, a role with a code of its own": { args: ["direct"], status: [0, 6], gives: /^/ },
};

/** Runs once in a home of its own, with that failure, and checks what has to hold after any run. */
async function runWith(story: Story, failure: Failure): Promise<FailingFiles> {
  const failing = new FailingFiles(failure);
  const ran: AttachedCommand[] = [];
  await using home = await openHome({
    credentials,
    config,
    files: failing.wrap,
    sts: { roles: [{ roleArn, maxSessionDuration: 7200 }] },
    ...(story.stdin && { stdin: story.stdin, now: new Date() }),
    runAttached: (command) => {
      ran.push(command);
      return Promise.resolve(42);
    },
  });
  await using ecr = await startLoopbackEcr({ findKey: (id) => home.sts.findKey(id) });
  if (story.stdin) Object.assign(home.test.env, ecr.env(), { AWS_PROFILE: "plain" });
  const kept = await keptPath(alice().accessKeyId, home.sts.url);
  await home.test.write(kept, keptText);
  await home.test.write(".aws/credentials~", olderBackup);
  home.types(2);
  const status = await home.run(...story.args);
  const { failed } = failing;
  const { stdout, stderr } = home;
  const what =
    `${failure.code} at ${failure.at} byte ${failure.bytes} (${failed?.name} ${failed?.path})
${stderr}`;

  const isCodeSpent = home.sts.count("GetSessionToken") + home.sts.count("AssumeRole") > 0;
  // Docker's own protocol: the reason on stdout, and 1.
  const refused = story.stdin ? 1 : 6;
  const expected = isCodeSpent ? story.status : [...story.status, refused];
  assert(expected.includes(status), `exit status ${status}: ${what}`);
  const given = ran.map(({ environment: { set } }) => `ran ${set["AWS_ACCESS_KEY_ID"]}`).join() ||
    stdout;
  if (isCodeSpent) assertMatch(given, story.gives, what);
  const warnings = stderr.split("\n").filter((line) => line.startsWith("stsmfa: warning: "));
  if (status !== 6) assert(warnings.length <= 1, what);
  if (isCodeSpent && status !== 6) assert(!stderr.includes("error:"), what);
  for (const { secretAccessKey, sessionToken } of Object.values(others)) {
    assert(!stderr.includes(secretAccessKey!) && !stderr.includes(sessionToken!), what);
  }

  assertWhole(await home.test.read(kept), what);
  const text = await home.credentials();
  assert(text.startsWith(credentials), what);
  if (text !== credentials) {
    assertMatch(text, /\n(x_security_token_expires|assumed_role_arn) *= .*\n$/, what);
  }
  const backup = await home.test.read(".aws/credentials~");
  assert(backup === olderBackup || backup === credentials, what);
  if (text !== credentials) assertEquals(backup, credentials, what);
  const sessions = kept.replace(/\/[^/]*$/, "");
  if (!failing.isStuck) {
    assertEquals(await home.test.list(), ["config", "credentials", "credentials~"], what);
    assertEquals((await home.test.list(sessions)).length, 1, what);
  }
  await again(home, story, status, isCodeSpent, what);
  return failing;
}

/** The session is kept somewhere, or it was said that it is not. */
async function again(home: Home, story: Story, status: number, isCodeSpent: boolean, what: string) {
  if (!isCodeSpent || story.stdin) return;
  const isLost = home.stderr.includes("kept");
  const before = home.test.questions.length;
  const next = await openHome({
    credentials: null,
    sts: {},
    env: { ...home.test.env },
    nobody: true,
    runAttached: () => Promise.resolve(42),
  });
  await using _ = next;
  const code = await next.run(...story.args);
  assertEquals(home.test.questions.length, before);
  if (isLost) return;
  assert(story.status.includes(code), `again ${code} after ${status}: ${what}${next.stderr}`);
}

for (const [nth, [name, story]] of Object.entries(stories).entries()) {
  Deno.test(`${name}: whatever fails, nothing is lost, and what a code bought goes out with one warning at most`, async () => {
    const { operations } = await runWith(story, { at: 0, code: "EIO" });
    let failures = 0;
    let turn = nth;
    for (const code of ["EIO", "ENOSPC", "EDQUOT", "EROFS"] as const) {
      for (const lasting of [false, true]) {
        for (const at of sampled(operations.length, 2, turn++)) {
          failures += (await runWith(story, { at, code, lasting })).failures;
        }
      }
    }
    for (const at of sampled(12, 2, nth)) {
      failures +=
        (await runWith(story, { at: 0, code: "ENOSPC", bytes: (at - 1) * 1500 + at })).failures;
    }
    if (isThorough) {
      console.log(`${name}: ${operations.length} operations, ${failures} failures`);
    }
    assert(failures > 0);
  });
}

Deno.test("on a read-only disk the sessions that were kept before serve; nothing is asked, and clear says that they stay", async () => {
  const refuse = () =>
    Promise.reject(Object.assign(new Error("read-only on order"), { code: "EROFS" }));
  await using home = await openHome({ credentials, config });
  home.types();
  assertEquals(await home.run("process", "plain"), 0);
  const { AccessKeyId } = JSON.parse(home.stdout);
  await home.test.write(".aws/credentials", credentials);
  await using later = await openHome({
    credentials: null,
    env: { ...home.test.env },
    nobody: true,
    files: (files) => ({
      ...files,
      openLockable: refuse,
      createNew: refuse,
      makeDirectory: refuse,
      rename: refuse,
      remove: refuse,
    }),
  });
  assertEquals(await later.run("process", "plain"), 0, later.stderr);
  assertEquals(JSON.parse(later.stdout).AccessKeyId, AccessKeyId);
  assertEquals(later.stderr, "", "nothing was lost");
  await later.run("clear", "plain");
  assertMatch(later.stderr, /warning: sessions kept beside the file stay: /);
});
