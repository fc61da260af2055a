/**
 * The runtime's own variables: they control what it loads, from where, and whom it trusts.
 *
 * @module
 */

/** What it needs to find its cache, and to trust the servers that the machine trusts. */
export const runtimeVariables = [
  "DENO_CERT",
  "DENO_DIR",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
] as const;

/** Reports whether a variable is one of the others, which no hook's process gets. */
export function steersRuntime(name: string): boolean {
  return /^(DENO|NODE)_/i.test(name) && !(runtimeVariables as readonly string[]).includes(name);
}
