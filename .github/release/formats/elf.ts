/**
 * Programs of Linux.
 *
 * @module
 */

import { Bytes, must } from "./bytes.ts";

/** What a program asks of a system. */
export interface Elf {
  readonly machine: string;
  /** The loader, by its path. */
  readonly interpreter: string;
  /** The libraries that are loaded with it. */
  readonly libraries: readonly string[];
  /** The newest glibc that a function of it needs, such as `2.27`. */
  readonly glibc: string;
}

const machines: Readonly<Record<number, string>> = { 62: "x86_64", 183: "aarch64" };

/** The kinds of segments, and of entries of the dynamic one. */
const kinds = { load: 1, dynamic: 2, interpreter: 3 };
const entries = { needed: 1, strings: 5, versions: 0x6ffffffe, versionCount: 0x6fffffff };

interface Segment {
  readonly kind: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** @throws Error when it is no 64-bit program for Linux, or is cut off */
export function readElf(content: Uint8Array<ArrayBuffer>): Elf {
  const file = new Bytes(content);
  must(file.text(0, 4) === "\x7fELF", "it does not begin as ELF");
  must(file.u8(4) === 2 && file.u8(5) === 1, "it is not 64-bit, little-endian");
  must([2, 3].includes(file.u16(16)), "it is no program");
  const segments = segmentsOf(file);
  const of = (kind: number) => {
    const found = segments.filter((each) => each.kind === kind);
    must(found.length === 1, `it has ${found.length} segments of kind ${kind}`);
    return found[0]!;
  };
  for (const { offset, size } of segments) file.slice(offset, offset + size);
  const interpreter = of(kinds.interpreter);
  const dynamic = dynamicOf(file, of(kinds.dynamic));
  const at = (address: number) => offsetOf(segments, address);
  const strings = at(dynamic.get(entries.strings)![0]!);
  return {
    machine: machines[file.u16(18)] ?? `machine ${file.u16(18)}`,
    interpreter: file.text(interpreter.offset, interpreter.size),
    libraries: (dynamic.get(entries.needed) ?? []).map((name) => file.text(strings + name)),
    glibc: newest(
      versionsOf(
        file,
        strings,
        at(dynamic.get(entries.versions)![0]!),
        dynamic.get(entries.versionCount)![0]!,
      ),
    ),
  };
}

function segmentsOf(file: Bytes): Segment[] {
  const [start, size, count] = [file.u64(32), file.u16(54), file.u16(56)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      kind: file.u32(at),
      offset: file.u64(at + 8),
      address: file.u64(at + 16),
      size: file.u64(at + 32),
    };
  });
}

function offsetOf(segments: readonly Segment[], address: number): number {
  const segment = segments.find(({ kind, address: from, size }) =>
    kind === kinds.load && from <= address && address < from + size
  );
  must(segment !== undefined, `nothing of it is at ${address}`);
  return segment.offset + address - segment.address;
}

function dynamicOf(file: Bytes, { offset, size }: Segment): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let at = offset; at < offset + size && file.u64(at) !== 0; at += 16) {
    const kind = file.u64(at);
    found.set(kind, [...found.get(kind) ?? [], file.u64(at + 8)]);
  }
  return found;
}

/** The versions of functions that it asks its libraries for. */
function versionsOf(file: Bytes, strings: number, start: number, count: number): string[] {
  const found: string[] = [];
  for (let [library, at] = [0, start]; library < count; library++, at += file.u32(at + 12)) {
    for (let [each, entry] = [0, at + file.u32(at + 8)]; each < file.u16(at + 2); each++) {
      found.push(file.text(strings + file.u32(entry + 8)));
      entry += file.u32(entry + 12);
    }
  }
  return found;
}

function newest(versions: readonly string[]): string {
  const numbers = versions.flatMap((each) => /^GLIBC_2\.(\d+)/.exec(each)?.[1] ?? []).map(Number);
  must(numbers.length > 0, "it asks for no glibc");
  return `2.${Math.max(...numbers)}`;
}
