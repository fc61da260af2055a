/**
 * Profiles of generated homes: what stsmfa makes of them, compared with what botocore does, and
 * with the rules of our own where a home has something of ours.
 *
 * `STSMFA_THOROUGH=10` tries ten times as many homes, `STSMFA_SEED` others.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/abilities.ts";
import { chains } from "../support/aws_tools/chains.ts";
import { headers } from "../support/aws_tools/headers.ts";
import { ours } from "../support/aws_tools/ours.ts";
import {
  type BotocoreAnswer,
  type BotocoreHome,
  BotocoreResolver,
} from "../support/botocore_resolution.ts";
import { type GeneratedHome, generatedHome } from "../support/generated_homes.ts";
import {
  Comparison,
  countsShown,
  type Deliberate,
  devicesOnTheWay,
  expectedOf,
} from "../support/profile_comparison.ts";
import { ruling } from "../support/profile_rules.ts";
import { pythonWith } from "../support/python.ts";
import { type Home, isRefused, type Resolved } from "../support/resolution.ts";
import { differences } from "../support/resolution_differences.ts";
import { Chooser } from "../support/seeded.ts";
import { shownHome } from "../support/smallest_home.ts";
import { type Resolver, stsmfa, type StsmfaResolution } from "../support/stsmfa_resolution.ts";
import { factor, seed } from "../support/thorough.ts";
import { type Change, wrongAnswers } from "../support/wrong_resolutions.ts";

/** What has to come up among any three hundred homes, or they prove less than they seem to. */
const commonOutcomes = [
  "refused by both",
  ...["long-term", "session", "process", "web-identity", "sso", "login", "instance"].flatMap((
    each,
  ) => [`${each}, 0 roles`, `${each}, 1 roles`]),
  "long-term, 3 roles",
  ...[0, 1, 2].map((roles) => `by our rules: long-term, ${roles} roles`),
  "by our rules: refused by both",
];

/** What botocore does not foresee, and what Python then says. */
const knownFailures =
  /^(ValueError: (Invalid endpoint|No closing quotation|No escaped character)|IndexError: list index|TypeError: )/;

const withVariables = (home: GeneratedHome, variables: Readonly<Record<string, string>>) => ({
  ...home,
  variables: { ...home.variables, ...variables },
});

/** Nothing here may hide another identity: each is a refusal, or is compared again. */
const deliberate: readonly Deliberate[] = [
  {
    what: "an empty AWS_DEFAULT_REGION is none",
    why: "botocore asks https://sts..amazonaws.com; no variable of ours counts when it is empty",
    applies: ({ home }) => home.variables["AWS_DEFAULT_REGION"] === "",
    instead: (home) => {
      const { AWS_DEFAULT_REGION: _, ...variables } = home.variables;
      return { ...home, variables };
    },
  },
  {
    what: "AWS_REGION counts where nothing else names a region",
    why: "the other SDKs read it, botocore alone does not; the profile's own region still wins",
    applies: ({ home, expected: { allowed: [first] } }, found) =>
      found.includes("region") && !isRefused(first!) && first!.region === null &&
      home.variables["AWS_REGION"] !== undefined,
    instead: (home) => withVariables(home, { AWS_DEFAULT_REGION: home.variables["AWS_REGION"]! }),
  },
  {
    what: "an AWS_REGION in another partition than the role is refused",
    why: "the other SDKs would ask there; whoever meant botocore's silence can unset it",
    applies: ({ home, actual }, found) =>
      found.join() === "refused" && isRefused(actual) &&
      /^variable AWS_REGION: .* is not in the partition of arn:/.test(actual.message) &&
      home.variables["AWS_REGION"] !== undefined,
  },
  {
    what: "a block in a spelling that a later one replaces is refused",
    why: "whoever wrote it meant it, and it would change who one is",
    applies: ({ actual }, found) =>
      found.join() === "refused" && isRefused(actual) &&
      /: the stsmfa block in .* is not read: .* replaces the whole section$/.test(actual.message),
  },
  {
    what: "a role in a block that SDKs ask stsmfa for is refused beside keys that they find before",
    why: "by its name AWS's tools are whom the keys belong to, and stsmfa would be the role",
    applies: ({ read, name, actual }, found) =>
      found.join() === "refused" && isRefused(actual) &&
      /aws_access_key_id: AWS's tools use this key for .* instead of its role/
        .test(actual.message) &&
      read.credentials.get(name)?.has("aws_access_key_id") === true,
  },
  {
    what: "an empty credential_process beside [P-long-term] is none",
    why: "botocore ends with an IndexError, until the session that we write is there",
    applies: ({ read, actual, expected: { allowed: [first] } }, found) =>
      found.join() === "accepted" && !isRefused(actual) && isRefused(first!) &&
      (first.refused === "IndexError" || first.message.endsWith(" has no command")) &&
      actual.base.section?.endsWith("-long-term") === true &&
      read.profiles.get(siblingOf(actual.base.section))?.get("credential_process") === "",
  },
  {
    what: "a device, a role or a region in another partition than what is asked for is refused",
    why: "AWS would refuse it",
    applies: ({ actual }, found) =>
      found.join() === "refused" && isRefused(actual) &&
      /(?:mfa_serial|aws_mfa_device|role_arn|assume_role|region|_REGION): .* is not in the partition of arn:/
        .test(
          actual.message,
        ),
  },
  {
    what: "credential_source is resolved before it is looked whether it gives anything",
    why:
      "what is in variables or on the machine is asked when credentials are taken; it fails then",
    applies: ({ actual, read, expected: { allowed: [first] } }, found) =>
      found.join() === "accepted" && !isRefused(actual) && isRefused(first!) &&
      (/^(PartialCredentialsError|CredentialRetrievalError)$/.test(first.refused) ||
        /^no (keys in variables|container)$/.test(first.message)) &&
      (actual.base.kind === "environment" || actual.base.kind === "container") &&
      read.profiles.get(actual.base.section!)?.get("credential_source") !== undefined,
    instead: (home) =>
      withVariables(home, {
        AWS_ACCESS_KEY_ID: `AKIA${"9".repeat(16)}`,
        AWS_SECRET_ACCESS_KEY: "Secret/variables",
        AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/keys",
      }),
  },
  {
    what: "the machine's own role is not taken for a profile that does not name it",
    why:
      "a person without keys in the files has mistyped something; on EC2 no MFA is proved at all",
    applies: ({ expected: { allowed: [first] } }, found) =>
      found.join() === "refused" && !isRefused(first!) && first!.base.section === null,
  },
  {
    what: "a duration that is no number is refused",
    why: "botocore drops it without a word, and the session is shorter than its owner thinks",
    applies: ({ read, name, actual, expected: { allowed: [first] } }, found) =>
      found.join() === "refused" && isRefused(actual) && !isRefused(first!) &&
      actual.message.includes("duration_seconds") &&
      [...first!.roles, { section: name, durationSeconds: undefined }]
        .some(({ section, durationSeconds }) =>
          durationSeconds === undefined && read.profiles.get(section)?.has("duration_seconds")
        ),
  },
  {
    what: "credentials that AWS refuses for certain are refused before",
    why: "a comment behind a key or a name, a session's key without its token: named, and not sent",
    applies: ({ read, expected: { allowed } }, found) =>
      found.join() === "refused" &&
      allowed.some((each) => !isRefused(each) && isUseless(read, each)),
  },
  {
    what: "an sso_session that nothing uses may lead nowhere",
    why: "botocore looks for a bearer token with it, whatever the keys are, and then asks nobody",
    applies: ({ expected: { allowed: [first] } }, found) =>
      found.join() === "accepted" && isRefused(first!) &&
      /configured to use the SSO token provider|^sso-session .* is not complete/
        .test(first.message),
    instead: (home, { read, name }) => {
      const session = String(read.profiles.get(name)?.get("sso_session"));
      return {
        ...home,
        config: home.config && withoutSsoSession(home.config, session),
        credentials: home.credentials && withoutSsoSession(home.credentials, session),
      };
    },
  },
  {
    what: "a written session that somebody has made useless is refused, and not replaced",
    why: "what stands in place of its keys may be somebody's; it is named",
    applies: ({ read, actual, expected: { allowed } }, found) =>
      found.join() === "refused" && isRefused(actual) &&
      /aws_(access_key_id|secret_access_key)/.test(actual.message) &&
      allowed.some((each) =>
        !isRefused(each) && ["aws_access_key_id", "aws_secret_access_key"].some((key) => {
          const section = siblingOf(each.base.section ?? "");
          return /^$|\s/.test(String(read.credentials.get(section)?.get(key)));
        })
      ),
  },
  {
    what: "a source's region that is no region is refused for a profile without one",
    why: "ours falls back to it, botocore does not; whoever mistyped it is told the line",
    applies: ({ actual, expected: { regions = [], allowed: [first] } }, found) =>
      found.join() === "refused" && isRefused(actual) && !isRefused(first!) &&
      first!.region === null &&
      regions.some((each) => each !== null && actual.message.endsWith(`: ${each} is not a region`)),
  },
  {
    what: "an mfa_serial that is no serial number is refused, in a profile or its source",
    why: "botocore never looks at it; we would ask for its code",
    applies: ({ read, name, actual, expected: { allowed } }, found) =>
      found.join() === "refused" && isRefused(actual) && !isRefused(allowed[0]!) &&
      /mfa_serial|aws_mfa_device/.test(actual.message) &&
      allowed.some((each) =>
        !isRefused(each) &&
        devicesOnTheWay(read, name, each).some((serial) =>
          !/^(?:GAHT|arn:\S+:mfa\/)[\w+=/:,.@-]+$/.test(serial)
        )
      ),
  },
];

/** Returns the profile whose long-term keys a section holds, else the section's own. */
function siblingOf(section: string): string {
  return section.replace(/-long-term$/, "");
}

/** Returns a file in which no profile names this `sso-session`. */
function withoutSsoSession(file: string, name: string): string {
  return file.replace(
    /^\s*sso_session\s*[=:](.*)$/gim,
    (line, value: string) => value.trim() === name ? "" : line,
  );
}

function isUseless(
  read: BotocoreHome,
  { base, awsRefusesSource }: Resolved & { readonly awsRefusesSource?: unknown },
): boolean {
  const { kind, accessKeyId: key = "key" } = base;
  const isNone = /^$|\s/.test(key) || (kind === "long-term" && key.startsWith("ASIA"));
  if (awsRefusesSource !== undefined || isNone) return true;
  const own = read.answers.get(base.section ?? "");
  if (own === undefined || isRefused(own)) return false;
  return own.awsRefusesSource !== undefined && own.base.section === base.section &&
    own.base.kind === base.kind && own.base.accessKeyId === base.accessKeyId;
}

function generated(amount: number, from = seed): GeneratedHome[] {
  const choose = new Chooser(from);
  return Array.from({ length: amount }, () => generatedHome(choose));
}

/** Adds a test that asks botocore. */
function testWithBotocore(
  promise: string,
  run: (botocore: BotocoreResolver) => Promise<void>,
): void {
  testWith(
    pythonWith("botocore"),
    promise,
    async () => {
      await using botocore = new BotocoreResolver();
      await run(botocore);
    },
  );
}

testWithBotocore("a profile of a generated home is what botocore makes of it", async (botocore) => {
  const homes = generated(300 * factor);
  const comparison = new Comparison(botocore, stsmfa, deliberate);
  await comparison.compare(homes);
  console.log(`${homes.length} homes, seed ${seed}:\n${countsShown(comparison.counts)}`);
  for (const outcome of commonOutcomes) {
    assert(comparison.outcomes.has(outcome), `no home has: ${outcome}`);
  }
  if (comparison.failures.length > 0) throw new Error(await comparison.report());
});

testWithBotocore(
  "the rules of the test agree with botocore where nothing of ours is",
  async (botocore) => {
    for (const home of generated(40 * factor, seed + 1)) {
      const read = await botocore.resolve(home, home.names);
      if ("unparsable" in read) continue;
      for (const [name, answer] of read.answers) {
        const rules = ruling(read, home.variables, name);
        if (rules.isOurs) continue;
        const { allowed } = expectedOf(rules, answer);
        const found = differences(allowed[0]!, rules.allowed[0]!);
        assertEquals(found, [], `${name}\n${shownHome(home)}`);
      }
    }
  },
);

testWithBotocore("what is recorded is what botocore's own clients would send", async (botocore) => {
  const refusals = new Map<string, string>();
  for (const home of generated(12 * factor, seed + 2)) {
    const read = await botocore.resolve(home, home.names, true);
    if ("unparsable" in read) continue;
    for (const [name, answer] of read.answers) {
      assertEquals(answer.disagreement, undefined, `${name}\n${shownHome(home)}`);
      if (isRefused(answer)) refusals.set(answer.refused, answer.message);
    }
  }
  // A fault of the recorder's own would look like a refusal.
  for (const [refusal, message] of refusals) {
    const isBotocores =
      /^(\w+(Config|Credentials|Validation|Retrieval|Region)Error|ProfileNotFound)$/
        .test(refusal);
    assert(isBotocores || knownFailures.test(`${refusal}: ${message}`), `${refusal}: ${message}`);
  }
});

testWithBotocore("a right answer passes, and each kind of wrong one is found", async (botocore) => {
  const homes = generated(40, seed + 3);
  const answers = new Map<Home, BotocoreAnswer>();
  const remembering = {
    async resolve(home: GeneratedHome): Promise<BotocoreAnswer> {
      const answer = answers.get(home) ?? await botocore.resolve(home, home.names);
      answers.set(home, answer);
      return answer;
    },
  };
  const failuresWith = async (change: Change) => {
    const wrong: string[] = [];
    const resolver: Resolver = async (home, name) => {
      const right = rightAnswer(await remembering.resolve(home as GeneratedHome), home, name);
      const answer = change(right);
      if (answer !== undefined) {
        wrong.push(`home ${homes.findIndex((each) => each === home)}: ${name}`);
      }
      return answer ?? right;
    };
    const comparison = new Comparison(remembering, resolver, deliberate);
    await comparison.compare(homes);
    const found = comparison.failures.map(({ given: { home, name } }) =>
      `home ${homes.indexOf(home)}: ${name}`
    );
    return { wrong: wrong.sort(), found: found.sort() };
  };
  assertEquals(await failuresWith(() => undefined), { wrong: [], found: [] });
  for (const [what, change] of wrongAnswers) {
    const { wrong, found } = await failuresWith(change);
    // Some are rare, but one that never comes proves nothing.
    assert(wrong.length > 0, `no home for: ${what}`);
    assertEquals(found, wrong, what);
  }
  // Some refusals are meant; the others have to be found.
  const { wrong, found } = await failuresWith((right) =>
    isRefused(right) ? undefined : { refused: "InvalidSetting", message: "", exitStatus: 3 }
  );
  assert(found.length > wrong.length * 0.6, `${found.length} of ${wrong.length}`);
});

testWithBotocore(
  "the homes that are written by hand are what botocore makes of them",
  async (botocore) => {
    for (const home of [...headers, ...chains, ...ours]) {
      const read = await botocore.resolve(home, [home.profile]);
      if ("unparsable" in read) {
        assert("refused" in home.right, home.what);
        continue;
      }
      const rules = ruling(read, home.variables, home.profile);
      assertEquals(rules.isOurs, ours.includes(home), home.what);
      const { allowed } = expectedOf(rules, read.answers.get(home.profile)!);
      const right = "refused" in home.right ? { refused: "", message: "" } : home.right;
      const isRight = (each: typeof allowed[number]) =>
        differences(right, each).length === 0 ||
        isRefused(right) && !isRefused(each) && isUseless(read, each);
      assert(allowed.some(isRight), home.what);
    }
  },
);

function rightAnswer(read: BotocoreAnswer, home: Home, name: string): StsmfaResolution {
  if ("unparsable" in read) return { refused: "UnparsableFile", message: "", exitStatus: 3 };
  const rules = ruling(read, home.variables, name);
  const [right] = expectedOf(rules, read.answers.get(name)!).allowed;
  if (isRefused(right!)) return { refused: "InvalidSetting", message: "", exitStatus: 3 };
  const devices = devicesOnTheWay(read, name, right!);
  return {
    base: right!.base,
    roles: right!.roles,
    region: rules.isOurs ? rules.regions[0]! : right!.region,
    ...(devices.length === 1 && { serialNumber: devices[0] }),
    ...(rules.profileKind && { profileKind: rules.profileKind }),
  };
}
