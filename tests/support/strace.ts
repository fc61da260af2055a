/**
 * A program that is killed at its n-th system call on certain files, and the files that one opens.
 *
 * @module
 */

import { canRun } from "./ask_once.ts";
import { sampled } from "./thorough.ts";

/** The options of a test that needs strace: skipped, and why, where it cannot be used. */
export function needsStrace(): { name: string; ignore: boolean } {
  const canTrace = canRun("strace", "-o", "/dev/null", "true");
  return {
    name: canTrace ? "" : " (skipped: strace is not here, or may not trace)",
    ignore: !canTrace,
  };
}

/** Where a program is to be killed. */
export interface Kill {
  /** The system call, such as `rename`. */
  readonly call: string;
  /** Which of them on the files, counted from 1 in each thread. */
  readonly at: number;
}

/** The command line that runs another one, killed there; it ends as the program does. */
export function killedAt(
  command: readonly string[],
  paths: readonly string[],
  kill: Kill | undefined,
  log = "/dev/null",
): string[] {
  const inject = kill === undefined
    ? []
    : ["-e", `inject=${kill.call}:signal=SIGKILL:when=${kill.at}`];
  return [
    "strace",
    ...["-f", "-qq", "-o", log],
    ...paths.flatMap((path) => ["-P", path]),
    ...inject,
    ...command,
  ];
}

/** The command line that runs another one, and writes down what it opens. */
export function tracedOpening(command: readonly string[], log: string): string[] {
  return ["strace", "-f", "-qq", "-e", "trace=open,openat", "-o", log, ...command];
}

/** The paths that were opened, or were to be, each as often as that was, in order. */
export function openedIn(log: string): string[] {
  return [...log.matchAll(/\bopen(?:at)?\((?:AT_FDCWD, )?"([^"]+)"/g)].map(([, path]) => path!);
}

/** Every place where a program could be killed that wrote this log when it was not. */
export function placesIn(log: string): Kill[] {
  const counts = new Map<string, number>();
  for (const [, thread, call] of log.matchAll(/^(\d+) +(\w+)\(/gm)) {
    counts.set(`${thread} ${call}`, (counts.get(`${thread} ${call}`) ?? 0) + 1);
  }
  const most = new Map<string, number>();
  for (const [key, count] of counts) {
    const call = key.split(" ")[1]!;
    most.set(call, Math.max(most.get(call) ?? 0, count));
  }
  return [...most].flatMap(([call, count]) =>
    Array.from({ length: count }, (_, n) => ({ call, at: n + 1 }))
  );
}

/** How many of a test's kills are made: a few, or all of them with STSMFA_THOROUGH. */
export function sampleOf<T>(places: readonly T[], count: number): readonly T[] {
  return sampled(places.length, count).map((nth) => places[nth - 1]!);
}
