/**
 * Clients of registries, those that are installed; no engine is needed.
 *
 * @module
 */

import { canRun } from "./ask_once.ts";

/** A client, and its words to fetch an image's manifest. */
const clients: Readonly<Record<string, (image: string, storage: string) => string[]>> = {
  docker: (image) => ["manifest", "inspect", "--insecure", image],
  skopeo: (image) => ["inspect", "--raw", "--tls-verify=false", `docker://${image}`],
  podman: (image, storage) => pull(image, storage),
  buildah: (image, storage) => pull(image, storage, "--policy=always"),
};

function pull(image: string, storage: string, ...flags: string[]): string[] {
  const places = ["--root", `${storage}/root`, "--runroot", `${storage}/run`];
  return [...places, "--storage-driver", "vfs", "pull", ...flags, "--tls-verify=false", image];
}

/** A client's name. */
export type ClientName = "docker" | "skopeo" | "podman" | "buildah";

/** All of them. */
export const clientNames: readonly ClientName[] = ["docker", "skopeo", "podman", "buildah"];

/** Reports whether a client is installed. */
export function hasClient(name: ClientName): boolean {
  return canRun(name, ...(name === "docker" ? ["manifest", "inspect", "--help"] : ["--version"]));
}

/** Returns the options of a test that needs a client: skipped, with the reason, if it is missing. */
export function needsClient(client: ClientName): { name: string; ignore: boolean } {
  const isHere = hasClient(client);
  return { name: isHere ? "" : ` (skipped: no ${client} here)`, ignore: !isHere };
}

/**
 * Returns the command line with which a client fetches an image.
 *
 * @param storage a folder of the client's own
 */
export function fetchCommand(
  name: ClientName,
  image: string,
  storage: string,
): [string, ...string[]] {
  return [name, ...clients[name]!(image, storage)];
}
