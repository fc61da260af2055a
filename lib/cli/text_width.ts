/**
 * The width of text in terminal columns: a wide character takes two, a colour or a combining mark
 * none. Loaded lazily, since most text has only letters of one column each.
 *
 * @module
 */

// `unicodeWidth` of @std/cli would do, but its package in the npm registry lacks the data.
export { default as textWidth } from "fast-string-width";
