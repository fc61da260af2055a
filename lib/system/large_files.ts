/**
 * Reads files of many megabytes. Loaded only for these.
 *
 * The runtime's own `readFileSync` takes three times as long, since it does not know how large the
 * file is when it makes room for it.
 *
 * @module
 */

import { isSame } from "../aws_files/read.ts";

/** How much is read at once to be compared: it stays in the processor's cache. */
const chunkSize = 1 << 18;

/**
 * Reads a file.
 *
 * @param known what it may hold; returned if it still does, and then nothing is made
 */
export function readLarge(path: string, known: Uint8Array | undefined): Uint8Array {
  using file = Deno.openSync(path, { read: true });
  const { size } = file.statSync();
  if (known !== undefined && known.length === size && holds(file, known)) return known;
  file.seekSync(0, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size);
  const length = fill(file, bytes);
  if (length < size) return bytes.slice(0, length);
  // It may have grown since.
  const more = new Uint8Array(1);
  return fill(file, more) === 0 ? bytes : Deno.readFileSync(path);
}

/** Reports whether a file holds these bytes and no others. */
function holds(file: Deno.FsFile, known: Uint8Array): boolean {
  const chunk = new Uint8Array(chunkSize);
  for (let at = 0;;) {
    const length = fill(file, chunk);
    if (length === 0) return at === known.length;
    if (at + length > known.length) return false;
    if (!isSame(chunk.subarray(0, length), known.subarray(at, at + length))) return false;
    at += length;
  }
}

/** Reads until the bytes are full or the file ends; returns how many it read. */
function fill(file: Deno.FsFile, bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const count = file.readSync(bytes.subarray(at));
    if (!count) break;
    at += count;
  }
  return at;
}
