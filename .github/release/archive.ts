/**
 * Writes archives whose bytes depend on nothing but the files' names and bytes, and on the time of
 * the release: no owner, no clock, no order of a folder.
 *
 * @module
 */

import { crc32, deflateRawSync, gzipSync } from "node:zlib";

/** A file in an archive. */
export interface Entry {
  /** Its path, with `/`. */
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly isProgram: boolean;
}

const mode = ({ isProgram }: Entry) => isProgram ? 0o755 : 0o644;

/** Returns a `.tar.gz`. */
export function tarGz(entries: readonly Entry[], time: Date): Uint8Array<ArrayBuffer> {
  const blocks = entries.flatMap((entry) => [
    tarHeader(entry, time),
    entry.content,
    new Uint8Array((512 - entry.content.length % 512) % 512),
  ]);
  const compressed = gzipSync(joined([...blocks, new Uint8Array(1024)]), { level: 9 });
  // Which system made it.
  compressed[9] = 255;
  return new Uint8Array(compressed);
}

function tarHeader(entry: Entry, time: Date): Uint8Array<ArrayBuffer> {
  if (new TextEncoder().encode(entry.name).length > 100) throw new Error(`too long: ${entry.name}`);
  const header = new Uint8Array(512);
  const write = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
  const octal = (at: number, length: number, value: number) =>
    write(at, `${value.toString(8).padStart(length - 1, "0")}\0`);
  write(0, entry.name);
  octal(100, 8, mode(entry));
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, entry.content.length);
  octal(136, 12, time.getTime() / 1000);
  write(148, " ".repeat(8));
  write(156, "0ustar\x0000");
  write(265, "root");
  write(297, "root");
  octal(148, 7, header.reduce((sum, byte) => sum + byte, 0));
  write(155, " ");
  return header;
}

/** Returns a `.zip`. */
export function zip(entries: readonly Entry[], time: Date): Uint8Array<ArrayBuffer> {
  const files: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    const data = new Uint8Array(deflateRawSync(entry.content, { level: 9 }));
    const common = [
      ...[half(20), half(0), half(8), ...dosTime(time)],
      ...[word(crc32(entry.content)), word(data.length), word(entry.content.length)],
      ...[half(name.length), half(0)],
    ];
    const file = joined([word(0x04034b50), ...common, name, data]);
    directory.push(joined([
      // Made by a Unix, so that its mode counts where there are modes.
      ...[word(0x02014b50), half(0x031e), ...common],
      ...[
        half(0),
        half(0),
        half(0),
        word((0o100000 | mode(entry)) << 16 >>> 0),
        word(offset),
        name,
      ],
    ]));
    files.push(file);
    offset += file.length;
  }
  const listed = joined(directory);
  const count = half(entries.length);
  return joined([
    ...files,
    listed,
    ...[word(0x06054b50), half(0), half(0), count, count],
    ...[word(listed.length), word(offset), half(0)],
  ]);
}

function dosTime(time: Date): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  return [
    half(time.getUTCHours() << 11 | time.getUTCMinutes() << 5 | time.getUTCSeconds() >> 1),
    half((time.getUTCFullYear() - 1980) << 9 | (time.getUTCMonth() + 1) << 5 | time.getUTCDate()),
  ];
}

function half(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 255, value >> 8);
}

function word(value: number): Uint8Array<ArrayBuffer> {
  return joined([half(value & 0xffff), half(value >>> 16)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
