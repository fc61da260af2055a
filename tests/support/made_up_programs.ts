/**
 * Programs that are none, in the form of those.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** What differs from a good program for macOS on arm64. */
export interface MachOOptions {
  readonly machine?: "x86_64" | "aarch64";
  readonly isSigned?: boolean;
  /** The oldest macOS that it is for. */
  readonly oldest?: number;
  /** Those of the code directory. */
  readonly flags?: number;
  /** How much of the program is signed. */
  readonly limit?: number;
  /** How many bytes follow the end. */
  readonly behind?: number;
}

const length = 9000;
const page = 4096;

/** Returns a program of 9000 bytes, and its signature. */
export function machO(options: MachOOptions = {}): Uint8Array<ArrayBuffer> {
  const { machine = "aarch64", isSigned = true, oldest = 11, behind = 0 } = options;
  const signatureSize = isSigned ? 20 + 44 + 7 + 3 * 32 : 0;
  const program = new Uint8Array(length + signatureSize + behind).fill(7, 300, length);
  const view = new DataView(program.buffer);
  const words = (at: number, ...values: number[]) =>
    values.forEach((value, index) => view.setUint32(at + index * 4, value, true));
  words(0, 0xfeedfacf, machine === "x86_64" ? 0x01000007 : 0x0100000c, 0, 2, isSigned ? 4 : 3);
  words(32, 0x19, 72);
  program.set(new TextEncoder().encode("__LINKEDIT"), 40);
  words(32 + 40, 300, 0, length - 300 + signatureSize, 0);
  words(104, 0x80000028, 24);
  words(128, 0x32, 24, 1, oldest << 16);
  if (!isSigned) return program;
  words(152, 0x1d, 16, length, signatureSize);
  sign(program, view, options);
  return program;
}

function sign(
  program: Uint8Array<ArrayBuffer>,
  view: DataView,
  { flags = 2, limit = length }: MachOOptions,
): void {
  const words = (at: number, ...values: number[]) =>
    values.forEach((value, index) => view.setUint32(at + index * 4, value));
  const directory = length + 20;
  words(length, 0xfade0cc0, 20 + 44 + 7 + 96, 1, 0, 20);
  words(directory, 0xfade0c02, 44 + 7 + 96, 0x20400, flags, 51, 44, 0, 3, limit);
  program.set([32, 2, 0, 12], directory + 36);
  program.set(new TextEncoder().encode("stsmfa\0"), directory + 44);
  for (let index = 0; index < 3; index++) {
    const content = program.subarray(index * page, Math.min((index + 1) * page, length));
    program.set(createHash("sha256").update(content).digest(), directory + 51 + index * 32);
  }
}

/**
 * Returns a program for Windows: a runtime of 1024 bytes, and a program in a section of its own.
 *
 * @param image how much of it is loaded
 */
export function pe(
  program: Uint8Array,
  loaded: number = program.length,
  image: number = 8192 + Math.ceil(loaded / 4096) * 4096,
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(1024 + program.length);
  const view = new DataView(all.buffer);
  const words = (at: number, ...values: number[]) =>
    values.forEach((value, index) => view.setUint32(at + index * 4, value, true));
  const text = (at: number, value: string) => all.set(new TextEncoder().encode(value), at);
  text(0, "MZ");
  words(0x3c, 64);
  text(64, "PE");
  view.setUint16(64 + 4, 0x8664, true);
  view.setUint16(64 + 6, 2, true);
  view.setUint16(64 + 20, 240, true);
  const optional = 64 + 24;
  view.setUint16(optional, 0x20b, true);
  words(optional + 32, 4096, 512, 0, 0, 0, 0, image);
  view.setUint16(optional + 68, 3, true);
  words(optional + 112 + 16, 8192, program.length);
  const sections = optional + 240;
  text(sections, ".text");
  words(sections + 8, 100, 4096, 512, 512);
  text(sections + 40, ".pedata");
  words(sections + 48, loaded, 8192, program.length, 1024);
  all.set(program, 1024);
  return all;
}
