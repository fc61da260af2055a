/**
 * Many files as one, each compressed: an index as JSON, a zero, and their bytes.
 *
 * @module
 */

import type * as Zlib from "node:zlib";

/** Where each file begins and ends. */
type Index = Record<string, [number, number]>;

/** Loaded when it is needed, which is not at each start. */
const zlib = (): typeof Zlib => process.getBuiltinModule("node:zlib");

/** Returns a pack of files, in the order of their names. */
export function makePack(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const { deflateRawSync } = zlib();
  const index: Index = {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const name of [...files.keys()].sort()) {
    const part = deflateRawSync(files.get(name)!, { level: 9 });
    parts.push(part);
    index[name] = [end, end += part.length];
  }
  return Buffer.concat([new TextEncoder().encode(`${JSON.stringify(index)}\0`), ...parts]);
}

/** Returns what gives the files of a pack by their names. */
export function readPack(pack: Uint8Array): (name: string) => Uint8Array | undefined {
  const { inflateRawSync } = zlib();
  const start = pack.indexOf(0);
  const index: Index = JSON.parse(new TextDecoder().decode(pack.subarray(0, start)));
  const parts = pack.subarray(start + 1);
  return (name) => index[name] && inflateRawSync(parts.subarray(...index[name]));
}
