/**
 * Walks a path: each folder from the root on, each symbolic link on the way, and what is at the
 * end.
 *
 * @module
 */

import type { Files, LinkStatus } from "../context.ts";

/** One step of a path. */
export interface Step {
  /** Its real path: no part of it is a symbolic link, except perhaps the last. */
  readonly path: string;
  /** The folder it is in, as `path` of an earlier step; `undefined` for the root. */
  readonly folder: string | undefined;
  readonly status: LinkStatus;
}

/** The same limit as Linux. */
const mostLinks = 40;

/**
 * Walks a path as the system does when it opens one; stops at a step that does not exist.
 *
 * @param path a POSIX path; a relative one starts at the working directory
 * @returns where the path really is, also if nothing is there yet
 */
export async function* wayTo(
  files: Pick<Files, "linkStatus" | "resolveLinks">,
  path: string,
): AsyncGenerator<Step, string> {
  const start = path.startsWith("/") ? "" : await files.resolveLinks(".");
  const rest = `${start}/${path}`.split("/");
  const root = await files.linkStatus("/");
  if (root === undefined) return path;
  yield { path: "/", folder: undefined, status: root };
  let at = "";
  for (let links = 0; rest.length > 0;) {
    const name = rest.shift()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at = at.slice(0, Math.max(at.lastIndexOf("/"), 0));
      continue;
    }
    const here = `${at}/${name}`;
    const status = await files.linkStatus(here);
    if (status === undefined) return [here, ...rest.filter((each) => each !== "")].join("/");
    yield { path: here, folder: at === "" ? "/" : at, status };
    if (status.linkTarget === undefined) {
      at = here;
      continue;
    }
    if (++links > mostLinks) throw Object.assign(new Error("too many links"), { code: "ELOOP" });
    if (status.linkTarget.startsWith("/")) at = "";
    rest.unshift(...status.linkTarget.split("/"));
  }
  return at || "/";
}
