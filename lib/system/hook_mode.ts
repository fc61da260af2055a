/**
 * The hidden modes of the program: in which it runs a hook, and in which it tells of a session's end.
 *
 * @module
 */

/** The first word of the command line of a hook's process. */
export const hookMode = "__hook";

/** The first word of the command line of the process that tells of a session's end. */
export const noticeMode = "__notice";
