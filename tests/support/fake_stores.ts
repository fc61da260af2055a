/**
 * Programs and libraries of key stores that behave as the real ones were measured to, faults
 * included, for systems that the tests do not run on.
 *
 * @module
 */

import type { Command, CommandResult, CredentialManager, RunCommand } from "../../lib/context.ts";

const result = (exitStatus: number, stdout = ""): Promise<CommandResult> =>
  Promise.resolve({ exitStatus, stdout });

/** A store's items, and every command line and environment that a program was run with. */
export class FakeStore {
  readonly items = new Map<string, string>();
  readonly runs: Command[] = [];
  /** Whether its items cannot be read. */
  isLocked = false;
  /** Whether it accepts items and loses them. */
  isLossy = false;
  /** Whether it never answers. */
  isHanging = false;

  /** All that other processes can see of the runs. */
  get seen(): string {
    return JSON.stringify(this.runs.map(({ argv, env }) => [argv, env]));
  }

  protected keep(name: string, value: string): void {
    if (!this.isLossy) this.items.set(name, value);
  }

  protected async begin(command: Command): Promise<void> {
    this.runs.push(command);
    if (!this.isHanging) return;
    await new Promise((_, reject) =>
      command.signal.addEventListener("abort", () => reject(command.signal.reason))
    );
  }
}

/** For a context that plays the system that has these stores. */
export const onLinux = { runtime: "deno 2.4.0, x86_64-unknown-linux-gnu" } as const;

/** `secret-tool` 0.20.5: items by their attributes. */
export class FakeSecretTool extends FakeStore {
  /** What it says instead of working, as without a bus. */
  fault: string | undefined;

  readonly run: RunCommand = async (command) => {
    await this.begin(command);
    const [program, action, ...args] = command.argv;
    if (program !== "secret-tool") throw Object.assign(new Error(program), { code: "ENOENT" });
    const say = (text: string) => command.onStderr?.(`${text}\n`);
    if (this.fault !== undefined) {
      say(`secret-tool: ${this.fault}`);
      return result(1);
    }
    const pairs = args.filter((each) => !each.startsWith("--"));
    const wanted = new Set(
      pairs.flatMap((name, at) => at % 2 === 0 ? [`${name}=${pairs[at + 1]}`] : []),
    );
    const matching = [...this.items.keys()].filter((key) => {
      const own = new Set(key.split("\n"));
      return [...wanted].every((each) => own.has(each));
    });
    if (action === "search") {
      for (const key of matching) {
        if (this.isLocked) say("secret-tool: Cannot get secret of a locked object");
        for (const each of key.split("\n")) say(`attribute.${each.replace("=", " = ")}`);
      }
      const shown = this.isLocked ? [] : matching;
      return result(0, shown.map((key) => `secret = ${this.items.get(key)}\n`).join(""));
    }
    if (action === "store") {
      if (this.isLocked) {
        say("secret-tool: Cannot create an item in a locked collection");
        return result(1);
      }
      const text = command.stdin!.reveal();
      if (text.length > 8192) say("secret-tool: password is too long");
      matching.forEach((key) => this.items.delete(key));
      this.keep([...wanted].sort().join("\n"), text.slice(0, 8192));
      return result(0);
    }
    if (this.isLocked || matching.length === 0) return result(1);
    if (action === "lookup") return result(0, this.items.get(matching[0]!));
    matching.forEach((key) => this.items.delete(key));
    return result(0);
  };
}

/** `gopass` 1.15: entries by their names. */
export class FakeGopass extends FakeStore {
  version = "gopass 1.15.5 go1.21.1 linux amd64\n";

  readonly run: RunCommand = async (command) => {
    await this.begin(command);
    const [, action, ...args] = command.argv;
    const name = args.at(-1)!;
    if (action === "--version") return result(0, this.version);
    if (action === "ls") {
      const names = [...this.items.keys()].filter((each) =>
        args.length < 2 || each.startsWith(name)
      );
      return args.length > 1 && names.length === 0
        ? result(10)
        : result(0, `${names.join("\n")}\n`);
    }
    if (action === "insert") {
      this.keep(name, command.stdin!.reveal());
      return result(0);
    }
    if (!this.items.has(name)) return result(10);
    if (action === "show") {
      return this.isLocked ? result(11) : result(0, this.items.get(name)!.split("\n")[0]!);
    }
    this.items.delete(name);
    return result(0);
  };
}

/** `/usr/bin/security`: generic passwords by service and account. */
export class FakeSecurity extends FakeStore {
  readonly run: RunCommand = async (command) => {
    await this.begin(command);
    const [, action, ...args] = command.argv;
    if (action === "-i") {
      const text = command.stdin!.reveal();
      // A longer line is run in pieces; the last one succeeds.
      let status = 0;
      for (let rest = text; rest !== "";) {
        const end = rest.indexOf("\n") + 1 || rest.length;
        const piece = rest.slice(0, Math.min(end, 4095));
        rest = rest.slice(piece.length);
        if (piece.trim() === "") status = 0;
        else status = this.#do(piece.trim().split(/\s+/)).exitStatus;
      }
      return result(status);
    }
    const { exitStatus, stdout } = this.#do([action!, ...args]);
    return result(exitStatus, stdout);
  };

  #do([action, ...args]: string[]): CommandResult {
    const value = (flag: string) => args[args.indexOf(flag) + 1];
    const name = `${value("-s")}/${value("-a")}`;
    const done = (exitStatus: number, stdout = "") => ({ exitStatus, stdout });
    if (action === "default-keychain") return done(0, '    "/login.keychain-db"\n');
    if (action === "add-generic-password") {
      if (this.isLocked) return done(36);
      this.keep(name, value("-w") ?? "");
      return done(0);
    }
    if (!this.items.has(name)) return done(44);
    if (action === "delete-generic-password") {
      this.items.delete(name);
      return done(0);
    }
    if (!args.includes("-w")) return done(0, `keychain: "login"\n`);
    if (this.isLocked) return done(36);
    const text = this.items.get(name)!;
    const isPlain = /^[\x20-\x7e]*$/.test(text);
    return done(
      0,
      `${isPlain ? text : text.split("").map((c) => c.charCodeAt(0).toString(16)).join("")}\n`,
    );
  }
}

/** Windows' Credential Manager, which loses numbers of errors if `losesErrors`. */
export class FakeCredentialManager implements CredentialManager {
  readonly items = new Map<string, Uint8Array>();
  losesErrors = false;
  hasSession = true;
  isLossy = false;

  read(target: string): Uint8Array {
    this.#check();
    return this.items.get(target) ?? this.#fail(1168);
  }

  write(target: string, _userName: string, secret: Uint8Array): void {
    this.#check();
    if (secret.length > 2560) this.#fail(1783);
    if (!this.isLossy) this.items.set(target, secret.slice());
  }

  remove(target: string): void {
    this.#check();
    if (!this.items.delete(target)) this.#fail(1168);
  }

  list(prefix: string): string[] {
    this.#check();
    const found = [...this.items.keys()].filter((each) => each.startsWith(prefix));
    return found.length > 0 ? found : this.#fail(1168);
  }

  #check(): void {
    if (!this.hasSession) this.#fail(1312);
  }

  #fail(code: number): never {
    const known = this.losesErrors ? 0 : code;
    throw Object.assign(new Error(`error ${known}`), { code: known });
  }
}
