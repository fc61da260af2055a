/**
 * What the system that the tests run on can do. A test that needs more is skipped, and says why in
 * its name.
 *
 * @module
 */

const isWindows = Deno.build.os === "windows";

/** Wine, which stands for Windows where there is none; what it cannot do, Windows can. */
const isWine = isWindows && Deno.env.get("WINELOADER") !== undefined;

/** Something that a test needs. */
export interface Ability {
  readonly isHere: boolean;
  /** Why it is not. */
  readonly reason: string;
}

/** Nothing that is not everywhere. */
export const always: Ability = { isHere: true, reason: "" };

/** Symbolic links that can be made and read. */
export const links: Ability = {
  isHere: !isWindows || makesLinks(),
  reason: isWine ? "wine reads no links" : "this user may make no links",
};

/** Modes and owners of files. */
export const modes: Ability = { isHere: !isWindows, reason: "Windows has no modes" };

/** Signals, and shells and programs of POSIX. */
export const posix: Ability = { isHere: !isWindows, reason: "Windows is no POSIX system" };

/** Windows itself. */
export const windows: Ability = { isHere: isWindows, reason: "it is about Windows" };

/** Locks that a hook's temporary files have. */
export const locks: Ability = {
  isHere: !isWindows,
  reason: "on Windows temporary files of hooks have no locks, so nobody removes another's",
};

/** Limits of what one process may use. */
export const limits: Ability = {
  isHere: !isWindows,
  reason: "on Windows nothing limits what a hook uses in its minute",
};

/** Many processes at once that talk to a server of the tests. */
export const manyProcesses: Ability = {
  isHere: !isWine,
  reason: "wine does not stand many processes at once",
};

/** Files that are gone once they are removed, whoever has them open. */
export const goneAtOnce: Ability = {
  isHere: !isWine,
  reason: "wine goes on to show a removed file that somebody has open",
};

/**
 * Defines a test that is skipped where something that it needs is not here.
 *
 * @param many the name of all tests of this kind; where they are skipped, one stands for them
 */
export function testWith(
  needs: Ability,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
  many?: string,
): void {
  if (needs.isHere) return Deno.test(name, fn);
  const skipped = `${many ?? name} (skipped: ${needs.reason})`;
  if (many !== undefined && skippedOnce.has(skipped)) return;
  skippedOnce.add(skipped);
  Deno.test({ name: skipped, ignore: true, fn });
}

const skippedOnce = new Set<string>();

/** Makes a symbolic link; Windows wants to know what it leads to. */
export async function makeLink(
  target: string,
  path: string,
  type: "file" | "dir" = "file",
): Promise<void> {
  await Deno.symlink(target, path, { type });
}

function makesLinks(): boolean {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.symlinkSync("nowhere", `${folder}/link`, { type: "file" });
    return Deno.readLinkSync(`${folder}/link`) === "nowhere";
  } catch {
    return false;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
