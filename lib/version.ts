/**
 * The version, as deno.json has it.
 *
 * @module
 */

import deno from "../deno.json" with { type: "json" };

/** The version of stsmfa, such as `1.2.3`. */
export const version: string = deno.version;
