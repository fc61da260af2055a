/**
 * Installs what was published, as people do, over what was there before, and with downloads that are
 * not what they should be.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { must } from "../formats/bytes.ts";
import { targetOf } from "../targets.ts";
import type { LoopbackGithub } from "./github.ts";
import type { Report } from "./published.ts";

/** A home of somebody who installs. */
export class Machine {
  constructor(private readonly github: LoopbackGithub, private readonly home: string) {}

  /** `curl ... | sh`, of the latest release or of one. */
  async install(tag?: string): Promise<{ readonly code: number; readonly said: string }> {
    const from = `${this.github.releases}/latest/download/install.sh`;
    const version = tag === undefined ? "" : ` -s -- ${tag}`;
    return await this.shell(`set -o pipefail; curl -fsSL ${from} | sh${version}`);
  }

  /** What the installed program says of its version. */
  async version(): Promise<string> {
    const { said } = await this.shell(`"$HOME/.local/bin/stsmfa" --version`);
    return said.split("\n")[0]!;
  }

  /** What is beside the program, which should be nothing. */
  beside(): string[] {
    return Array.from(Deno.readDirSync(join(this.home, ".local", "bin")), ({ name }) => name)
      .filter((name) => name !== "stsmfa");
  }

  private async shell(text: string): Promise<{ code: number; said: string }> {
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["--noprofile", "--norc", "-c", text],
      cwd: this.home,
      clearEnv: true,
      env: { HOME: this.home, ...this.github.env(), STSMFA_REQUIRE_ATTESTATION: "1" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
  }
}

/** Installs the latest release, and sees that it is this one. */
export async function installs(machine: Machine, tag: string): Promise<void> {
  const { code, said } = await machine.install();
  must(code === 0 && said.includes("The attestation says: "), said);
  await mustHave(machine, tag);
}

/** Tries what must not be installed, and an older version, which must when it is asked for. */
export async function misuse(
  github: LoopbackGithub,
  machine: Machine,
  [older, newer]: readonly [string, string],
  report: Report,
): Promise<void> {
  const { archive } = targetOf(Deno.build.target);
  github.damaged = archive;
  await mustRefuse(machine, newer, "the SHA-256 of");
  report("a damaged download is refused, and what was there stays");
  github.damaged = "checksums.txt";
  const { code } = await machine.install();
  await mustHave(machine, newer);
  must(code !== 0, "damaged checksums were believed");
  report("damaged checksums are refused");
  github.damaged = undefined;
  await passedOff(github, older, newer, async () => {
    await mustRefuse(machine, newer, `holds another version, stsmfa ${older.slice(1)}`);
  });
  report("an older version under the name of the newer one is refused");
  const back = await machine.install(older);
  must(back.code === 0, back.said);
  await mustHave(machine, older);
  report("an older version is installed when it is asked for");
  await installs(machine, newer);
  report("and the newer one over it");
}

/** For a while, the newer release has the older one's archive, attested and with its checksum. */
async function passedOff(
  github: LoopbackGithub,
  older: string,
  newer: string,
  use: () => Promise<void>,
): Promise<void> {
  const target = targetOf(Deno.build.target);
  const path = (tag: string, of = tag) =>
    join(github.filesOf(of), `stsmfa-${tag}-${target.triple}.${target.archive}`);
  const sums = join(github.filesOf(newer), "checksums.txt");
  const [archive, checksums] = [await Deno.readFile(path(newer)), await Deno.readTextFile(sums)];
  const old = await Deno.readFile(path(older));
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  await Deno.writeFile(path(newer), old);
  await Deno.writeTextFile(sums, checksums.replace(digest(archive), digest(old)));
  try {
    await use();
  } finally {
    await Deno.writeFile(path(newer), archive);
    await Deno.writeTextFile(sums, checksums);
  }
}

async function mustRefuse(machine: Machine, tag: string, why: string): Promise<void> {
  const { code, said } = await machine.install();
  must(code === 1 && said.includes(why) && said.includes("nothing was installed"), said);
  await mustHave(machine, tag);
}

async function mustHave(machine: Machine, tag: string): Promise<void> {
  const version = await machine.version();
  must(version === `stsmfa ${tag.slice(1)}`, `installed is ${version}, and not ${tag}`);
  must(machine.beside().length === 0, `beside the program there is ${machine.beside()}`);
}
