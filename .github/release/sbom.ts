/**
 * Prints a software bill of materials (CycloneDX 1.6) from deno.lock: every package of the npm
 * registry that the program was built with, those of the tests included.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** What this reads of deno.lock, version 5. */
export interface Lock {
  readonly version: string;
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** A bill of materials for a version of stsmfa. */
export function billOfMaterials(lock: Lock, version: string): Record<string, unknown> {
  if (lock.version !== "5") throw new Error(`deno.lock has version ${lock.version}, not 5`);
  const purl = `pkg:generic/stsmfa@${version}`;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${crypto.randomUUID()}`,
    version: 1,
    metadata: {
      component: { type: "application", "bom-ref": purl, name: "stsmfa", version, purl },
    },
    components: Object.entries(lock.npm).map(([key, { integrity }]) => component(key, integrity)),
  };
}

function component(key: string, integrity: string): Record<string, unknown> {
  // Such as `@inquirer/input@5.2.0_@types+node@22.0.0`: what is behind `_` are peers.
  const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
  const [, base64] = /^sha512-(.+)$/.exec(integrity) ?? [];
  if (name === undefined || version === undefined || base64 === undefined) {
    throw new Error(`deno.lock has a package of an unknown form: ${key}`);
  }
  return {
    type: "library",
    "bom-ref": `npm:${key}`,
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    hashes: [{ alg: "SHA-512", content: Buffer.from(base64, "base64").toString("hex") }],
  };
}

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const lock = JSON.parse(await Deno.readTextFile(new URL("deno.lock", root)));
  console.log(JSON.stringify(billOfMaterials(lock, version), undefined, 2));
}
