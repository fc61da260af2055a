/**
 * Puts what few runs need into an executable of Linux, between the runtime and what `deno compile`
 * embeds. The runtime reads and copies everything embedded at each start, which takes longer than
 * the rest of a run that finds its session valid; what is before that is on the disk until it is
 * read. On other systems, what is embedded is mapped into memory, and nothing is to be gained.
 *
 * @module
 */

/** What is embedded ends with this many bytes, the last eight of which say how long it is. */
const tailSize = 16;

/** What is embedded begins with this. */
const magic = "d3n0l4nd";

/** Returns where what is embedded begins, if the executable is built so. */
export async function embeddedAt(path: string): Promise<number | undefined> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  if (size < tailSize) return undefined;
  const tail = await bytesAt(file, size - tailSize, tailSize);
  const at = size - Number(new DataView(tail.buffer).getBigUint64(tailSize - 8, true));
  if (!(at > 0 && at < size)) return undefined;
  const head = new TextDecoder().decode(await bytesAt(file, at, magic.length));
  return head === magic ? at : undefined;
}

/** Puts bytes before what is embedded, which says from the end of the file where it is. */
export async function insertBefore(path: string, at: number, bytes: Uint8Array): Promise<void> {
  const whole = await Deno.readFile(path);
  using file = await Deno.open(path, { write: true });
  await file.seek(at, Deno.SeekMode.Start);
  for (const part of [bytes, whole.subarray(at)]) {
    for (let done = 0; done < part.length;) done += await file.write(part.subarray(done));
  }
}

async function bytesAt(file: Deno.FsFile, at: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  await file.seek(at, Deno.SeekMode.Start);
  for (let done = 0; done < size;) {
    const count = await file.read(bytes.subarray(done));
    if (count === null) break;
    done += count;
  }
  return bytes;
}
