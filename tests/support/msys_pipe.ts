/**
 * A program at what a window of Git Bash gives it: one pipe as all standard streams, whose name makes
 * runtimes take it for a terminal. Loaded on Windows alone.
 *
 * @module
 */

import { openHandle, startProcess, wide } from "./windows_start.ts";

/** Runs a program there; nobody types. */
export async function runInGitBash(
  words: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<{ readonly code: number; readonly output: string }> {
  const { symbols: kernel } = Deno.dlopen("kernel32.dll", {
    CreateNamedPipeW: {
      parameters: ["buffer", "u32", "u32", "u32", "u32", "u32", "u32", "pointer"],
      result: "u64",
    },
    ReadFile: {
      parameters: ["u64", "buffer", "u32", "buffer", "pointer"],
      result: "i32",
      nonblocking: true,
    },
    CloseHandle: { parameters: ["u64"], result: "i32" },
  });
  const word = crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(16).padStart(16, "0");
  const name = String.raw`\\.\pipe\msys-${word}-pty0-from-master`;
  // PIPE_ACCESS_DUPLEX, of bytes, one of this name.
  const ours = kernel.CreateNamedPipeW(wide(name), 3, 0, 1, 65536, 65536, 0, null);
  const theirs = openHandle(name);
  const { ended } = startProcess(words, { ...options, streams: [theirs, theirs, theirs] });
  kernel.CloseHandle(theirs);
  let output = "";
  const decoder = new TextDecoder();
  for (const bytes = new Uint8Array(65536);;) {
    const count = new Uint32Array(1);
    const isRead = await kernel.ReadFile(
      ...[ours, bytes, bytes.length, new Uint8Array(count.buffer), null] as const,
    );
    // It has closed its end.
    if (isRead === 0) break;
    output += decoder.decode(bytes.subarray(0, count[0]), { stream: true });
  }
  kernel.CloseHandle(ours);
  return { code: await ended, output };
}
