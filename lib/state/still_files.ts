/**
 * Files as they are at one moment: who looks at hundreds of profiles reads each file once.
 *
 * @module
 */

import type { Context, Files } from "../context.ts";

/** Returns a context in which what has been read or looked at once stays as it was. */
export function withStillFiles(context: Context): Context {
  const { files } = context;
  const still: Files = {
    ...files,
    read: once((path) => files.read(path)),
    status: once((path) => files.status(path)),
    linkStatus: once((path) => files.linkStatus(path)),
    resolveLinks: once((path) => files.resolveLinks(path)),
  };
  // A copy would ask for the signal, which begins to listen to signals.
  return Object.create(context, { files: { value: still, enumerable: true } });
}

function once<T>(look: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (path) => {
    const known = found.get(path);
    if (known !== undefined) return known;
    const looking = look(path);
    found.set(path, looking);
    return looking;
  };
}
