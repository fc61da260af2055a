/**
 * What is in a release that was published: nothing missing, nothing left open, nothing that does not
 * fit together.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { must } from "../formats/bytes.ts";
import type { printed } from "../pack.ts";
import { exists, found } from "../runners.ts";
import { targets } from "../targets.ts";
import type { LoopbackGithub } from "./github.ts";

/** Says what was looked at, and what could not be. */
export type Report = (what: string) => void;

/** Looks at the files of a release, and at the archive of this machine's program. */
export async function checkPublished(
  github: LoopbackGithub,
  tag: string,
  work: string,
  report: Report,
): Promise<void> {
  const folder = github.filesOf(tag);
  const read = (name: string) => Deno.readTextFile(join(folder, name));
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  const archives = targets.map(({ triple, archive }) => `stsmfa-${tag}-${triple}.${archive}`);
  const others = ["checksums.txt", "install.ps1", "install.sh", "stsmfa.cdx.json", "stsmfa.json"];
  const expected = [...archives, ...others, "stsmfa.rb"].sort();
  must(`${names}` === `${expected}`, `the release has ${names}`);
  await run(folder, ["sha256sum", "--check", "--strict", "--quiet", "checksums.txt"]);
  report("checksums.txt has the five archives, and fits");
  for (const name of others.slice(1).concat("stsmfa.rb")) {
    must(!/\{\{|(?<!\/)\bx\/stsmfa\b/.test(await read(name)), `${name} leaves something open`);
  }
  const formula = [...(await read("stsmfa.rb")).matchAll(/url "(.*)"\n\s+sha256 "(.*)"/g)]
    .map(([, url, sha256]) => [url!, sha256!] as const);
  const manifest = JSON.parse(await read("stsmfa.json")).architecture["64bit"];
  for (const [url, sha256] of [...formula, [manifest.url, manifest.hash] as const]) {
    await checkAddress(github, url, sha256);
  }
  must(formula.length === 4, `the formula has ${formula.length} archives`);
  report("the formula and the manifest lead to archives with their checksums");
  const { components } = JSON.parse(await read("stsmfa.cdx.json"));
  must(components.length > 10, `the bill of materials has ${components.length} parts`);
  report(`the bill of materials has ${components.length} parts`);
  await checkArchive(join(folder, archives.find((name) => name.includes(Deno.build.target))!), {
    work,
    report,
  });
  if (await found("ruby") !== undefined) await run(folder, ["ruby", "-c", "stsmfa.rb"]);
  else report("SKIPPED: the formula's syntax: no ruby is here");
}

async function checkAddress(github: LoopbackGithub, url: string, sha256: string): Promise<void> {
  const path = url.replace("https://github.com/", `${github.url}/`);
  const response = await fetch(path);
  const bytes = new Uint8Array(await response.arrayBuffer());
  must(response.ok, `there is nothing at ${url}`);
  const digest = createHash("sha256").update(bytes).digest("hex");
  must(digest === sha256, `what is at ${url} has another checksum`);
}

/** How a shell, or man, says that it can read a file. */
const readers: Readonly<Record<keyof typeof printed, readonly string[]>> = {
  "completions/stsmfa.bash": ["bash", "-n"],
  "completions/_stsmfa": ["zsh", "-n"],
  "completions/stsmfa.fish": ["fish", "--no-execute"],
  "completions/stsmfa.ps1": ["pwsh", "-NoProfile", "-File"],
  "man/stsmfa.1": ["man", "--warnings", "-l"],
};

async function checkArchive(
  path: string,
  { work, report }: { readonly work: string; readonly report: Report },
): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: work, prefix: "archive-" });
  await run(folder, path.endsWith(".zip") ? ["unzip", "-q", path] : ["tar", "-xzf", path]);
  for (const name of ["LICENSE", "LICENSES.txt", "README.md", "CHANGELOG.md"]) {
    must(await exists(join(folder, name)), `the archive has no ${name}`);
  }
  for (const [name, command] of Object.entries(readers)) {
    if (await found(command[0]!) === undefined) {
      report(`SKIPPED: ${name}: no ${command[0]} is here`);
    } else {
      const said = await run(folder, [...command, name]);
      must(said === "", `${command[0]} says of ${name}: ${said}`);
      report(`${name} is read by ${command[0]}`);
    }
  }
}

/** Runs a program, and returns what it said on stderr. */
async function run(cwd: string, [program, ...args]: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program!, { args, cwd }).output();
  const said = new TextDecoder().decode(stderr);
  must(success, `${[program, ...args].join(" ")}: ${new TextDecoder().decode(stdout)}${said}`);
  return said;
}
