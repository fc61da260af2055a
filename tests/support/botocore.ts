/**
 * Reads files with botocore, the strictest reader of AWS's files.
 *
 * @module
 */

import type { IniDocument, IniEntry } from "../../lib/ini/document.ts";
import { type Ability, testWith } from "./abilities.ts";

/** Sections and their keys, in order. */
export type Sections = [section: string, entries: [key: string, value: string][]][];
/** What botocore reads, or why it can't. */
export type Answer = { sections: Sections } | { error: string };

const botocoreReader = `
import json, os, sys, tempfile
from botocore.configloader import raw_config_parse
from botocore.exceptions import ConfigParseError
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "credentials")
    for line in sys.stdin:
        with open(path, "wb") as file:
            file.write(json.loads(line).encode("utf-8"))
        try:
            raw_config_parse(path)
            parsed = raw_config_parse(path, parse_subsections=False)
            answer = {"sections": [[name, list(body.items())] for name, body in parsed.items()]}
        except ConfigParseError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)
`;

/** A Python process that reads files as botocore does. */
export class Botocore {
  readonly #process = new Deno.Command("python3", {
    args: ["-c", botocoreReader],
    env: { PYTHONUTF8: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  readonly #writer = this.#process.stdin.getWriter();
  readonly #reader = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  #rest = "";

  static isInstalled(): boolean {
    try {
      return new Deno.Command("python3", { args: ["-c", "import botocore"], stderr: "null" })
        .outputSync().success;
    } catch {
      return false;
    }
  }

  async read(text: string): Promise<Answer> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(text) + "\n"));
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("python ended");
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const answer = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(answer);
  }

  /** Returns what botocore reads from a file, and fails if it can't. */
  async sections(text: string): Promise<Sections> {
    const answer = await this.read(text);
    if ("error" in answer) throw new Error(`botocore fails: ${answer.error}`);
    return answer.sections;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#reader.cancel();
    await this.#process.status;
  }
}

const needed: Ability = { isHere: Botocore.isInstalled(), reason: "no botocore here" };

/** Adds a test with botocore: skipped, with the reason, if it is not installed. */
export function botocoreTest(promise: string, run: (botocore: Botocore) => Promise<void>): void {
  testWith(
    needed,
    promise,
    async () => {
      await using botocore = new Botocore();
      await run(botocore);
    },
    "files are read and written as botocore reads them",
  );
}

/** Returns a document as botocore should read it. */
export function asBotocore(document: IniDocument): Answer {
  return {
    sections: document.sections().map((name) => [name, document.entries(name).map(keyAndValue)]),
  };
}

/** Returns an entry as botocore has it. */
export function keyAndValue({ key, value }: IniEntry): [string, string] {
  return [key, value];
}
