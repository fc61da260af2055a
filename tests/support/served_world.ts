/**
 * `exec --serve` in this process, with a real clock, real programs, and roles whose sessions last
 * seconds.
 *
 * @module
 */

import { main } from "../../cli.ts";
import type { AttachedCommand } from "../../lib/context.ts";
import { systemContext } from "../../lib/system/context.ts";
import { type LoopbackSts, startLoopbackSts } from "./loopback_sts.ts";
import { denoDir, longTermSection } from "./spawned_cli.ts";
import { alice, ALICE_DEVICE } from "./sts_people.ts";
import { systemVariables } from "./system_variables.ts";
import { TestContext } from "./test_context.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";

/** A home with alice's keys as `me` and `default`, and a role `prod`. */
export class ServedWorld implements AsyncDisposable {
  /** How long a session of the role lasts, in seconds. */
  seconds = 3600;
  /** What the programs print, line by line. */
  readonly lines: string[] = [];

  private constructor(readonly test: TestContext, readonly sts: LoopbackSts) {}

  static async create(): Promise<ServedWorld> {
    const test = await TestContext.create();
    const sts = await startLoopbackSts({ roles: [{ roleArn }] });
    Object.assign(test.env, sts.env());
    const keys = longTermSection("me", alice()) + longTermSection("default", alice());
    await test.write(".aws/credentials", keys);
    await test.write(
      ".aws/config",
      `[profile prod]
region = eu-west-1
role_arn = ${roleArn}
source_profile = me
mfa_serial = ${ALICE_DEVICE}
`,
    );
    return new ServedWorld(test, sts);
  }

  /** Runs stsmfa; a program that it starts is a real one. */
  run(...args: string[]): Promise<number> {
    const real = systemContext([]);
    return main({
      ...this.test.context(args),
      clock: real.clock,
      fetch: async (url, options) => {
        const response = await real.fetch(url, options);
        const text = await response.text();
        const end = new Date(Date.now() + this.seconds * 1000).toISOString();
        const isRole = text.includes("<AssumeRoleResult>");
        const shown = isRole
          ? text.replace(/(?<=<Expiration>)[^<]*/, end.replace(/\.\d+Z/, "Z"))
          : text;
        return new Response(shown, { status: response.status, headers: response.headers });
      },
      runAttached: (command) => this.#runAttached(command),
    });
  }

  /** Waits until the programs have printed such a line. */
  async said(pattern: RegExp, seconds = 30): Promise<string> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      const found = this.lines.find((each) => pattern.test(each));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`nobody said ${pattern}:\n${this.lines.join("\n")}`);
  }

  async #runAttached({ argv, environment, onEnd }: AttachedCommand): Promise<number> {
    const [program, ...args] = argv;
    const kept = Object.entries(this.test.env)
      .filter(([name]) => !environment.unset.includes(name));
    const child = new Deno.Command(program, {
      args,
      cwd: this.test.home,
      clearEnv: true,
      env: {
        ...systemVariables(),
        ...Object.fromEntries(kept),
        ...environment.set,
        PATH: Deno.env.get("PATH") ?? "",
        DENO_DIR: denoDir(),
        PYTHONUNBUFFERED: "1",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      let rest = "";
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split("\n");
        rest = lines.pop()!;
        this.lines.push(...lines);
      }
      if (rest !== "") this.lines.push(rest);
    };
    const [{ code }] = await Promise.all([
      child.status,
      collect(child.stdout),
      collect(child.stderr),
    ]);
    await onEnd?.();
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sts.close();
    await this.test[Symbol.asyncDispose]();
  }
}
