/**
 * A person at a shell who types the command lines of a page. The program runs in this process; a
 * real shell evaluates what it prints for one.
 *
 * @module
 */

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { main } from "../../cli.ts";
import type { Home } from "./homes.ts";

/** The person and the shell. */
export class Typist implements AsyncDisposable {
  stdout = "";
  stderr = "";
  #hasFunction = false;
  /** What a session has left of a variable, and what that was before, where no shell remembers it. */
  readonly #left = new Map<string, { before: string | undefined; now: string | undefined }>();

  /** @param onLine receives each line before it runs; throws for one that must not be typed */
  /** Whether standard error is the terminal, too. */
  seesErrors = false;

  constructor(readonly home: Home, private readonly onLine: (line: string) => void) {}

  /** Variables of the shell. */
  get env(): Record<string, string> {
    return this.home.test.env;
  }

  /** How many times the person was asked for a code. */
  get asked(): number {
    return this.home.test.questions.filter((question) => /code/i.test(question)).length;
  }

  /**
   * Types a line: `NAME=value stsmfa ...`, `eval "$(stsmfa ...)"`, `export NAME="$(stsmfa ...)"`.
   * The word 123456 stands for the code that the device shows.
   *
   * @returns what was printed to stdout
   */
  async type(line: string, status = 0): Promise<string> {
    this.onLine(line);
    const evaluated = /^eval "\$\((.*)\)"$/.exec(line)?.[1];
    const [, variable, substituted] = /^export (\w+)="\$\((.*)\)"$/.exec(line) ?? [];
    const { assignments, words } = await this.#parse(evaluated ?? substituted ?? line);
    // As the function of `stsmfa shell` does it.
    const isFunction = this.#hasFunction && ["use", "unset"].includes(words[0] ?? "") &&
      !(words[0] === "use" && words.length === 1) && !words.includes("--help");
    if (isFunction) words.push("--shell", "bash", "--mark", "typed");
    assertEquals(await this.#run(words, assignments), status, `${line}\n${this.stderr}`);
    const isScript = isFunction && this.stdout.startsWith(": stsmfa typed;\n");
    if (evaluated !== undefined || isScript) await this.#evaluate(this.stdout);
    if (variable !== undefined) this.env[variable] = this.stdout;
    return this.stdout;
  }

  /** Installs the function that `stsmfa use` needs. */
  async installFunction(): Promise<void> {
    assertEquals(await this.#run(["shell", "bash"]), 0);
    await this.#evaluate(this.stdout);
    assert(this.#hasFunction);
  }

  /** Returns whose session AWS says is in a section or, without one, in this shell. */
  async who(section?: string): Promise<string> {
    if (section === undefined) return await this.owner(this.env);
    const entries = Object.entries(await this.home.section(section));
    return await this.owner(
      Object.fromEntries(entries.map(([key, value]) => [key.toUpperCase(), value])),
    );
  }

  /** Returns whose session AWS says is in these variables. */
  async owner(variables: Readonly<Record<string, string>>): Promise<string> {
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } =
      variables;
    assertMatch(AWS_ACCESS_KEY_ID, /^ASIA/);
    const client = new STSClient({
      region: "eu-west-1",
      endpoint: this.home.sts.url,
      systemClockOffset: this.home.test.clock.now().getTime() - Date.now(),
      maxAttempts: 1,
      credentials: {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        sessionToken: AWS_SESSION_TOKEN,
      },
    });
    try {
      return (await client.send(new GetCallerIdentityCommand({}))).Arn ?? "";
    } finally {
      client.destroy();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.home[Symbol.asyncDispose]();
  }

  async #parse(command: string): Promise<{ assignments: string[][]; words: string[] }> {
    const own = command.replace(/^aws-vault .* -- (?=stsmfa )/, "");
    const [, before = "", after = ""] = /^((?:[A-Z_]+=\S+ )*)stsmfa(?: (.*))?$/.exec(own) ??
      fail(`nobody knows how to type: ${command}`);
    const code = await this.home.sts.code();
    const split = (text: string) => text.split(" ").filter((word) => word !== "");
    return {
      assignments: split(before).map((word) => word.split("=")),
      words: split(after).map((word) =>
        word === "123456" ? code : word.replace(/^~(?=\/)/, this.home.test.home)
      ),
    };
  }

  async #run(words: readonly string[], assignments: string[][] = []): Promise<number> {
    const context = this.home.test.context(words);
    const assigned = new Map(assignments.map(([name, value]) => [name!, value!]));
    this.stdout = this.stderr = "";
    return await main({
      ...context,
      env: {
        os: context.os,
        get: (name) => assigned.get(name) ?? context.env.get(name),
        has: (name) => assigned.has(name) || context.env.has(name),
        startingWith: (prefix) => context.env.startingWith(prefix),
      },
      terminal: {
        ...context.terminal,
        stdout: { isTerminal: false, write: (text) => void (this.stdout += text) },
        stderr: { isTerminal: this.seesErrors, write: (text) => void (this.stderr += text) },
      },
    });
  }

  async #evaluate(statements: string): Promise<void> {
    if (Deno.build.os === "windows") return this.#evaluateAlone(statements);
    const { success, stdout } = await new Deno.Command("sh", {
      args: ["-c", 'eval "$STATEMENTS"; unset STATEMENTS; command -v stsmfa; env'],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "", ...this.env, STATEMENTS: statements },
    }).output();
    assert(success, "the shell could not evaluate what was printed");
    const lines = new TextDecoder().decode(stdout).split("\n");
    if (lines[0] === "stsmfa") this.#hasFunction = true;
    for (const name of Object.keys(this.env)) if (isOfSession(name)) delete this.env[name];
    for (const line of lines) {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (name !== undefined && isOfSession(name)) this.env[name] = value!;
    }
  }

  /** Does what a shell of POSIX would do, where there may be none, as far as pages have a use for it. */
  #evaluateAlone(statements: string): void {
    if (/^stsmfa\(\)/m.test(statements)) this.#hasFunction = true;
    const changes =
      /\bunset (?:-v )?([\w ]+);( case "\$\{_stsmfa_was_)?|\bexport (\w+)='((?:[^']|'\\'')*)';/g;
    const left = this.#left;
    for (const [, gone = "", isRestored, name = "", value] of statements.matchAll(changes)) {
      for (const each of gone.split(" ").filter(isOfSession)) {
        const known = left.get(each);
        const isAsLeft = known !== undefined && known.now === this.env[each];
        if (isRestored) {
          if (isAsLeft) delete this.env[each];
          if (isAsLeft && known.before !== undefined) this.env[each] = known.before;
          left.delete(each);
        } else {
          left.set(each, { before: isAsLeft ? known.before : this.env[each], now: undefined });
          delete this.env[each];
        }
      }
      if (!isOfSession(name)) continue;
      this.env[name] = value!.replaceAll("'\\''", "'");
      const known = left.get(name);
      if (known !== undefined) known.now = this.env[name];
    }
  }
}

function isOfSession(name: string): boolean {
  return /^(AWS|STSMFA)_/.test(name);
}
