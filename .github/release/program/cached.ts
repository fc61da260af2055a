/**
 * The scripts of the standalone program that have a code cache, and how it tells what became of them.
 *
 * @module
 */

/** The names of the scripts. */
export const cached = ["start", "shared", "status", "refresh"] as const;

/** The first word of a command line that asks whether V8 takes the caches. */
export const cacheMode = "__cache";

/** What became of a script's cache; without one, the program is as good and slower. */
export type CacheState = "taken" | "rejected" | "none";
