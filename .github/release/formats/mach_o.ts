/**
 * Programs of macOS. On arm64 the system starts none without a signature that fits; one without a
 * certificate, called ad hoc, will do. On Intel's it starts those without any.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Bytes, must } from "./bytes.ts";

/** What a program says of itself. */
export interface MachO {
  readonly machine: string;
  /** The oldest macOS that it is for, such as `11.0`. */
  readonly oldest: string;
  /** Its segments, such as `__TEXT`. */
  readonly segments: readonly string[];
  readonly signature: Signature | undefined;
}

/** A signature whose every hash is that of the file. */
export interface Signature {
  /** Whether there is no certificate behind it. */
  readonly isAdHoc: boolean;
  readonly identifier: string;
  /** How many pages it covers: all of the file before the signature. */
  readonly pages: number;
}

const machines: Readonly<Record<number, string>> = { 0x01000007: "x86_64", 0x0100000c: "aarch64" };

const commands = { segment: 0x19, signature: 0x1d, oldest: 0x24, build: 0x32, main: 0x80000028 };

/**
 * @throws Error when it is no 64-bit program for macOS, is cut off, or
 * has a signature that does not fit
 */
export function readMachO(content: Uint8Array<ArrayBuffer>): MachO {
  const file = new Bytes(content);
  must(file.u32(0) === 0xfeedfacf, "it does not begin as 64-bit Mach-O");
  must(file.u32(12) === 2, "it is no program");
  const found = commandsOf(file);
  const of = (kind: number) => found.filter((at) => file.u32(at) === kind);
  must(of(commands.main).length === 1, "it does not say what is run first");
  const segments = of(commands.segment);
  for (const at of segments) file.slice(file.u64(at + 40), file.u64(at + 40) + file.u64(at + 48));
  const last = segments.at(-1)!;
  must(file.text(last + 8, 16) === "__LINKEDIT", "its last segment is not __LINKEDIT");
  must(file.u64(last + 40) + file.u64(last + 48) === file.length, "there is something behind it");
  const signatures = of(commands.signature);
  must(signatures.length < 2, `it has ${signatures.length} signatures`);
  return {
    machine: machines[file.u32(4)] ?? `machine ${file.u32(4)}`,
    oldest: oldestOf(file, found),
    segments: segments.map((at) => file.text(at + 8, 16)),
    signature: signatures[0] === undefined ? undefined : checkSignature(file, signatures[0]),
  };
}

function commandsOf(file: Bytes): number[] {
  const found: number[] = [];
  for (let [each, at] = [0, 32]; each < file.u32(16); each++, at += file.u32(at + 4)) {
    found.push(at);
  }
  return found;
}

function oldestOf(file: Bytes, found: readonly number[]): string {
  const build = found.find((at) => file.u32(at) === commands.build);
  const older = found.find((at) => file.u32(at) === commands.oldest);
  must(build !== undefined || older !== undefined, "it does not say which macOS it is for");
  const version = build === undefined ? file.u32(older! + 8) : file.u32(build + 12);
  return `${version >> 16}.${(version >> 8) & 255}`;
}

const magic = { signature: 0xfade0cc0, codeDirectory: 0xfade0c02, certificates: 0xfade0b01 };
const adHoc = 2;

/** Signatures are big-endian, whatever the program is. */
function checkSignature(program: Bytes, command: number): Signature {
  const [start, size] = [program.u32(command + 8), program.u32(command + 12)];
  // What is behind it, nobody has signed.
  must(start + size === program.length, "the signature is not the end");
  const file = new Bytes(program.slice(start, start + size), false);
  must(file.u32(0) === magic.signature, "the signature does not begin as one");
  const blobs = Array.from({ length: file.u32(8) }, (_, index) => {
    const at = file.u32(12 + index * 8 + 4);
    return new Bytes(file.slice(at, at + file.u32(at + 4)), false);
  });
  const directory = blobs.find((blob) => blob.u32(0) === magic.codeDirectory);
  must(directory !== undefined, "the signature has no code directory");
  const certificates = blobs.find((blob) => blob.u32(0) === magic.certificates);
  const hasNone = certificates === undefined || certificates.length === 8;
  checkPages(program.slice(0, start), directory);
  return {
    isAdHoc: (directory.u32(12) & adHoc) !== 0 && hasNone,
    identifier: directory.text(directory.u32(20)),
    pages: directory.u32(28),
  };
}

function checkPages(code: Uint8Array<ArrayBuffer>, directory: Bytes): void {
  const [hashes, count, limit] = [directory.u32(16), directory.u32(28), directory.u32(32)];
  const [size, kind, pageBits] = [directory.u8(36), directory.u8(37), directory.u8(39)];
  must(kind === 2 && size === 32, "the signature is not one by SHA-256");
  must(limit === code.length, `the signature covers ${limit} of ${code.length} bytes`);
  const page = 2 ** pageBits;
  must(count === Math.ceil(limit / page), `the signature has ${count} pages`);
  for (let index = 0; index < count; index++) {
    const digest = createHash("sha256").update(code.subarray(index * page, (index + 1) * page))
      .digest("hex");
    const signed = directory.slice(hashes + index * size, hashes + (index + 1) * size).toHex();
    must(digest === signed, `page ${index} is not the one that was signed`);
  }
}
