/**
 * The command-line program: its commands, the real context and the exit status.
 *
 * @module
 */

import type { CommandTable, ProgramInfo } from "./lib/cli/command.ts";
import { runCommandLine } from "./lib/cli/command_line.ts";
import type { Context } from "./lib/context.ts";
import { importLazily } from "./lib/import_lazily.ts";
import { exitWith, systemContext } from "./lib/system/context.ts";
import { hookMode, noticeMode } from "./lib/system/hook_mode.ts";

const everyday = "Everyday commands";
const setUp = "Set up and fix";
const scripts = "For scripts and other tools";

const commands = {
  refresh: {
    brief: "Renew sessions that have expired or soon will (the default)",
    heading: everyday,
    load: () => import("./lib/commands/refresh.ts"),
  },
  status: {
    brief: "Show your profiles and how long their sessions last",
    heading: everyday,
    load: () => lazily<typeof import("./lib/commands/status.ts")>("status"),
  },
  exec: {
    brief: "Run a program with a profile's session",
    heading: everyday,
    load: () => lazily<typeof import("./lib/commands/exec.ts")>("exec"),
  },
  use: {
    brief: "Switch this shell to a profile",
    heading: everyday,
    load: () => lazily<typeof import("./lib/commands/use.ts")>("use"),
  },
  unset: {
    brief: "Remove the session from this shell",
    heading: everyday,
    load: () => lazily<typeof import("./lib/commands/unset.ts")>("unset"),
  },
  console: {
    brief: "Open the AWS console as a profile",
    heading: everyday,
    load: () => lazily<typeof import("./lib/commands/console.ts")>("console"),
  },
  whoami: {
    brief: "Show who AWS says a profile is",
    heading: everyday,
    load: () => lazily<typeof import("./lib/commands/whoami.ts")>("whoami"),
  },
  init: {
    brief: "Store an access key and get a first session",
    heading: setUp,
    load: () => lazily<typeof import("./lib/commands/init.ts")>("init"),
  },
  import: {
    brief: "Import profiles from aws-mfa, aws-vault and other tools",
    heading: setUp,
    load: () => lazily<typeof import("./lib/commands/import.ts")>("import"),
  },
  keys: {
    brief: "List, move, rotate and remove access keys",
    heading: setUp,
    load: () => lazily<typeof import("./lib/commands/keys.ts")>("keys"),
  },
  devices: {
    brief: "List MFA devices, and choose one",
    heading: setUp,
    load: () => lazily<typeof import("./lib/commands/devices.ts")>("devices"),
  },
  hooks: {
    brief: "List, approve, try and create hooks",
    heading: setUp,
    load: () => lazily<typeof import("./lib/commands/hooks.ts")>("hooks"),
  },
  doctor: {
    brief: "Find problems, and say how to fix them",
    heading: setUp,
    load: () => lazily<typeof import("./lib/commands/doctor.ts")>("doctor"),
  },
  clear: {
    brief: "Remove sessions",
    heading: setUp,
    load: () => lazily<typeof import("./lib/commands/clear.ts")>("clear"),
  },
  env: {
    brief: "Print a session as statements that set variables",
    heading: scripts,
    load: () => lazily<typeof import("./lib/commands/env.ts")>("env"),
  },
  read: {
    brief: "Print one value of a session",
    heading: scripts,
    load: () => lazily<typeof import("./lib/commands/read.ts")>("read"),
  },
  process: {
    brief: "Print a session for credential_process",
    heading: scripts,
    load: () => lazily<typeof import("./lib/commands/process.ts")>("process"),
  },
  "kube-token": {
    brief: "Print a token for an Amazon EKS cluster",
    heading: scripts,
    load: () => lazily<typeof import("./lib/commands/kube_token.ts")>("kube_token"),
  },
  "docker-credential": {
    brief: "Give docker passwords for Amazon ECR",
    heading: scripts,
    load: () => lazily<typeof import("./lib/commands/docker_credential.ts")>("docker_credential"),
  },
  shell: {
    brief: "Print the shell function that use and unset need",
    heading: scripts,
    load: () => lazily<typeof import("./lib/commands/shell.ts")>("shell"),
  },
  completions: {
    brief: "Print shell completions, or the manual page",
    heading: scripts,
    load: () => lazily<typeof import("./lib/commands/completions.ts")>("completions"),
  },
} as const satisfies CommandTable;

/** Loads a command's module; all but the default one cost nothing until they are used. */
function lazily<MODULE>(name: string): Promise<MODULE> {
  return importLazily(`./lib/commands/${name}.ts`, import.meta.url);
}

const info: ProgramInfo = {
  name: "stsmfa",
  loadVersion: () =>
    importLazily<typeof import("./lib/version.ts")>("./lib/version.ts", import.meta.url)
      .then(({ version }) => version),
  brief: "One MFA code, and every AWS profile works",
  examples: [
    ["stsmfa exec prod -- aws s3 ls", "run a program as a profile that you have"],
    ["stsmfa init", "store an access key, to begin"],
    ["stsmfa", "renew the session when it has expired"],
  ],
  description: [
    "Type an MFA code once. Every AWS profile of that user then works in every SDK and command-line " +
    "tool, until the session ends.",
  ],
};

/**
 * Runs the program with the given context.
 *
 * @returns the exit status
 */
export function main(context: Context): Promise<number> {
  return runCommandLine(context, info, commands, "refresh");
}

/** Runs a hook, if the program has started itself for that. */
async function hookChild(): Promise<never> {
  const { hookChild } = await importLazily<typeof import("./lib/system/hook_child.ts")>(
    "./lib/system/hook_child.ts",
    import.meta.url,
  );
  return await hookChild();
}

/** Tells of a session's end, if the program has started itself for that. */
async function noticeChild(words: readonly string[]): Promise<never> {
  const { noticeChild } = await importLazily<typeof import("./lib/system/notice_child.ts")>(
    "./lib/system/notice_child.ts",
    import.meta.url,
  );
  return await noticeChild(words);
}

/** Runs the program with the real context, and exits. */
export async function run(): Promise<never> {
  if (Deno.args[0] === hookMode) return await hookChild();
  if (Deno.args[0] === noticeMode) return await noticeChild(Deno.args.slice(1));
  const status = await main(systemContext(Deno.args));
  exitWith(status);
}

if (import.meta.main) await run();
