/**
 * Writes what is to be written to its end: the system may take less at once.
 *
 * @module
 */

import type { Files, NewFile } from "../context.ts";

/**
 * Writes all bytes.
 *
 * @throws the system's own error; `EIO` where nothing more is taken
 */
export async function writeAll(
  file: Pick<NewFile, "write">,
  bytes: Uint8Array,
): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    const count = await file.write(rest);
    if (count === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    rest = rest.subarray(count);
  }
}

/** Content in parts, for who has most of it already. */
export type Parts = readonly Uint8Array[];

/**
 * Writes all parts, one after the other.
 *
 * @throws what {@link writeAll} throws
 */
export async function writeParts(file: Pick<NewFile, "write">, parts: Parts): Promise<void> {
  for (const part of parts) await writeAll(file, part);
}

/**
 * Creates a file that only we may read, which must not exist yet.
 *
 * @throws the system's own error; what has been written then is left
 */
export async function writeNew(
  files: Pick<Files, "createNew">,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const file = await files.createNew(path, 0o600);
  try {
    await writeAll(file, bytes);
  } finally {
    file.close();
  }
}
