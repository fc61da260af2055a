/**
 * Takes the types off TypeScript where the runtime does not: in the standalone program, and to say
 * where a fault is. With Node's own library for it; loaded only then.
 *
 * @module
 */

import { transformSync } from "amaro";

/**
 * Returns the JavaScript in TypeScript, every character where it was. What is more than types, such
 * as an `enum`, is a fault.
 *
 * @throws an object with `message`, `startLine`, counted from 1, and `startColumn`, from 0
 */
export function typesOff(code: string): string {
  return transformSync(code, { mode: "strip-only" }).code;
}
