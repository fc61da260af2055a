/**
 * What goes wrong in a first hour, as a page that a person can read: each mistake with what was
 * typed and what is said.
 *
 * @module
 */

import { digest } from "../../../lib/digest.ts";
import { type Home, type HomeOptions, longTerm, session } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

/** A mistake. */
export interface Mistake {
  /** What was done, in the words of whoever did it. */
  readonly what: string;
  /** What is typed; a text is split at spaces. */
  readonly args: string;
  readonly home?: HomeOptions;
  /** Whether another stsmfa asks for a code at that time. */
  readonly during?: boolean;
  /** What has happened before; returns what stands for `CODE`, if that is typed. */
  readonly before?: (home: Home) => Promise<string | void> | void;
}

const prodArn = "arn:aws:iam::222222222222:role/Administrator";
const standard = `[profile me]
region = eu-west-1

[profile prod]
role_arn = ${prodArn}
source_profile = me
mfa_serial = ${ALICE_DEVICE}
`;
const myKey = longTerm("me");
const roles = [{ roleArn: prodArn }];
const block = (...lines: string[]) =>
  ["[default]", "stsmfa =", ...lines.map((each) => `  ${each}`), ""].join("\n");
const sso = `[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1

[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
`;
const nothing: HomeOptions = { credentials: null };
const keysInDefault: HomeOptions = { credentials: longTerm("default") };
const withRole: HomeOptions = { credentials: myKey, config: standard, sts: { roles } };
const broken = (text: string): HomeOptions => ({ credentials: text });

const offline = (reason: string) => () => Promise.reject(new TypeError(reason));

const noProgram = () => Promise.reject(new Deno.errors.NotFound("no such file"));

async function signedInOnce(home: Home): Promise<void> {
  const name = await digest("corp", "SHA-1");
  const token = {
    startUrl: "https://corp.awsapps.com/start",
    region: "eu-west-1",
    accessToken: "over",
    expiresAt: "2026-03-03T05:00:00Z",
  };
  await home.test.write(`.aws/sso/cache/${name}.json`, JSON.stringify(token));
}

/** The page: headings, and what goes wrong under each. */
export const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  "Nothing is set up yet": [
    { what: "no files at all", args: "", home: nothing },
    { what: "no files, a profile by name", args: "prod", home: nothing },
    { what: "no files, a program to run", args: "exec prod -- aws s3 ls", home: nothing },
    { what: "no files, all profiles", args: "--all", home: nothing },
    { what: "init without a terminal", args: "init", home: { ...nothing, nobody: true } },
    { what: "import, and there is no other tool", args: "import", home: nothing },
  ],
  "The wrong word": [
    { what: "a typo in a profile", args: "prdo", home: withRole },
    {
      what: "a profile that is not there, among many",
      args: "payments",
      home: {
        config: Array.from({ length: 17 }, (_, at) => `[profile team-${at}]\nregion = x\n`).join(
          "",
        ),
      },
    },
    { what: "a typo in a command", args: "stauts" },
    { what: "a command of another tool", args: "login prod", home: withRole },
    { what: "the command after the profile", args: "prod status", home: withRole },
    { what: "a typo in a flag", args: "prod --forse", home: withRole },
    { what: "a flag without its value", args: "prod --profile" },
    { what: "a flag before the command", args: "--profile prod exec -- aws s3 ls", home: withRole },
    { what: "exec without --", args: "exec prod aws s3 ls", home: withRole },
    { what: "exec without a command", args: "exec prod", home: { ...withRole, nobody: true } },
    { what: "all of them, and one by name", args: "--all prod", home: withRole },
    { what: "a duration in words", args: "--duration 12hours" },
    { what: "a duration too long for AWS", args: "--duration 48h" },
    { what: "use without the shell function", args: "use prod", home: withRole },
    { what: "a key of read that there is not", args: "read token" },
  ],
  "The MFA code": [
    { what: "five digits", args: "--token-code 12345" },
    { what: "a wrong code", args: "--token-code 000000", home: { nobody: true } },
    {
      what: "a wrong code, three times",
      args: "",
      before: (home) => home.answer("000000", "111111", "222222"),
    },
    {
      what: "a code that was used",
      args: "--force --token-code CODE",
      home: { nobody: true },
      before: async (home) => {
        const code = await home.sts.code();
        await home.run("--token-code", code);
        home.test.clock.advance(1);
        return code;
      },
    },
    { what: "nobody at a terminal", args: "", home: { nobody: true } },
    {
      what: "no MFA device",
      args: "",
      home: { sts: { users: [alice({ devices: [] })] } },
    },
    {
      what: "two devices, and no terminal to choose at",
      args: "--token-code 123456",
      home: {
        nobody: true,
        sts: {
          users: [alice({
            devices: ["phone", "tablet"].map((name) => ({
              ...alice().devices[0]!,
              serialNumber: `arn:aws:iam::123456789012:mfa/${name}`,
            })),
          })],
        },
      },
    },
    {
      what: "a security key as the device",
      args: "--mfa-serial arn:aws:iam::123456789012:u2f/user/alice/key-1",
    },
    {
      what: "the user's ARN as the device",
      args: "--mfa-serial arn:aws:iam::123456789012:user/alice",
    },
    {
      what: "somebody else's device",
      args: "--mfa-serial arn:aws:iam::123456789012:mfa/bob --token-code 123456",
    },
    {
      what: "a program for codes that there is not",
      args: "",
      home: { config: block('mfa_process = ["ykmann", "oath"]'), runCommand: noProgram },
    },
  ],
  "Keys": [
    { what: "the key in the profile itself", args: "", home: { ...keysInDefault, nobody: true } },
    {
      what: "the key in the profile itself, and beside it",
      args: "",
      home: broken(longTerm("default") + longTerm("default-long-term")),
    },
    {
      what: "the ID without the secret",
      args: "",
      home: broken("[default-long-term]\naws_access_key_id = AKIAALICEALICEALICE2\n"),
    },
    {
      what: "a secret that is cut off",
      args: "--token-code 123456",
      home: broken(longTerm("default-long-term").replace("letters", "letterz")),
    },
    {
      what: "a key that was deleted",
      args: "--token-code 123456",
      home: broken(longTerm("default-long-term").replace("AKIAALICE", "AKIADELET")),
    },
    {
      what: "a session as the source, and it has expired",
      args: "exec prod -- aws s3 ls",
      home: { ...withRole, credentials: session("me", "2026-03-03T20:00:00Z") },
    },
    { what: "a profile without keys", args: "", home: broken("[default]\nregion = eu-west-1\n") },
  ],
  "Roles": [
    { what: "an ARN that is not a role's", args: "--role-arn arn:aws:iam::222222222222:user/bob" },
    {
      what: "a role that AWS denies",
      args: "exec prod -- aws s3 ls",
      home: { ...withRole, sts: { roles: [{ roleArn: prodArn, denied: true }] } },
      before: (home) => home.types(),
    },
    {
      what: "longer than the role allows",
      args: `--role-arn ${prodArn} --duration 8h`,
      home: { sts: { roles } },
      before: (home) => home.types(2),
    },
    {
      what: "a source profile with a typo",
      args: "exec prod -- aws s3 ls",
      home: { ...withRole, config: standard.replace("= me", "= mee") },
    },
    {
      what: "no source profile",
      args: "exec prod -- aws s3 ls",
      home: { ...withRole, config: standard.replace("source_profile = me\n", "") },
    },
    {
      what: "source profiles in a loop",
      args: "exec prod -- aws s3 ls",
      home: {
        ...withRole,
        config: standard.replace(
          "region = eu-west-1",
          `role_arn = ${prodArn}\nsource_profile = prod`,
        ),
        credentials: "",
      },
    },
    { what: "a region with a typo", args: "--region eu-west1" },
    { what: "no region, where one is needed", args: "read region", before: (home) => home.types() },
    { what: "signed in with SSO never", args: "exec dev -- aws s3 ls", home: { config: sso } },
    {
      what: "signed in with SSO yesterday",
      args: "exec dev -- aws s3 ls",
      home: { config: sso },
      before: signedInOnce,
    },
  ],
  "Files": [
    {
      what: "a line that is nothing",
      args: "",
      home: broken(`${longTerm("default-long-term")}aws_region eu-west-1\n`),
    },
    {
      what: "a section twice",
      args: "",
      home: broken(longTerm("default-long-term") + longTerm("default-long-term")),
    },
    { what: "a key before any section", args: "", home: broken("region = eu-west-1\n[default]\n") },
    {
      what: "the stsmfa block in the credentials file",
      args: "",
      home: broken(`${longTerm("default-long-term")}[default]\nstsmfa =\n  region = eu-west-1\n`),
    },
    { what: "a typo in the stsmfa block", args: "", home: { config: block("mfa_seral = x") } },
    { what: "a key that the block does not have", args: "", home: { config: block("colour = x") } },
    {
      what: "a profile without its word in the config file",
      args: "work",
      home: { config: "[work]\nregion = eu-west-1\n" },
    },
    {
      what: "a comment behind a value",
      args: "",
      home: broken(longTerm("default-long-term").replace("ALICE2", "ALICE2 # mine")),
    },
    {
      what: "a credentials file that is read-only",
      args: "",
      before: async (home) => {
        home.types();
        await home.test.chmod(".aws/credentials", 0o400);
      },
    },
    {
      what: "a program that is not there",
      args: "exec -- terrafrom plan",
      home: { runAttached: noProgram },
      before: (home) => home.types(),
    },
    {
      what: "a hook that is not there",
      args: "",
      home: { config: block("hooks = notfy") },
      before: (home) => home.types(),
    },
  ],
  "The world outside": [
    {
      what: "no network",
      args: "--token-code 123456",
      home: {
        network: offline(
          "client error (Connect): dns error: failed to lookup address information: Name or service not known",
        ),
      },
    },
    {
      what: "a proxy that inspects",
      args: "--token-code 123456",
      home: { network: offline("client error (Connect): invalid peer certificate: UnknownIssuer") },
    },
    {
      what: "a proxy that fails",
      args: "--token-code 123456",
      before: (home) => home.sts.failNext({ kind: "html" }, 9),
    },
    {
      what: "this machine's clock is off",
      args: "--token-code 123456",
      home: { sts: { now: () => new Date("2026-03-04T05:36:07Z") } },
    },
    {
      what: "too many requests",
      args: "--token-code 123456 --mfa-serial arn:aws:iam::123456789012:mfa/alice",
      before: (home) => home.sts.failNext({ kind: "throttle" }, 9),
    },
    {
      what: "keys in variables",
      args: "",
      home: { env: { AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER2", AWS_SECRET_ACCESS_KEY: "x" } },
      before: (home) => home.types(),
    },
    {
      what: "another stsmfa asks, and nobody answers",
      args: "env --non-interactive",
      during: true,
    },
  ],
};
