/**
 * Programs of Windows.
 *
 * @module
 */

import { Bytes, must } from "./bytes.ts";

/** The section that `deno compile` puts the program into. */
export const payload = ".pedata";

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
  const alignment = file.u32(optional + 32);
  const up = (size: number) => Math.ceil(size / alignment) * alignment;
  const image = file.u32(optional + 56);
  must(image % alignment === 0, `its image, of ${image} bytes, ends within a page`);
  const count = file.u16(header + 6);
  const sections = optional + file.u16(header + 20);
  const names = Array.from({ length: count }, (_, index) => {
    const at = sections + index * 40;
    const [start, size] = [file.u32(at + 20), file.u32(at + 16)];
    file.slice(start, start + size);
    const name = file.text(at, 8);
    const [from, loaded] = [file.u32(at + 12), up(file.u32(at + 8))];
    must(size <= loaded && from + loaded <= image, `the end of ${name} would not be loaded`);
    return name;
  });
  return {
    machine: file.u16(header + 4) === 0x8664 ? "x86_64" : `machine ${file.u16(header + 4)}`,
    isConsole: file.u16(optional + 68) === 3,
    sections: names,
    // The fifth of the data directories.
    isSigned: file.u32(optional + 112 + 4 * 8) !== 0,
  };
}

/**
 * Makes the image as large as the sections are, in whole pages. Older versions of `deno compile` add
 * the bytes of what they put in alone, and where Windows takes that at its word, the end of it is not
 * loaded.
 */
export function makeImageWhole(content: Uint8Array<ArrayBuffer>): void {
  const file = new Bytes(content);
  const header = file.u32(0x3c);
  const optional = header + 24;
  const alignment = file.u32(optional + 32);
  const last = optional + file.u16(header + 20) + (file.u16(header + 6) - 1) * 40;
  const end = file.u32(last + 12) + Math.max(file.u32(last + 8), file.u32(last + 16));
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  view.setUint32(optional + 56, Math.ceil(end / alignment) * alignment, true);
}

/**
 * Returns a runtime without the program that `deno compile` has put into it, as it was before: one
 * that is larger would not fit in its place.
 *
 * @throws Error when its last section is not that program
 */
export function withoutProgram(content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const file = new Bytes(content);
  const header = file.u32(0x3c);
  const optional = header + 24;
  const count = file.u16(header + 6);
  const last = optional + file.u16(header + 20) + (count - 1) * 40;
  must(file.text(last, 8) === payload, "its last section is no program of Deno");
  const before = last - 40;
  const alignment = file.u32(optional + 32);
  const end = file.u32(before + 12) + file.u32(before + 8);
  const rest = content.slice(0, file.u32(last + 20));
  const view = new DataView(rest.buffer);
  view.setUint16(header + 6, count - 1, true);
  view.setUint32(optional + 56, Math.ceil(end / alignment) * alignment, true);
  // The third and the fifth of the data directories: resources, which are in it, and a signature.
  for (const index of [2, 4]) rest.fill(0, optional + 112 + index * 8, optional + 120 + index * 8);
  rest.fill(0, last, last + 40);
  return rest;
}
