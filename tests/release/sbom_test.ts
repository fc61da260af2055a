import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { billOfMaterials, packagesIn } from "../../.github/release/sbom.ts";

const sha512 = (byte: string) => `sha512-${btoa(byte.repeat(64))}`;

const lock = {
  version: "5",
  npm: {
    "@a/b@1.2.3_@types+node@22.0.0": { integrity: sha512("\x0a") },
    "@a/b@1.2.30": { integrity: sha512("\x0b") },
    "acorn@8.19.0": { integrity: sha512("\x0c") },
    "fast-check@4.10.2": { integrity: sha512("\x0d") },
  },
};
const parts = { version: "1.0.0", deno: "2.9.6", packages: ["@a/b@1.2.3", "acorn@8.19.0"] };

Deno.test("the bill of materials has what is in the program with its hash, and nothing else", () => {
  const { bomFormat, specVersion, serialNumber, components } = billOfMaterials(lock, parts);
  assertEquals([bomFormat, specVersion], ["CycloneDX", "1.6"]);
  assertMatch(
    `${serialNumber}`,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assertEquals(components, [
    {
      type: "platform",
      "bom-ref": "pkg:github/denoland/deno@v2.9.6",
      name: "deno",
      version: "2.9.6",
      purl: "pkg:github/denoland/deno@v2.9.6",
    },
    {
      type: "library",
      "bom-ref": "pkg:npm/%40a/b@1.2.3",
      name: "@a/b",
      version: "1.2.3",
      purl: "pkg:npm/%40a/b@1.2.3",
      hashes: [{ alg: "SHA-512", content: "0a".repeat(64) }],
    },
    {
      type: "library",
      "bom-ref": "pkg:npm/acorn@8.19.0",
      name: "acorn",
      version: "8.19.0",
      purl: "pkg:npm/acorn@8.19.0",
      hashes: [{ alg: "SHA-512", content: "0c".repeat(64) }],
    },
  ]);
});

Deno.test("the same bill of materials has the same number, another has another", () => {
  const number = (changes: object) =>
    billOfMaterials(lock, { ...parts, ...changes })["serialNumber"];
  assertEquals(number({}), number({}));
  const others = [{ version: "1.0.1" }, { deno: "2.9.5" }, { packages: ["acorn@8.19.0"] }];
  assertEquals(new Set([{}, ...others].map(number)).size, 4);
});

Deno.test("every package of deno.lock can be in a bill of materials", async () => {
  const real = JSON.parse(await Deno.readTextFile(new URL("../../deno.lock", import.meta.url)));
  const packages = Object.keys(real.npm).map((key) => key.split("_")[0]!);
  const { components } = billOfMaterials(real, { ...parts, packages }) as {
    components: readonly unknown[];
  };
  assertEquals(components.length, packages.length + 1);
});

Deno.test("there is no bill of materials without a hash of each package", () => {
  const of = (changes: object, packages = parts.packages) => () =>
    billOfMaterials({ ...lock, ...changes }, { ...parts, packages });
  assertThrows(of({}, ["acorn@8.19.1"]), Error, "deno.lock has no acorn@8.19.1");
  assertThrows(of({}, ["@a/b@1.2"]), Error, "deno.lock has no @a/b@1.2");
  assertThrows(of({ version: "6" }), Error, "deno.lock has version 6, not 5");
  const npm = { ...lock.npm, "acorn@8.19.0": { integrity: "sha1-AAAA" } };
  assertThrows(of({ npm }), Error, "of an unknown form: acorn@8.19.0");
});

Deno.test("a package that is installed twice is one", async () => {
  const directory = await Deno.makeTempDir({ prefix: "stsmfa-sbom-" });
  try {
    for (const [name, version] of [["a", "2.0.0"], ["b", "1.0.0"], ["c", "2.0.0"]]) {
      await Deno.mkdir(`${directory}/${name}`);
      const manifest = JSON.stringify({ name: "@x/y", version });
      await Deno.writeTextFile(`${directory}/${name}/package.json`, manifest);
    }
    const folders = ["a", "b", "c"].map((name) => `${directory}/${name}`);
    assertEquals(await packagesIn(folders), ["@x/y@1.0.0", "@x/y@2.0.0"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
