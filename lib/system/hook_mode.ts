/**
 * The hidden mode in which the program runs a hook.
 *
 * @module
 */

/** The first word of the command line in that mode. */
export const hookMode = "__hook";
