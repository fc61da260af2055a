/**
 * How many columns of a terminal a text takes: a wide character takes two, a colour or a combining
 * mark none. Loaded lazily: most texts are letters of one column each.
 *
 * @module
 */

// `unicodeWidth` of @std/cli would do, but its package in the npm registry lacks the data.
export { default as textWidth } from "fast-string-width";
