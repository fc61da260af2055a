/**
 * What README's pictures show: a person at a terminal, with the real program and an AWS of this
 * machine's own.
 *
 * @module
 */

import type { LoopbackSts } from "../../tests/support/loopback_sts.ts";
import type { Step } from "../../tests/support/python.ts";
import { alice, ALICE_DEVICE } from "../../tests/support/sts_people.ts";

/** One picture. */
export interface Scene {
  /** The name of its file. */
  readonly name: string;
  /** What it shows, for who cannot see it. */
  readonly title: string;
  readonly columns: number;
  /** The files in the person's home. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether it ends on a screen of the program's own, which is left without an answer. */
  readonly isOnOwnScreen?: true;
  /** What the person does, from the first prompt of the shell on. */
  steps(sts: LoopbackSts): Promise<readonly Step[]>;
}

/** The shell's prompt. */
export const prompt = "$ ";

const { accessKeyId, secretAccessKey } = alice();
const keys =
  `[me]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
const role = (name: string, account: string, more = "") =>
  `[profile ${name}]
role_arn = arn:aws:iam::${account}:role/Administrator
source_profile = me
mfa_serial = ${ALICE_DEVICE}
${more}`;

/** A config file as people have it: roles of several accounts, and IAM Identity Center. */
const many = [
  role("prod", "222222222222", "region = eu-west-1\n"),
  role("staging", "333333333333", "region = eu-west-1\n"),
  role("audit", "444444444444").replace("Administrator", "ReadOnly"),
  role("prod-us", "222222222222", "region = us-east-1\n"),
  `[profile sandbox]
sso_session = corp
sso_account_id = 555555555555
sso_role_name = Developer
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
`,
].join("");

/** Types a command, and waits until it is done. */
function command(text: string, ...during: readonly Step[]): Step[] {
  return [{ send: `${text}\r` }, ...during, { expect: `\n${prompt}` }];
}

/** All pictures. */
export const scenes: readonly Scene[] = [
  {
    name: "exec",
    title:
      "Two role profiles: stsmfa exec asks for one MFA code for the first, and for none for the second",
    columns: 80,
    files: {
      ".aws/config": role("prod", "222222222222", "region = eu-west-1\n\n") +
        role("staging", "333333333333", "region = eu-west-1\n"),
      ".aws/credentials": keys,
    },
    steps: async (sts) => [
      ...command("cat ~/.aws/config"),
      ...command(
        "stsmfa exec prod -- aws sts get-caller-identity --query Arn",
        { expect: "code" },
        { send: `${await sts.code()}\r` },
      ),
      ...command("stsmfa exec staging -- aws sts get-caller-identity --query Arn"),
      ...command("stsmfa status"),
    ],
  },
  {
    name: "pick",
    title: "stsmfa use without a name: a list of all profiles, filtered by typing",
    columns: 80,
    files: { ".aws/config": many, ".aws/credentials": keys },
    isOnOwnScreen: true,
    steps: async (sts) => [
      ...command('eval "$(stsmfa shell bash)"'),
      ...command("stsmfa use audit", { expect: "code" }, { send: `${await sts.code()}\r` }),
      ...command("stsmfa unset"),
      { send: "stsmfa use\r" },
      { expect: "Enter" },
      { send: "adm" },
      { expect: "3 of 5" },
      { pause: 0.5 },
      { send: "\x03" },
    ],
  },
  {
    name: "use",
    title: "A prompt that shows the profile and the time left, a shell of its own, and the console",
    columns: 80,
    files: {
      ".aws/config": many,
      ".aws/credentials": keys,
      ".bashrc": "PS1='[$AWS_VAULT] $ '\n",
    },
    steps: async (sts) => [
      ...command('eval "$(stsmfa shell bash --segment)"'),
      { send: "stsmfa use prod\r" },
      { expect: "code" },
      { send: `${await sts.code()}\r` },
      { expect: "m] " },
      { send: "aws sts get-caller-identity --query Arn\r" },
      { expect: "m] " },
      { send: "stsmfa unset\r" },
      { expect: `\n${prompt}` },
      ...command("stsmfa exec prod --serve -- aws sts get-caller-identity --query Arn"),
      { send: "stsmfa exec staging\r" },
      { expect: "[staging] " },
      { send: "exit\r" },
      { expect: `\n${prompt}` },
    ],
  },
];
