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

/** Types a command, and waits until it is done. */
function command(text: string, ...during: readonly Step[]): Step[] {
  return [{ send: `${text}\r` }, ...during, { expect: `\n${prompt}` }];
}

/** All pictures. */
export const scenes: readonly Scene[] = [
  {
    name: "exec",
    title:
      "A profile with role_arn, source_profile and mfa_serial: stsmfa exec asks for one code, and aws works",
    columns: 80,
    files: {
      ".aws/config": role("prod", "222222222222", "region = eu-west-1\n"),
      ".aws/credentials": keys,
    },
    steps: async (sts) => [
      ...command("cat ~/.aws/config"),
      ...command(
        "stsmfa exec prod -- aws sts get-caller-identity",
        { expect: "code" },
        { send: `${await sts.code()}\r` },
      ),
      ...command("stsmfa status"),
    ],
  },
];
