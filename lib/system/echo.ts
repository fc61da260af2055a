/**
 * Turns the terminal's echo off while no question is open. The runtime can only set raw mode, which
 * would change what is typed ahead for the next program; `stty` leaves the rest as it is.
 *
 * @module
 */

import { isInBackground, isResumable } from "./job.ts";

interface Hiding {
  /** The modes before, in the form that `stty` reads. */
  readonly modes: string;
  /** Those that are ours. */
  hidden: string;
  readonly isStdin: boolean;
  /** Stops listening to signals. */
  readonly leave: () => void;
}

let hiding: Hiding | undefined;

/**
 * Turns echo off until {@link showKeys}; without `stty` it stays on.
 *
 * @param isStdin whether standard input is the terminal; otherwise it is our controlling terminal
 * @param isAsking whether a question is open, which takes care of the terminal itself
 */
export function hideKeys(isStdin: boolean, isAsking: () => boolean): void {
  if (hiding !== undefined) return;
  try {
    const modes = readModes(isStdin);
    if (modes === "") return;
    const resumed = () => {
      // A shell that had the terminal meanwhile has set it correctly; not all shells set it.
      if (!isAsking() && readModes(isStdin) !== hiding?.hidden) forget();
    };
    const quit = () => {
      if (isAsking()) return;
      showKeys();
      Deno.kill(Deno.pid, "SIGQUIT");
    };
    const stop = () => {
      if (isAsking()) return;
      showKeys();
      Deno.kill(Deno.pid, "SIGTSTP");
    };
    // Once somebody has listened, the runtime stops us even where nobody could resume us.
    const isStopped = isResumable();
    const leave = () => {
      if (isStopped) Deno.removeSignalListener("SIGTSTP", stop);
      Deno.removeSignalListener("SIGCONT", resumed);
      Deno.removeSignalListener("SIGQUIT", quit);
    };
    if (isStopped) Deno.addSignalListener("SIGTSTP", stop);
    Deno.addSignalListener("SIGCONT", resumed);
    Deno.addSignalListener("SIGQUIT", quit);
    hiding = { modes, hidden: modes, isStdin, leave };
    stty(["-echo"], isStdin);
    hiding.hidden = readModes(isStdin);
  } catch { /* there is no stty */ }
}

/** Restores the modes that the terminal had before {@link hideKeys}; returns whether it was on. */
export function showKeys(): boolean {
  if (hiding === undefined) return false;
  const { modes, isStdin } = hiding;
  forget();
  // The system would stop it, and us; a shell sets the modes that it wants.
  if (isInBackground()) return true;
  try {
    stty([modes], isStdin);
  } catch { /* it worked before */ }
  return true;
}

function forget(): void {
  hiding?.leave();
  hiding = undefined;
}

function readModes(isStdin: boolean): string {
  return stty(["-g"], isStdin).trim();
}

/** Runs `stty` on the terminal; returns what it prints. */
export function stty(words: readonly string[], isStdin: boolean): string {
  // Docker, kubectl and SDKs may start us with a PATH that leads nowhere.
  const script = `PATH=$PATH:/bin:/usr/bin; exec stty "$@"${isStdin ? "" : " </dev/tty"}`;
  const { stdout } = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...words],
    stdin: isStdin ? "inherit" : "null",
    stdout: "piped",
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout);
}
