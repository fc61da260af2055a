/**
 * The command-line program: its commands, the real context and the exit status.
 *
 * @module
 */

import type { CommandTable } from "./lib/cli/command.ts";
import { runCommandLine } from "./lib/cli/command_line.ts";
import type { Context } from "./lib/context.ts";
import { importLazily } from "./lib/import_lazily.ts";
import { exitStatusAfter, giveBackTerminal, systemContext } from "./lib/system/context.ts";
import { hookMode, noticeMode } from "./lib/system/hook_mode.ts";

const commands = {
  refresh: {
    brief: "Renew sessions that have expired or soon will (default command)",
    load: () => import("./lib/commands/refresh.ts"),
  },
  init: {
    brief: "Store an access key, find its MFA device, get a first session",
    load: () => lazily<typeof import("./lib/commands/init.ts")>("init"),
  },
  status: {
    brief: "Show sessions and how long they last",
    load: () => lazily<typeof import("./lib/commands/status.ts")>("status"),
  },
  read: {
    brief: "Print one value of a session",
    load: () => lazily<typeof import("./lib/commands/read.ts")>("read"),
  },
  env: {
    brief: "Print a session as statements that set variables",
    load: () => lazily<typeof import("./lib/commands/env.ts")>("env"),
  },
  exec: {
    brief: "Run a program with a session in its environment",
    load: () => lazily<typeof import("./lib/commands/exec.ts")>("exec"),
  },
  console: {
    brief: "Sign the browser in to the AWS console",
    load: () => lazily<typeof import("./lib/commands/console.ts")>("console"),
  },
  process: {
    brief: "Print a session for credential_process",
    load: () => lazily<typeof import("./lib/commands/process.ts")>("process"),
  },
  use: {
    brief: "Give this shell a session, or show the one it has",
    load: () => lazily<typeof import("./lib/commands/use.ts")>("use"),
  },
  unset: {
    brief: "Take the session of this shell away",
    load: () => lazily<typeof import("./lib/commands/unset.ts")>("unset"),
  },
  shell: {
    brief: "Print the function that `use` and `unset` need",
    load: () => lazily<typeof import("./lib/commands/shell.ts")>("shell"),
  },
  whoami: {
    brief: "Ask AWS who a session belongs to",
    load: () => lazily<typeof import("./lib/commands/whoami.ts")>("whoami"),
  },
  devices: {
    brief: "List the MFA devices of a user",
    load: () => lazily<typeof import("./lib/commands/devices.ts")>("devices"),
  },
  doctor: {
    brief: "Find what is wrong, and what mends it",
    load: () => lazily<typeof import("./lib/commands/doctor.ts")>("doctor"),
  },
  clear: {
    brief: "Remove sessions",
    load: () => lazily<typeof import("./lib/commands/clear.ts")>("clear"),
  },
  keys: {
    brief: "See where access keys are, and keep them in the key store",
    load: () => lazily<typeof import("./lib/commands/keys.ts")>("keys"),
  },
  hooks: {
    brief: "See, approve and try hooks",
    load: () => lazily<typeof import("./lib/commands/hooks.ts")>("hooks"),
  },
  "kube-token": {
    brief: "Print a token for a cluster of Amazon EKS",
    load: () => lazily<typeof import("./lib/commands/kube_token.ts")>("kube_token"),
  },
  "docker-credential": {
    brief: "Answer docker with passwords for Amazon ECR",
    load: () => lazily<typeof import("./lib/commands/docker_credential.ts")>("docker_credential"),
  },
  import: {
    brief: "Import the set-ups of other tools",
    load: () => lazily<typeof import("./lib/commands/import.ts")>("import"),
  },
  completions: {
    brief: "Print what a shell needs to complete words, or the man page",
    load: () => lazily<typeof import("./lib/commands/completions.ts")>("completions"),
  },
} as const satisfies CommandTable;

/** Loads a command's module; all but the default one cost nothing until they are used. */
function lazily<MODULE>(name: string): Promise<MODULE> {
  return importLazily(`./lib/commands/${name}.ts`, import.meta.url);
}

const info = {
  name: "stsmfa",
  loadVersion: () =>
    importLazily<typeof import("./lib/version.ts")>("./lib/version.ts", import.meta.url)
      .then(({ version }) => version),
  brief: "One MFA code, and every AWS profile works",
  description: [
    "Type the code of your MFA device once, and every AWS profile that hangs on it works, in every",
    "SDK and command-line tool, until the session ends.",
    "",
    "To begin, once:                      stsmfa init",
    "From then on, whenever you like:      stsmfa",
    "",
    "Exit status: 0 ok, 1 fault of stsmfa, 2 usage or input needed, 3 configuration, 4 refused by",
    "AWS, 5 network, 6 files, 7 a hook, 8 expired or too little left, 130 cancelled, 129 and 143",
    "ended by SIGHUP and SIGTERM.",
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
  giveBackTerminal();
  Deno.exit(exitStatusAfter(status));
}

if (import.meta.main) await run();
