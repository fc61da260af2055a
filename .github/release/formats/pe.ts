/**
 * Programs of Windows.
 *
 * @module
 */

import { Bytes, must } from "./bytes.ts";

/** What kind of program it is. */
export interface Pe {
  readonly machine: string;
  /** Whether it has the console, and not a window, to talk to. */
  readonly isConsole: boolean;
  /** The names of its sections. */
  readonly sections: readonly string[];
  /** Whether somebody has signed it. */
  readonly isSigned: boolean;
}

/** @throws Error when it is no 64-bit program for Windows, or is cut off */
export function readPe(content: Uint8Array<ArrayBuffer>): Pe {
  const file = new Bytes(content);
  must(file.text(0, 2) === "MZ", "it does not begin as MZ");
  const header = file.u32(0x3c);
  must(file.text(header, 4) === "PE" && file.u16(header + 2) === 0, "it has no PE header");
  const optional = header + 24;
  must(file.u16(optional) === 0x20b, "it is not 64-bit");
  const count = file.u16(header + 6);
  const sections = optional + file.u16(header + 20);
  const names = Array.from({ length: count }, (_, index) => {
    const at = sections + index * 40;
    file.slice(file.u32(at + 20), file.u32(at + 20) + file.u32(at + 16));
    return file.text(at, 8);
  });
  return {
    machine: file.u16(header + 4) === 0x8664 ? "x86_64" : `machine ${file.u16(header + 4)}`,
    isConsole: file.u16(optional + 68) === 3,
    sections: names,
    // The fifth of the data directories.
    isSigned: file.u32(optional + 112 + 4 * 8) !== 0,
  };
}
