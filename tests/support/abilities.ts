/**
 * What the system that the tests run on can do. A test that needs more is skipped, and says why in
 * its name.
 *
 * @module
 */

import { loadedTestFile } from "./worker_share.ts";

const isWindows = Deno.build.os === "windows";

/** Wine, which stands for Windows where there is none; what it cannot do, Windows can. */
export const isWine: boolean = isWindows && Deno.env.get("WINELOADER") !== undefined;

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

/** The list of processes as files. */
export const proc: Ability = {
  isHere: Deno.build.os === "linux",
  reason: "there is no /proc here",
};

/** Windows itself. */
export const windows: Ability = { isHere: isWindows, reason: "it is about Windows" };

/** Ctrl-Break on a console, which programs can handle. */
export const ctrlBreak: Ability = {
  isHere: isWindows && !isWine,
  reason: isWine ? "wine ends every program at Ctrl-Break" : windows.reason,
};

/** Limits of what one process may use. */
export const limits: Ability = {
  isHere: !isWine,
  reason: "wine limits no job's memory",
};

/** Programs that end when their stack is full. */
export const fullStacks: Ability = {
  isHere: !isWine,
  reason: "wine goes on to hold a program whose stack is full",
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

/** Returns the end of a test's name, and that it is skipped, for something that is not here. */
export function skippedFor({ reason }: Ability): { name: string; ignore: boolean } {
  return { name: ` (skipped: ${reason})`, ignore: true };
}

/** Defines a test that is skipped where something that it needs is not here. */
export function testWith(
  needs: Ability,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  testOrSkip({ name, ignore: !needs.isHere, reason: needs.reason, fn });
}

/** The tests of this file that are skipped, and the reasons. */
const skipped = { names: [] as string[], reasons: new Set<string>() };

/**
 * Defines a test. Of the tests of a file that are skipped, the first one stands for all, and says how
 * many they are and why, so that the list of what is skipped is one that people read.
 *
 * @param options reasons may stand at the end of the name, as ` (skipped: no bash here)`
 */
export function testOrSkip({ name, ignore, reason, fn }: {
  readonly name: string;
  readonly ignore: boolean;
  readonly reason?: string;
  readonly fn: (t: Deno.TestContext) => void | Promise<void>;
}): void {
  if (!ignore) return Deno.test({ name, fn });
  const reasons = Array.from(name.matchAll(/ \(skipped: ([^()]*)\)/g), ([, each]) => each!);
  // Behind the definitions of the others: those that follow belong to it.
  if (skipped.names.length === 0) queueMicrotask(defineSkipped);
  skipped.names.push(name.replace(/ \(skipped: .*$/s, ""));
  for (const each of reasons.length > 0 ? reasons : [reason || "not here"]) {
    skipped.reasons.add(each);
  }
}

/** Files that are skipped whole for the same reason: the first one says so for all of them. */
const alike: readonly (readonly [first: string, ...others: string[]])[] = [
  [
    "process/terminal",
    ...["captured", "exec_serve_terminal", "exec_shell", "exec_terminal", "init_terminal"],
    ...["nested_shell", "not_utf8", "pick", "prompt", "sdk_lookups", "shell_attributes"],
    ...["shell_function", "shell_names", "shell_segment", "shell_story"],
  ],
  ["install/install_sh", "install_path"],
  ["compiled/program", "hostile", "kube", "shapes", "types", "walls"],
];

function defineSkipped(): void {
  const { names: [first, ...more], reasons } = skipped;
  const others = more.length > 0 ? `, and ${more.length} more` : "";
  const [, folder, file] = /([^/]*)\/([^/]*)_test\.ts$/.exec(loadedTestFile()) ?? [];
  const group = alike.find(([each]) => each.startsWith(`${folder}/`));
  const isWhole = reasons.size === 1 && (reasons.has(posix.reason) || folder === "compiled");
  if (!isWhole || !group?.includes(file!)) {
    const isFirst = isWhole && group?.[0] === `${folder}/${file}`;
    const files = isFirst ? `, and those of ${group.slice(1).join(", ")}` : "";
    const name = `${first}${others}${files} (skipped: ${[...reasons].join("; ")})`;
    Deno.test({ name, ignore: true, fn: () => {} });
  }
  skipped.names.length = 0;
  reasons.clear();
}

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
