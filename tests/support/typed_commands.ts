/**
 * Types a command line of a page in a home of its own, in which everything that our pages name is.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { commandsOf, type ShellCommand } from "./command_words.ts";
import { FakeSecretTool, onLinux } from "./fake_stores.ts";
import { LoopbackFederation } from "./loopback_federation.ts";
import { ALICE_DEVICE, type LoopbackSts, startLoopbackSts } from "./loopback_sts.ts";
import { TestContext } from "./test_context.ts";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const roles = [
  "222222222222:role/Administrator",
  "333333333333:role/Administrator",
  "444444444444:role/ReadOnly",
  "555555555555:role/Deploy",
].map((each) => ({ roleArn: `arn:aws:iam::${each}`, maxSessionDuration: 43_200 }));

const role = (name: string, account: string) =>
  `[profile ${name}]
region = eu-west-1
role_arn = arn:aws:iam::${account}:role/Administrator
source_profile = me
mfa_serial = ${ALICE_DEVICE}
`;

/** The profiles that our pages speak of, where the page has none of that name. */
const usualProfiles: Readonly<Record<string, string>> = {
  me: "[profile me]\nregion = eu-west-1\n",
  prod: role("prod", "222222222222"),
  staging: role("staging", "333333333333"),
  work: "[profile work]\nregion = eu-west-1\n",
};

/** Types commands; one AWS for all of them. */
export class CommandTypist implements AsyncDisposable {
  private constructor(readonly sts: LoopbackSts, private readonly typed: Set<string>) {}

  /** @param typed what was typed already, which need not be typed again: pages repeat commands */
  static async open(typed: Set<string>): Promise<CommandTypist> {
    return new CommandTypist(await startLoopbackSts({ roles }), typed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.sts[Symbol.asyncDispose]();
  }

  /**
   * Types a line, and fails unless each command of ours in it does what it is there for.
   *
   * @param example the INI blocks of the page above the command, the last one first
   * @returns how many commands of ours were run
   */
  async type(line: string, examples: readonly string[]): Promise<number> {
    const task = /^(?:npx -y deno@[\d.]+|deno) task (\w+)$/.exec(line)?.[1];
    if (task !== undefined) assert(Object.hasOwn(deno.tasks, task), `there is no task ${task}`);
    const isInstall = line === `deno install -g -A -n stsmfa jsr:${deno.name}`;
    const installer = /^curl -fsSL https:\S+\/releases\/latest\/download\/(\S+) \| (?:\w+=1 )?sh\b/
      .exec(line)?.[1];
    if (installer !== undefined) {
      // tests/install runs it.
      assert((await Deno.stat(`${project}/.github/install/${installer}`)).isFile);
    }
    if (task !== undefined || installer !== undefined || isInstall) return 0;
    const ours = commandsOf(line.replace(`deno run -A jsr:${deno.name}`, "stsmfa"))
      .filter(({ words: [program] }) => program === "stsmfa");
    if (ours.length === 0) throw new Error(`no test knows how to type: ${line}`);
    for (const command of ours) await this.#run(command, line, examples);
    return ours.length;
  }

  async #run(
    { words: [, ...words], variables }: ShellCommand,
    line: string,
    examples: readonly string[],
  ): Promise<void> {
    const key = JSON.stringify([words, variables, configOf(examples, words)]);
    if (this.typed.has(key)) return;
    this.typed.add(key);
    const [name = "refresh", part = ""] = words;
    const isRotation = name === "keys" && part === "rotate";
    // Others need the key that this deletes.
    await using rotated = isRotation ? await startLoopbackSts({ roles }) : undefined;
    const sts = rotated ?? this.sts;
    const { accessKeyId, secretAccessKey } = sts.credentials();
    const code = await sts.code();
    const args = words.map((word) => word.replace(/\b123456\b/, code));
    const isRole = name === "init" && args.includes("prod");
    const isNew = name === "init" && !args.includes("--adopt");
    const isMove = name === "init" && !isNew && !isRole;
    const programs: string[] = [];
    const store = new FakeSecretTool();
    await using test = await TestContext.create({
      ...onLinux,
      env: { ...sts.env(), SHELL: "/bin/bash", ...variables },
      network: true,
      // Those of a profile would ask AWS itself.
      hooks: name === "hooks"
        ? true
        : () => Promise.resolve({ end: { kind: "done", value: undefined }, output: "" }),
      // A shell of one's own is for a person at a terminal.
      isTerminal: name === "exec" && !args.includes("--"),
      answers: isNew
        ? [
          ...(args.includes("--keys-from") ? [] : [accessKeyId, secretAccessKey]),
          "eu-west-1",
          code,
        ]
        : isRotation || part === "remove"
        ? ["yes", code]
        : name === "keys" || name === "import"
        ? ["no"]
        : isMove
        ? ["", code]
        : args.includes("--pick") || (name === "use" && args.length === 1)
        ? ["prod", code]
        : name === "devices"
        ? ["1"]
        : [code],
      stdin: args.includes("stdin") ? `${accessKeyId}\n${secretAccessKey}\n` : `${code}\n`,
      runCommand: name === "keys" || args.includes("--store") || name === "import"
        ? store.run
        : ({ argv }) => Promise.reject(new Deno.errors.NotFound(argv[0])),
      runAttached: async ({ argv, onEnd }) => {
        programs.push(...argv);
        await onEnd?.();
        return 0;
      },
      startDetached: () => Promise.resolve({ ended: Promise.resolve(0) }),
      startNotifier: () => Promise.resolve(),
    });
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    const section = isMove ? part.startsWith("-") || part === "" ? "default" : part : "";
    const sections = isRotation
      ? [args.includes("me") ? "me" : "default-long-term"]
      : isMove
      ? [section]
      : isNew
      ? []
      : ["default-long-term", "me", "work-long-term", "ci-long-term"];
    if (sections.length > 0) {
      await test.write(
        ".aws/credentials",
        sections.map((name) => `[${name}]\n${keys}`).join("\n"),
      );
    }
    // What is adopted has no block yet.
    const isRead = (example: string) => !isRole || !example.includes("stsmfa =");
    await test.write(".aws/config", isMove ? "" : configOf(examples.filter(isRead), args));
    if (args.includes("env") && isNew) {
      Object.assign(test.env, {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      });
    }
    if (name === "hooks" && part !== "new") {
      await test.run("hooks", "new", "notify");
      await test.run("hooks", "allow", "notify", "--yes");
    }
    if (name === "clear" && args.includes("--adopted")) {
      await test.run("init", "prod", "--adopt", "--no-session");
    }
    if (name === "keys" && (part === "remove" || args.includes("file"))) {
      await test.run("keys", "move", "default", "--to", "keychain", "--credential-process", "no");
    }
    if (args.includes("--non-interactive") || args.includes("--prompt")) {
      await test.run("exec", "prod", "--token-code", code, "--", "true");
      programs.length = 0;
    }
    await using federation = name === "console"
      ? await LoopbackFederation.start(sts, () => test.clock.now())
      : undefined;
    Object.assign(test.env, federation?.env());
    // As the function of `stsmfa shell` does it.
    const isFunction = name === "use" || name === "unset";
    const status = await test.run(
      ...args.map((word) => word.replace(/^~(?=\/)/, test.home)),
      ...(isFunction ? ["--shell", "bash", "--mark", "typed", "--pid", "4711"] : []),
    );
    // Nothing was renewed in this home, which is what status 8 says.
    const expected = name === "status" && !args.includes("--json") ? [0, 8] : [0];
    // There is nothing to import in this home, and something to find for the doctor.
    if (name === "doctor" || name === "status" || name === "import") expected.push(3, 8);
    assert(expected.includes(status), `${line}: exit status ${status}\n${test.stderr}`);
    if (name === "exec" && args.includes("--")) {
      assertEquals(programs, args.slice(args.indexOf("--") + 1));
    }
  }
}

/** Returns the config file: what the page shows, and the usual profiles that it does not. */
function configOf(examples: readonly string[], args: readonly string[]): string {
  const named = (name: string) => examples.find((each) => each.includes(`[profile ${name}]`));
  const example = args.map(named).find((each) => each !== undefined) ?? named("prod") ?? "";
  return [
    example,
    ...Object.entries(usualProfiles)
      .flatMap(([name, text]) => example.includes(`[profile ${name}]`) ? [] : [text]),
  ].join("\n");
}
