/**
 * Files that hooks edit: read, and replaced in one step, under the lock that kubectl and others of
 * its kind take.
 *
 * @module
 */

import { dirname } from "../lib/path.ts";

/** The text, empty when there is no such file. */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${path} is not UTF-8 text; it is left as it is`);
  }
}

/**
 * Puts a new text in the place of an old one: at any moment the file is the one or the other. Its
 * mode and owner stay; a new file is for its owner alone, and so is a new folder.
 *
 * @param path where symbolic links have been followed already
 */
export async function replaceText(path: string, text: string): Promise<void> {
  const temporary = `${dirname(path)}/.stsmfa-${crypto.randomUUID()}.tmp`;
  const old = await statOrNothing(path);
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
    await file.sync();
    if (old !== undefined && Deno.build.os !== "windows") {
      const fresh = await Deno.stat(temporary);
      if (fresh.uid !== old.uid || fresh.gid !== old.gid) {
        await Deno.chown(temporary, old.uid, old.gid);
      }
      if (old.mode !== null) await Deno.chmod(temporary, old.mode & 0o7777);
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function statOrNothing(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Does something while `PATH.lock` is ours; who else has it gets some seconds to end. */
export async function locked<T>(path: string, act: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let pause = 10;; pause *= 2) {
    try {
      (await Deno.open(lock, { write: true, createNew: true, mode: 0o600 })).close();
      break;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      if (pause > 2000) {
        throw new Error(`${lock} is there: another program edits the file, or left it behind`);
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  try {
    return await act();
  } finally {
    await Deno.remove(lock).catch(() => {});
  }
}
