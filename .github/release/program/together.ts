/**
 * Many files as one, from which each is read alone: an index as JSON, then their bytes.
 *
 * @module
 */

/** Where the files are. */
export interface Place {
  /** Where in its file the index begins. */
  readonly at: number;
  /** How long the index is. */
  readonly index: number;
}

/** Returns files as one, in the order of their names, and how long the index is. */
export function together(
  files: ReadonlyMap<string, Uint8Array>,
): { readonly bytes: Uint8Array; readonly index: number } {
  const names = [...files.keys()].sort();
  let end = 0;
  const ranges = names.map((name) => [name, [end, end += files.get(name)!.length]]);
  const index = new TextEncoder().encode(JSON.stringify(Object.fromEntries(ranges)));
  const bytes = new Uint8Array(index.length + end);
  let at = index.length;
  bytes.set(index);
  for (const name of names) {
    bytes.set(files.get(name)!, at);
    at += files.get(name)!.length;
  }
  return { bytes, index: index.length };
}

/** Returns what gives each file by its name, or nothing for another one. */
export function reader(path: string | URL, place: Place): (name: string) => Uint8Array | undefined {
  let ranges: Record<string, readonly [number, number]> | undefined;
  return (name) => {
    using file = Deno.openSync(path);
    ranges ??= JSON.parse(new TextDecoder().decode(bytesOf(file, place.at, place.index)));
    if (!Object.hasOwn(ranges!, name)) return undefined;
    const range = ranges![name]!;
    return bytesOf(file, place.at + place.index + range[0], range[1] - range[0]);
  };
}

function bytesOf(file: Deno.FsFile, at: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  file.seekSync(at, Deno.SeekMode.Start);
  for (let done = 0; done < size;) {
    const count = file.readSync(bytes.subarray(done));
    if (count === null) throw new Error("the program is not whole");
    done += count;
  }
  return bytes;
}
