/**
 * stsmfa as a library.
 *
 * @module
 */

export { StsmfaError } from "./lib/errors.ts";
