/**
 * Every command that asks a server something, as a home and a command line that lead it to one.
 *
 * @module
 */

import { alicesFile, type HomeOptions, session } from "./homes.ts";
import { alice, ALICE_DEVICE } from "./sts_people.ts";

/** A role that nobody has to have. */
export const ROLE = "arn:aws:iam::222222222222:role/ops/Administrator";

/** What leads a command to a server. */
export interface AskingCommand {
  readonly args: readonly string[];
  /** What it asks for first. */
  readonly action: string;
  readonly home?: HomeOptions;
  /** How it ends when the answer is not AWS's; the network's 5, unless others want another. */
  readonly exitStatus?: number;
}

const device = ["--mfa-serial", ALICE_DEVICE, "--token-code", "123456"];
const fresh = `${alicesFile}${session("default", "2099-01-01T00:00:00Z")}`;
const { accessKeyId, secretAccessKey } = alice();

/** By name. Hooks are not among them: they have processes of their own. */
export const askingCommands: Readonly<Record<string, AskingCommand>> = {
  "refresh": { args: device, action: "GetSessionToken" },
  "refresh of a role": {
    args: [...device, "--role-arn", ROLE, "--duration", "2h"],
    action: "AssumeRole",
  },
  "refresh that looks for the device": {
    args: ["--token-code", "123456"],
    action: "ListMFADevices",
  },
  "env": { args: ["env", ...device], action: "GetSessionToken" },
  "process": { args: ["process", ...device], action: "GetSessionToken" },
  "exec": {
    args: ["exec", ...device, "--", "true"],
    action: "GetSessionToken",
    home: { runAttached: () => Promise.resolve(0) },
  },
  "kube-token": {
    args: ["kube-token", "--cluster", "shop", "--region", "eu-west-1"],
    action: "GetSessionToken",
    home: { config: `[default]\nmfa_serial = ${ALICE_DEVICE}\n`, answers: ["123456"] },
  },
  "whoami": { args: ["whoami"], action: "GetCallerIdentity", home: { credentials: fresh } },
  "devices": { args: ["devices"], action: "ListMFADevices" },
  "init": {
    args: ["init", "new", "--keys-from", "stdin", "--token-code", "123456"],
    action: "GetCallerIdentity",
    home: { stdin: `${accessKeyId}\n${secretAccessKey}\n`, nobody: true },
  },
  "docker-credential": {
    args: ["docker-credential", "get"],
    action: "GetAuthorizationToken",
    home: { credentials: fresh, stdin: "123456789012.dkr.ecr.eu-west-1.amazonaws.com" },
    exitStatus: 1,
  },
};
