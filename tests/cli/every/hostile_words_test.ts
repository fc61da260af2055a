/**
 * Words from outside, in every place where there are some and in every command: none of them steers
 * the terminal, hides, or looks like what is ours.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { forbiddenIn, hostile, hostileLines } from "../../support/forbidden.ts";
import {
  alicesFile,
  type Home,
  type HomeOptions,
  longTerm,
  openHome,
  session,
} from "../../support/homes.ts";
import { hookText, writeHook } from "../../support/hook_home.ts";
import { alice } from "../../support/sts_people.ts";

/** In a section's header brackets would end it. */
const name = hostile.replaceAll(/[[\]]/g, "");
const later = "2026-03-04T09:00:00Z";

/** Every command, with words behind which one more comes: an argument that nobody expects. */
const commands: Readonly<Record<string, readonly string[]>> = {
  refresh: [],
  init: ["--non-interactive"],
  status: [],
  read: ["expiration"],
  env: [],
  exec: [],
  process: [],
  use: ["--shell", "sh", "--mark", "31415"],
  unset: ["--shell", "sh"],
  shell: [],
  whoami: [],
  devices: [],
  doctor: ["--offline"],
  clear: [],
  hooks: ["allow"],
  "kube-token": ["--cluster", "c"],
  "docker-credential": ["get"],
  import: [],
  completions: [],
};

interface Case extends HomeOptions {
  readonly args?: readonly string[];
  readonly prepare?: (home: Home) => unknown;
  /** Whether the words must be seen, spelt; not where what they are in may be refused unseen. */
  readonly isSeen?: boolean;
}

const profile = (...lines: readonly string[]) => `[default]\n${lines.join("\n")}\n`;
const block = (...lines: readonly string[]) =>
  profile("region = eu-west-1", "stsmfa =", ...lines.map((line) => `  ${line}`));
const renew = (home: Home) => home.types(3);
const ask = { args: [], prepare: renew };

const cases: Readonly<Record<string, Case>> = {
  "the name of a section, in status": {
    credentials: longTerm(`${name}-long-term`),
    args: ["status"],
  },
  "the name of a section, in a refresh": {
    credentials: longTerm(`${name}-long-term`),
    args: [name],
    prepare: renew,
  },
  "the name of a section, in a plan": {
    credentials: longTerm(`${name}-long-term`),
    args: [name, "--dry-run"],
  },
  "the name of a section, in clear": {
    credentials: longTerm(`${name}-long-term`) + session(name, later),
    args: ["clear", "--all"],
  },
  "the name of a section, in doctor": {
    credentials: alicesFile + session(name),
    args: ["doctor", "--offline"],
  },
  "the name of a section, for a mistyped one": {
    credentials: longTerm(`${name}-long-term`),
    args: ["status", `${name}s`],
  },
  "the name of a section, in import": {
    credentials: `${longTerm(`${name}-long-term`)}aws_mfa_device = ${
      alice().devices[0]!.serialNumber
    }\n`,
    args: ["import", "--dry-run"],
  },
  "a role in a session's section": {
    credentials: alicesFile + session("default", later, `assumed_role_arn = ${hostile}`),
    args: ["status", "default"],
  },
  "a role in the block": { config: block(`role_arn = ${hostile}`), args: [] },
  "a name of a role session": {
    config: block(`role_session_name = ${hostile}`),
    args: ["--dry-run"],
    isSeen: false,
  },
  "an external id": {
    config: block("role_arn = arn:aws:iam::222222222222:role/x", `external_id = ${hostile}`),
    args: ["--dry-run"],
    isSeen: false,
  },
  "a device in the block": { config: block(`mfa_serial = ${hostile}`), args: [] },
  "a duration": { config: block(`duration_seconds = ${hostile}`), args: [] },
  "a source": { config: block(`source_profile = ${name}`), args: [] },
  "a key that nobody knows": {
    config: block(`x${name} = 1`),
    args: ["doctor", "--offline"],
    isSeen: false,
  },
  "a line that is none": { config: `${hostile}\n`, args: [], isSeen: false },
  "a hook's name": { config: block(`hooks = ${hostile}`), args: [], prepare: renew },
  "a command for codes": { config: block(`mfa_process = ["${name}"]`), args: [], isSeen: false },
  "a region in the file": { config: profile(`region = ${hostile}`), args: [] },
  "a region in a variable": { env: { AWS_REGION: hostileLines }, args: [] },
  "a region in a variable, of use": {
    env: { AWS_REGION: hostileLines, AWS_ACCESS_KEY_ID: "AKIAX", AWS_SECRET_ACCESS_KEY: "s" },
    args: ["use"],
  },
  "a profile in a variable": { env: { STSMFA_PROFILE: hostileLines }, args: [] },
  "a profile in a variable, of use": {
    env: {
      STSMFA_PROFILE: hostileLines,
      STSMFA_SET_KEY: "ASIAX",
      AWS_ACCESS_KEY_ID: "ASIAX",
      AWS_CREDENTIAL_EXPIRATION: later,
    },
    args: ["use"],
  },
  "keys in a variable, of use": { env: { AWS_ACCESS_KEY_ID: hostileLines }, args: ["use"] },
  "an endpoint in a variable, in a plan": {
    env: { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:9/${hostile}` },
    args: ["--dry-run"],
    isSeen: false,
  },
  "an endpoint that is none": {
    env: { AWS_ENDPOINT_URL_STS: hostileLines },
    isSeen: false,
    args: ["--dry-run"],
  },
  "certificates": { env: { AWS_CA_BUNDLE: `/${hostileLines}` }, ...ask },
  "the path of a file": { env: { AWS_SHARED_CREDENTIALS_FILE: `/${hostileLines}` }, args: [] },
  "the path of a file, in doctor": {
    env: { AWS_SHARED_CREDENTIALS_FILE: `/${hostileLines}` },
    args: ["doctor", "--offline"],
  },
  "a variable of ours": { env: { STSMFA_DURATION: hostileLines }, args: [] },
  "a toggle in a variable": { env: { STSMFA_FORCE: hostileLines }, args: [] },
  "a user's name": {
    env: { USER: hostileLines },
    config: block("role_arn = arn:aws:iam::222222222222:role/x"),
    args: ["--dry-run"],
    isSeen: false,
  },
  "a command that there is not": { args: ["help", hostileLines] },
  "a flag that there is not": { args: [`--${hostileLines}`] },
  "a value of a flag": { args: ["--min-left", hostileLines] },
  "a value that is not one of several": { args: ["--color", hostileLines] },
  "a file in a flag": { args: ["--credentials-file", `/${hostileLines}`] },
  "a program to run": { env: { PATH: "/bin" }, args: ["exec", "--", hostileLines] },
  "a hook to allow": { args: ["hooks", "allow", hostileLines] },
  "a hook to begin": { args: ["hooks", "new", hostileLines] },
  "a part of hooks": { args: ["hooks", hostileLines] },
  "a server that docker asks for": {
    stdin: hostileLines,
    args: ["docker-credential", "get"],
    isSeen: false,
  },
  "a server that docker gives a password for": {
    stdin: JSON.stringify({ ServerURL: hostileLines, Username: "u", Secret: "s" }),
    args: ["docker-credential", "store"],
  },
  "what the server says": {
    ...ask,
    prepare: (home) => {
      renew(home);
      home.sts.failNext({ kind: "error", code: `Tea${hostile}`, message: hostile, status: 418 });
    },
  },
  "what is no answer of AWS": {
    ...ask,
    network: () => Promise.resolve(new Response(`<html>${hostileLines}`, { status: 502 })),
    isSeen: false,
  },
  "how the network failed": {
    ...ask,
    network: () => Promise.reject(new TypeError(`failed: ${hostileLines}`)),
  },
  "who AWS says that it is": {
    sts: { users: [alice({ userName: `alice${name.replaceAll(/\W/g, "\u202e")}` })] },
    args: ["whoami"],
    prepare: renew,
    isSeen: false,
  },
  "the devices that AWS lists": {
    sts: {
      users: [
        alice({
          devices: [...alice().devices, {
            serialNumber: `arn:aws:iam::1:mfa/${hostile}`,
            secret: "JBSWY3DPEHPK3PXP",
          }],
        }),
      ],
    },
    args: ["devices"],
    isSeen: false,
  },
  "what a hook says": {
    config: block("hooks = tell"),
    hooks: (job) =>
      Promise.resolve({
        end: job.task === "describe"
          ? { kind: "done", value: { on: "post-refresh" } }
          : { kind: "done", value: { message: hostile } },
        output: hostileLines,
      }),
    args: [],
    prepare: async (home) => {
      await writeHook(home, "tell.js", hookText(`on: "post-refresh"`));
      home.answer("yes");
      renew(home);
    },
    isSeen: false,
  },
  "how a hook failed, and what it printed": {
    config: block("hooks = tell"),
    hooks: true,
    args: [],
    prepare: async (home) => {
      const text = JSON.stringify(hostileLines);
      const body = `console.log(${text}); throw new Error(${text});`;
      await writeHook(home, "tell.js", hookText(`on: "post-refresh"`, body));
      home.answer("yes");
      renew(home);
    },
  },
  "where a hook is": {
    env: { XDG_CONFIG_HOME: "HOME/x" },
    config: block("hooks = tell"),
    hooks: true,
    args: ["hooks", "list"],
    prepare: async (home) => {
      // On Windows, no name has control characters in it.
      const settings = `set${Deno.build.os === "windows" ? name.replaceAll(/\p{Cc}/gu, "") : name}`;
      for (const variable of ["XDG_CONFIG_HOME", "APPDATA"]) {
        home.test.env[variable] = home.test.path(settings);
      }
      await home.test.write(`${settings}/stsmfa/hooks/tell.js`, hookText(`on: "post-refresh"`));
    },
  },
  "what a command printed in place of a code": {
    config: block("mfa_process = x"),
    runCommand: () => Promise.resolve({ exitStatus: 0, stdout: hostileLines }),
    args: [],
    isSeen: false,
  },
  "a value that is read": {
    credentials: session("default", later).replace("ASIAOLDOLDOLDOLDOLD2", `ASIA${hostile}`),
    args: ["read", "aws_access_key_id"],
    isSeen: false,
  },
  "the names that shells complete": {
    credentials: longTerm(`${name}-long-term`) + longTerm("sound-long-term"),
    args: ["completions", "profiles"],
    isSeen: false,
  },
};

for (const [command, args] of Object.entries(commands)) {
  // That of exec cannot be told from its command.
  const isSeen = command !== "exec";
  test(`an argument of ${command}`, { args: [command, ...args, hostileLines], isSeen });
}
for (const [what, each] of Object.entries(cases)) test(what, each);

/** Commands that print what programs read, where no terminal is. */
const forPrograms = ["read", "env", "use", "unset", "process", "kube-token", "docker-credential"];

function test(
  what: string,
  { args = [], prepare, isSeen = true, ...options }: Case,
): void {
  Deno.test(`${what} steers no terminal`, async () => {
    let seen = "";
    for (const flags of [[], ["--json"], ["--color", "always"]]) {
      for (const isTerminal of [true, false]) {
        if (args.includes("--color") && flags.length > 0) continue;
        const at = args.indexOf("--");
        const words = at < 0 ? [...args, ...flags] : [...flags, ...args];
        const ordered = at < 0 ? words : [args[0]!, ...flags, ...args.slice(1)];
        await using home = await openHome({ ...options, isTerminal });
        await prepare?.(home);
        await home.run(...ordered);
        const isData = !isTerminal && forPrograms.includes(args[0] ?? "") &&
          !flags.includes("--json");
        const printed = isData ? home.stderr : home.test.output;
        assertEquals(forbiddenIn(printed, ours), [], JSON.stringify(printed));
        assert(!/^stsmfa: error: forged/m.test(home.test.output), home.test.output);
        if (flags.length === 0) seen += printed;
      }
    }
    // In a path of Windows, tests see slashes for backslashes.
    if (isSeen) assert(/[\\/]u\{202e\}/.test(seen), seen);
  });
}

/** Our colours, and what replaces the progress of before. */
const ours = ["31", "32", "33", "2", "0"].map((code) => `\x1b[${code}m`).concat("\r\x1b[K");
