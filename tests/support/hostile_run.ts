/**
 * Runs the hostile hooks: all that must be refused in one process, to start only one.
 *
 * @module
 */

import type { HookJob } from "../../lib/context.ts";
import { refusedAttempts } from "./hostile_hooks.ts";

/** A folder that hooks may use, next to a file that they may not. */
export class HostileHome implements AsyncDisposable {
  private constructor(readonly home: string) {}

  static async create(): Promise<HostileHome> {
    const real = await Deno.realPath(await Deno.makeTempDir({ prefix: "stsmfa-hostile-" }));
    // So it can stand in the text of a hook on Windows, too.
    const home = real.replaceAll("\\", "/");
    await Deno.mkdir(`${home}/scope`);
    await Deno.writeTextFile(`${home}/secret.json`, '{"secret":"untold"}');
    return new HostileHome(home);
  }

  /** What hooks here may do. */
  get scope(): HookJob["scope"] {
    const scope = `${this.home}/scope`;
    return { read: [scope], write: [scope], net: [], run: [], env: [] };
  }

  /** Fills in the paths of this home. */
  filled(text: string): string {
    return text.replaceAll("SECRET", `${this.home}/secret.json`)
      .replaceAll("SCOPE", `${this.home}/scope`);
  }

  /** Returns the code of a hook with this body. */
  hook(body: string, before = ""): string {
    return this.filled(
      `${before}\nexport default { on: "post-refresh", async run(event) { ${body} } };`,
    );
  }

  /** Returns one hook that makes every attempt that must be refused, and reports how each ended. */
  get refusedHook(): string {
    const attempts = Object.entries(refusedAttempts)
      .map(([name, { body }]) => `${JSON.stringify(name)}: async () => {${body}},`);
    return this.filled(`
      const attempts = {${attempts.join("\n")}};
      export default {
        on: "post-refresh",
        async run() {
          const results = {};
          for (const [name, make] of Object.entries(attempts)) {
            results[name] = (await make()).message;
          }
          return { message: JSON.stringify(results) };
        },
      };`);
  }

  /** Waits for the process ID that a hook writes to `scope/pid`. */
  async pid(): Promise<number> {
    for (let n = 0; n < 1000; n++) {
      const text = await Deno.readTextFile(`${this.home}/scope/pid`).catch(() => "");
      if (/^\d+\s/.test(`${text} `)) return Number(text);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("the hook wrote no process number");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.home, { recursive: true });
  }
}
