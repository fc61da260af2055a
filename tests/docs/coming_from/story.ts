/**
 * What the stories of each tool are made of.
 *
 * @module
 */

import type { HomeOptions } from "../../support/homes.ts";
import { alice, type LoopbackUser } from "../../support/sts_people.ts";
import type { Typist } from "../../support/typist.ts";

/** What a story begins with. */
export interface Beginning {
  /** Opens a home as the tool leaves it, and sits somebody down in it. */
  readonly open: (options?: HomeOptions) => Promise<Typist>;
  /** What the page's section says should be in the config file. */
  readonly config: string;
}

/** Something that somebody does who comes from another tool. */
export type Story = (beginning: Beginning) => Promise<void>;

/** Stories of one section of the page, by what they show. */
export type Stories = Readonly<Record<string, Story>>;

/** A section as Python's ConfigParser writes it, with a blank line at its end. */
export function section(name: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}\n`);
  return `[${name}]\n${lines.join("")}\n`;
}

/** A user's long-term key, as a section has it. */
export function key({ accessKeyId, secretAccessKey }: LoopbackUser = alice()) {
  return { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey };
}

/** The key of a session that a tool got some time ago. */
export const oldKey = {
  aws_access_key_id: "ASIAOLDOLDOLDOLDOLD2",
  aws_secret_access_key: "old+secret/of+the+session+before+this",
};

/** Its token. */
export const oldToken = "old/token+of+the+session+before+this==";

/** Roles of the page, in accounts of their own. */
export const production = "arn:aws:iam::222222222222:role/Administrator";
export const staging = "arn:aws:iam::333333333333:role/Administrator";

/** Who alice is when she has assumed one of them. */
export function assumed(roleArn: string, sessionName = "alice"): string {
  return `${roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${sessionName}`;
}

/** Who she is otherwise. */
export const aliceArn = "arn:aws:iam::123456789012:user/alice";
