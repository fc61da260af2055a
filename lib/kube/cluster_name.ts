/**
 * The names of clusters.
 *
 * @module
 */

/** Reports whether a text is a cluster's name, or the id of one on an Outpost. */
export function isClusterName(text: string): boolean {
  return /^[\dA-Za-z][\w-]{0,99}$/.test(text);
}
