/**
 * A hook that is to run, and how it ended. Types only; a part of `context.ts`.
 *
 * @module
 */

/** A hook to run, and its permissions. */
export interface HookJob {
  /** Its source code, and whether that is TypeScript; or the name of one that ships with stsmfa. */
  readonly hook:
    | { readonly code: string; readonly language?: "ts" }
    | { readonly shipped: string };
  /** Whether to run it, or only to return what it declares. */
  readonly task: "describe" | "run";
  /** The event to pass to it when it runs. */
  readonly event?: unknown;
  /** Its permissions; everything else is denied. */
  readonly scope: Readonly<Record<"read" | "write" | "net" | "run" | "env", readonly string[]>>;
  /** Values of environment variables; all others come from our own process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills it, and everything it started, when aborted. */
  readonly signal: AbortSignal;
}

/** What a hook has thrown. */
export interface ThrownError {
  /** The error's name; empty for what is no error. */
  readonly name: string;
  /** Its message; for what is no error, that as JSON. */
  readonly message: string;
  /** The line of the hook's text where it was made, counted from 1. */
  readonly line?: number;
  /** The column there, counted from 1. */
  readonly column?: number;
}

/** How a hook ended. */
export interface HookReport {
  /** The outcome. */
  readonly end:
    | { readonly kind: "done"; readonly value: unknown }
    | ThrownError & { readonly kind: "threw"; readonly causes?: readonly ThrownError[] }
    /** It was not run: the engine can't parse its code, or finds that it loads something. */
    | {
      readonly kind: "refused";
      readonly language: "JavaScript" | "TypeScript";
      readonly message: string;
    }
    /** It ended its process before it was finished. */
    | { readonly kind: "died"; readonly exitStatus: number }
    /** It printed too much. */
    | { readonly kind: "flooded" };
  /** What it printed on stdout and stderr. */
  readonly output: string;
}

/** Runs a hook in a sandbox; rejects with the signal's reason when aborted. */
export type RunHook = (job: HookJob) => Promise<HookReport>;
