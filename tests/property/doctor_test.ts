import { assert } from "@std/assert";
import { profileNames } from "../../lib/aws_files/profile_sections.ts";
import { awsFilePaths, type AwsFiles, readAwsFiles } from "../../lib/aws_files/read.ts";
import { digest } from "../../lib/digest.ts";
import { diagnose } from "../../lib/doctor/doctor.ts";
import type { Finding } from "../../lib/doctor/finding.ts";
import { StsmfaError } from "../../lib/errors.ts";
import { type ResolvedIdentity, resolveIdentity } from "../../lib/profile/identity.ts";
import { ailingHome, type NamedPaths, olderStartUrl, signIns } from "../support/ailing_homes.ts";
import { usedByBotocore } from "../support/botocore_use.ts";
import type { OddHome } from "../support/odd_homes.ts";
import { needsPython } from "../support/python.ts";
import { Chooser } from "../support/seeded.ts";
import { TestContext } from "../support/test_context.ts";
import { factor, seed } from "../support/thorough.ts";

/** A profile that somebody cannot use, and about which doctor has no problem; each with its reason. */
const exceptions: Readonly<Record<string, (case_: Case) => boolean>> = {
  "stsmfa writes its session, and then SDKs use that": ({ resolved, refusal }) =>
    refusal === undefined && resolved?.identity.kind === "written",
  "only stsmfa can use it, by a block or by keys beside a section, and that is said": (
    { refusal, found },
  ) =>
    refusal === undefined &&
    found.some(({ code }) => ["NoSession", "NoCredentials", "NotAsked"].includes(code)),
  "it may be all right tomorrow, in another shell or on another machine": ({ found }) =>
    found.some(({ level, code, what }) =>
      level === "warning" && (code === "SessionExpired" ||
        /^(credential_source of .* (means|neither)|web_identity_token_file of .*: there is no file)/
          .test(what))
    ),
};

/** A problem with a profile that botocore and stsmfa use. */
const tolerated: Readonly<Record<string, (case_: Case) => boolean>> = {
  "stsmfa is to renew a session whose keys are nowhere; till it ends, it is given out": (
    { found },
  ) => problemsIn(found).every(({ code }) => code === "SourceIsSession"),
  "AWS refuses it, which only a request tells": ({ found }) =>
    problemsIn(found).every(({ code }) => code === "StaleSessionToken"),
};

const count = 60 * factor;

interface Case {
  readonly home: OddHome;
  readonly name: string;
  /** Why botocore has no credentials. */
  readonly unused: string | null;
  /** Why stsmfa gives none. */
  readonly refusal: string | undefined;
  readonly resolved: ResolvedIdentity | undefined;
  readonly found: readonly Finding[];
}

Deno.test({
  ...needsPython("botocore"),
  name:
    `doctor has a problem with a profile of ${count} homes just if botocore or stsmfa cannot use it${
      needsPython("botocore").name
    }`,
  fn: async () => {
    await using test = await TestContext.create({
      network: () => Promise.reject(new TypeError("connection refused")),
      runCommand: () => Promise.resolve({ exitStatus: 0, stdout: printed }),
    });
    const paths = await furnish(test);
    test.env["PATH"] = `${test.path("bin")}:/usr/bin:/bin`;
    const choose = new Chooser(seed);
    const homes = [];
    for (let made = 0; made < count; made++) {
      const home = ailingHome(choose, paths);
      homes.push({ ...home, names: profileNames(await put(test, home)) });
    }
    const uses = await usedByBotocore(homes, test.home, test.env["PATH"]);
    const tally = { sound: 0, problems: 0, exceptions: 0 };
    for (const [number, { names, ...home }] of homes.entries()) {
      const files = await put(test, home);
      const all = await found(test, []);
      const problems = new Set<string>();
      for (const name of names) {
        const unused = uses[number]![name]!;
        const case_ = await examine(test, files, { home, name, unused });
        const hasProblem = problemsIn(case_.found).length > 0;
        const isUsable = unused === null && case_.refusal === undefined;
        if (hasProblem === isUsable) {
          const known = Object.values(isUsable ? tolerated : exceptions);
          assert(known.some((applies) => applies(case_)), words(case_));
        }
        problemsIn(case_.found).forEach(({ where }) => problems.add(where));
        tally[isUsable ? "sound" : hasProblem ? "problems" : "exceptions"]++;
      }
      for (const { where, what } of problemsIn(all)) {
        assert(problems.has(where), `${what}\n${JSON.stringify(home)}`);
      }
    }
    const total = tally.sound + tally.problems + tally.exceptions;
    assert(tally.sound > total * 0.2 && tally.problems > total * 0.2, JSON.stringify(tally));
    assert(tally.exceptions < total * 0.3, JSON.stringify(tally));
  },
});

function problemsIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ level }) => level === "problem");
}

const printed = JSON.stringify({ Version: 1, AccessKeyId: "AKIA", SecretAccessKey: "hunter2" });

/** Makes what homes name: programs, a token, sign-ins. */
async function furnish(test: TestContext): Promise<NamedPaths> {
  for (const name of ["give", "stsmfa"]) {
    await test.write(`bin/${name}`, `#!/bin/sh\necho '${printed}'\n`, 0o755);
  }
  await test.write("token", "eyJhbGciOi...");
  const keep = async (name: string, expiresAt: string) =>
    await test.write(
      `.aws/sso/cache/${await digest(name, "SHA-1")}.json`,
      JSON.stringify({ accessToken: "x", expiresAt, startUrl: "x", region: "eu-west-1" }),
    );
  await keep(signIns.valid, "2099-01-01T00:00:00Z");
  await keep(olderStartUrl, "2099-01-01T00:00:00Z");
  await keep(signIns.expired, "2020-01-01T00:00:00Z");
  return { give: test.path("bin/give"), token: test.path("token") };
}

async function put(test: TestContext, { config, credentials }: OddHome): Promise<AwsFiles> {
  await test.write(".aws/config", config!);
  await test.write(".aws/credentials", credentials!);
  const context = test.context();
  return await readAwsFiles(context, awsFilePaths(context.env, {}));
}

async function found(test: TestContext, names: readonly string[]): Promise<readonly Finding[]> {
  const context = test.context();
  const paths = awsFilePaths(context.env, {});
  const options = { paths, flags: {}, names, usual: "default", isOffline: true };
  return (await diagnose(context, options)).findings;
}

/** Has doctor look at a profile, and stsmfa get a session for it, as far as that goes here. */
async function examine(
  test: TestContext,
  files: AwsFiles,
  known: Pick<Case, "home" | "name" | "unused">,
): Promise<Case> {
  const { name } = known;
  let resolved: ResolvedIdentity | undefined;
  try {
    resolved = resolveIdentity(files, test.context().env, {}, name);
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
  }
  // Without a person and a network, all that is left is what the files say.
  const status = await test.run("process", `--profile=${name}`, "--json");
  const refusal = status === 3 ? test.stderr : undefined;
  return { ...known, resolved, refusal, found: await found(test, [name]) };
}

function words({ home, name, unused, refusal, found }: Case): string {
  const told = found.map(({ level, where, what }) => `${level} ${where}: ${what}`).join("\n  ");
  return `profile ${name}\nbotocore: ${unused}\nstsmfa: ${refusal}\ndoctor:\n  ${told}\n\n` +
    `${home.config}\n${home.credentials}`;
}
