/**
 * Whether a terminal shows what is typed while no question is open. The runtime can only have it give
 * keys as they are pressed, which would change what is typed ahead for the next program; `stty` leaves
 * the rest as it is.
 *
 * @module
 */

interface Hiding {
  /** The modes before, as `stty` reads them. */
  readonly modes: string;
  /** Those that are ours. */
  hidden: string;
  readonly isStdin: boolean;
  /** Stops listening to signals. */
  readonly leave: () => void;
}

let hiding: Hiding | undefined;

/**
 * Has the terminal show no keys until {@link showKeys}; where there is no `stty` it goes on showing
 * them.
 *
 * @param isStdin whether standard input is the terminal; else it is the one that controls us
 * @param isAsking whether a question is open, which looks after the terminal itself
 */
export function hideKeys(isStdin: boolean, isAsking: () => boolean): void {
  if (hiding !== undefined) return;
  try {
    const modes = readModes(isStdin);
    if (modes === "") return;
    const resumed = () => {
      // A shell that had the terminal meanwhile has set it as it should be; not all set it.
      if (!isAsking() && readModes(isStdin) !== hiding?.hidden) forget();
    };
    const quit = () => {
      if (isAsking()) return;
      showKeys();
      Deno.kill(Deno.pid, "SIGQUIT");
    };
    const leave = () => {
      Deno.removeSignalListener("SIGCONT", resumed);
      Deno.removeSignalListener("SIGQUIT", quit);
    };
    Deno.addSignalListener("SIGCONT", resumed);
    Deno.addSignalListener("SIGQUIT", quit);
    hiding = { modes, hidden: modes, isStdin, leave };
    stty(["-echo"], isStdin);
    hiding.hidden = readModes(isStdin);
  } catch { /* there is no stty */ }
}

/** Sets the modes that the terminal had before {@link hideKeys}. */
export function showKeys(): void {
  if (hiding === undefined) return;
  const { modes, isStdin } = hiding;
  forget();
  try {
    stty([modes], isStdin);
  } catch { /* there was one before */ }
}

function forget(): void {
  hiding?.leave();
  hiding = undefined;
}

function readModes(isStdin: boolean): string {
  return stty(["-g"], isStdin).trim();
}

/** Runs `stty` on the terminal; gives what it prints. */
export function stty(words: readonly string[], isStdin: boolean): string {
  const script = `exec stty "$@"${isStdin ? "" : " </dev/tty"}`;
  const { stdout } = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...words],
    stdin: isStdin ? "inherit" : "null",
    stdout: "piped",
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout);
}
