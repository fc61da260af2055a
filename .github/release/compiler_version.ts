/**
 * The Deno that compiles what is released, and whose runtime is in it: said here alone.
 *
 * @module
 */

/**
 * Newer ones, up to 2.9.6, start a bare script in half the time, and then load the parts of Node that
 * we need at each start, which takes longer than what was won (BENCHMARKS.md). The npm registry has
 * this one's runtimes for all targets, so that what is released was tried before (`runtime.ts`). Of
 * the faults that newer ones have no longer, two concern us, and are dealt with: sockets that are files
 * (`lib/system/hook_realm.ts`), and the end of what Windows loads (`formats/pe.ts`). A third one is
 * left: on Windows, it does not start in Git Bash's window (denoland/deno#33131).
 */
export const compilerVersion = "2.7.11";
