/**
 * A software bill of materials (CycloneDX 1.6) of the program: the packages bundled into it, with
 * their hashes from deno.lock, and the Deno that runs them.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";

/** What is read of deno.lock, version 5. */
export interface Lock {
  readonly version: string;
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** What the program contains. */
export interface Parts {
  /** The version of stsmfa. */
  readonly version: string;
  /** The version of Deno. */
  readonly deno: string;
  /** The packages, such as `@inquirer/input@5.2.0`. */
  readonly packages: readonly string[];
}

/** Returns the names and versions of the packages in these folders, each once. */
export async function packagesIn(directories: Iterable<string>): Promise<string[]> {
  const found = await Promise.all([...directories].map(async (directory) => {
    const { name, version } = JSON.parse(await Deno.readTextFile(join(directory, "package.json")));
    return `${name}@${version}`;
  }));
  return [...new Set(found)].sort();
}

/** Returns the bill of materials of a program. */
export function billOfMaterials(lock: Lock, parts: Parts): Record<string, unknown> {
  if (lock.version !== "5") throw new Error(`deno.lock has version ${lock.version}, not 5`);
  const purl = `pkg:generic/stsmfa@${parts.version}`;
  const components = [
    runtime(parts.deno),
    ...parts.packages.map((each) => component(lock, each)),
  ];
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([purl, components]))}`,
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": purl,
        name: "stsmfa",
        version: parts.version,
        purl,
      },
    },
    components,
  };
}

/** Returns the UUID (version 8) of a text: the same bill has the same number each time. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function runtime(version: string): Record<string, unknown> {
  const purl = `pkg:github/denoland/deno@v${version}`;
  return { type: "platform", "bom-ref": purl, name: "deno", version, purl };
}

function component(lock: Lock, nameAndVersion: string): Record<string, unknown> {
  // A key such as `@inquirer/input@5.2.0_@types+node@22.0.0` has peers after the `_`; the bytes are
  // the same for all.
  const key = Object.keys(lock.npm).find((each) =>
    each === nameAndVersion || each.startsWith(`${nameAndVersion}_`)
  );
  if (key === undefined) throw new Error(`deno.lock has no ${nameAndVersion}`);
  const [, name, version] = /^(@?[^@]+)@(.+)$/.exec(nameAndVersion) ?? [];
  const [, base64] = /^sha512-(.+)$/.exec(lock.npm[key]!.integrity) ?? [];
  if (name === undefined || version === undefined || base64 === undefined) {
    throw new Error(`deno.lock has a package of an unknown form: ${key}`);
  }
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    hashes: [{ alg: "SHA-512", content: Buffer.from(base64, "base64").toString("hex") }],
  };
}
