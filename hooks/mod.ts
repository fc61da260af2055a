/**
 * The hooks that come with stsmfa, each loaded when it is used.
 *
 * @module
 */

import type { Hook } from "../lib/hook.ts";

/** Maps a hook's name to its loader. */
export const shippedHookModules: Readonly<Record<string, () => Promise<{ default: Hook }>>> = {
  docker: () => import("./docker.ts"),
  dotenv: () => import("./dotenv.ts"),
  kube: () => import("./kube.ts"),
};
