/**
 * The names of the starting points of hooks, for the help.
 *
 * @module
 */

/** The starting points, by what they are for. */
export const templateNames = ["plain", "docker", "kube", "slack"] as const;
