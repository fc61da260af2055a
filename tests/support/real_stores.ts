/**
 * Real key stores in throw-away places: gnome-keyring on a bus of its own, and pass with a GnuPG key
 * of its own. Windows has one place alone, from which the tests' keys are removed.
 *
 * @module
 */

import type { Command, RunCommand } from "../../lib/context.ts";
import { namesIn } from "../../lib/keys/windows_credentials.ts";
import { systemContext } from "../../lib/system/context.ts";
import { skippedFor, windows } from "./abilities.ts";
import { canRun } from "./ask_once.ts";

const real = systemContext([]);

/** Returns the options of a test that needs programs: skipped, with the reason, if one is missing. */
export function needsPrograms(...programs: readonly string[]): { name: string; ignore: boolean } {
  const missing = programs.filter((program) => !canRun("sh", "-c", `command -v ${program}`));
  return {
    name: missing.length === 0 ? "" : ` (skipped: no ${missing.join(", no ")} here)`,
    ignore: missing.length > 0,
  };
}

/** What a real keyring needs. */
export const needsKeyring = needsPrograms("dbus-daemon", "gnome-keyring-daemon", "secret-tool");

/** What Windows' own store needs. */
export const needsManager = windows.isHere ? { name: "", ignore: false } : skippedFor(windows);

/** What a real password store needs. */
export const needsPass = needsPrograms("pass", "gpg", "gpgconf");

/** A store in a throw-away place. */
export interface RealStore extends AsyncDisposable {
  /** What a program must have in its environment to find it; nothing else is needed. */
  readonly env: Record<string, string>;
  /** Runs programs with that environment. */
  readonly run: RunCommand;
  /** Every program that was run, with all that other processes can see of it. */
  readonly runs: Pick<Command, "argv" | "env">[];
  /** Makes its items unreadable until it is unlocked. */
  lock(): Promise<void>;
}

function runner(env: Record<string, string>): Pick<RealStore, "env" | "run" | "runs"> {
  const runs: Pick<Command, "argv" | "env">[] = [];
  const run: RunCommand = (command) => {
    runs.push({ argv: command.argv, ...(command.env && { env: command.env }) });
    return real.runCommand({ ...command, env: { ...env, ...command.env }, isWholeEnv: true });
  };
  return { env, run, runs };
}

/** Gives Windows' Credential Manager; it has none of these keys, before and afterwards. */
export async function useManager(...accessKeyIds: readonly string[]): Promise<RealStore> {
  const remove = async () => {
    const manager = await real.credentialManager!();
    for (const target of namesIn(manager, "stsmfa:")) {
      if (accessKeyIds.some((each) => target === `stsmfa:${each}`)) manager.remove(target);
    }
  };
  await remove();
  return {
    ...runner({}),
    lock: () => Promise.reject(new Error("it is locked while nobody is signed in")),
    [Symbol.asyncDispose]: remove,
  };
}

/** Starts a bus with a keyring on it, unlocked. */
export async function startKeyring(): Promise<RealStore> {
  const home = await Deno.makeTempDir({ prefix: "stsmfa-keyring-" });
  await Deno.mkdir(`${home}/run`, { mode: 0o700 });
  const base = { PATH: Deno.env.get("PATH") ?? "", HOME: home, XDG_RUNTIME_DIR: `${home}/run` };
  const bus = new Deno.Command("dbus-daemon", {
    args: ["--session", "--nofork", "--print-address=1"],
    clearEnv: true,
    env: base,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = bus.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let address = "";
  while (!address.includes("\n")) address += (await reader.read()).value ?? "\n";
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address.trim() };
  const keyring = new Deno.Command("gnome-keyring-daemon", {
    args: ["--unlock", "--components=secrets"],
    clearEnv: true,
    env,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const writer = keyring.stdin.getWriter();
  await writer.write(new TextEncoder().encode("password"));
  await writer.close();
  // It goes on in the background once it is ready, and ends with the bus. Nobody may ask for the
  // service before that, or the bus starts another one.
  await keyring.status;
  const collection = "/org/freedesktop/secrets/collection/login";
  const send = (method: string, ...args: string[]) =>
    new Deno.Command("dbus-send", {
      args: [
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        method,
        ...args,
      ],
      clearEnv: true,
      env,
      stdout: "piped",
      stderr: "null",
    }).output();
  const getCollections = "org.freedesktop.DBus.Properties.Get";
  const asked = ["string:org.freedesktop.Secret.Service", "string:Collections"];
  for (let left = 200;; left--) {
    const { stdout } = await send(getCollections, ...asked);
    if (new TextDecoder().decode(stdout).includes(collection)) break;
    if (left === 0) throw new Error("the keyring does not start");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    ...runner(env),
    lock: async () => {
      await send("org.freedesktop.Secret.Service.Lock", `array:objpath:${collection}`);
    },
    [Symbol.asyncDispose]: async () => {
      await reader.cancel();
      bus.kill();
      await bus.status;
      await Deno.remove(home, { recursive: true });
    },
  };
}

/**
 * Sets up a password store with a GnuPG key.
 *
 * @param passphrase of that key; without one, nobody is asked for it
 */
export async function createPass(passphrase = ""): Promise<RealStore> {
  const home = await Deno.makeTempDir({ prefix: "stsmfa-pass-" });
  const env = {
    PATH: Deno.env.get("PATH") ?? "",
    HOME: home,
    GNUPGHOME: `${home}/gnupg`,
    PASSWORD_STORE_DIR: `${home}/store`,
  };
  await Deno.mkdir(env.GNUPGHOME, { mode: 0o700 });
  // A passphrase is hashed once, not as often as it takes a tenth of a second.
  await Deno.writeTextFile(`${env.GNUPGHOME}/gpg-agent.conf`, "s2k-count 1024\n");
  const run = async (program: string, ...args: string[]) => {
    const options = { args, clearEnv: true, env, stdin: "null" } as const;
    const { success, stderr } = await new Deno.Command(program, options).output();
    if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  };
  const loopback = ["--batch", "--pinentry-mode", "loopback"];
  const name = "tester <tester@example.invalid>";
  // Found in an instant; GnuPG's default is two large primes for each of two keys.
  const kind = "future-default";
  await run("gpg", ...loopback, "--passphrase", passphrase, "--quick-generate-key", name, kind);
  await run("pass", "init", "tester@example.invalid");
  return {
    ...runner(env),
    lock: async () => {
      // As with a smart card that is not plugged in: gpg finds no secret key.
      const files = `${env.GNUPGHOME}/private-keys-v1.d`;
      await Deno.rename(files, `${files}.away`);
      await run("gpgconf", "--kill", "gpg-agent");
    },
    [Symbol.asyncDispose]: async () => {
      await run("gpgconf", "--kill", "all");
      await Deno.remove(home, { recursive: true });
    },
  };
}
