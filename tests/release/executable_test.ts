import { assertEquals } from "@std/assert";
import { embeddedAt, insertBefore } from "../../.github/release/executable.ts";

const encoder = new TextEncoder();

/** A runtime with something embedded, as `deno compile` makes it for Linux. */
function executable(embedded: string, said = embedded.length + 16): Uint8Array {
  const tail = new Uint8Array(16);
  new DataView(tail.buffer).setBigUint64(8, BigInt(said), true);
  return new Uint8Array([
    ...encoder.encode("\x7fELF runtime"),
    ...encoder.encode(embedded),
    ...tail,
  ]);
}

async function inFile(bytes: Uint8Array, use: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "stsmfa-executable-" });
  try {
    await Deno.writeFile(path, bytes);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("what is put before the embedded part leaves both parts as they are", () =>
  inFile(executable("d3n0l4nd and more"), async (path) => {
    const before = await Deno.readFile(path);
    const at = await embeddedAt(path);
    assertEquals(at, 12);
    await insertBefore(path, at!, encoder.encode("scripts"));
    const after = await Deno.readFile(path);
    assertEquals(after.subarray(0, 12), before.subarray(0, 12));
    assertEquals(new TextDecoder().decode(after.subarray(12, 19)), "scripts");
    assertEquals(after.subarray(19), before.subarray(12));
    assertEquals(await embeddedAt(path), 19);
  }));

Deno.test("an executable of another form is left alone", async () => {
  for (
    const bytes of [
      executable("d3n0l4nd", 5),
      executable("d3n0l4nd", 4_000),
      executable("something else"),
      encoder.encode("short"),
    ]
  ) await inFile(bytes, async (path) => assertEquals(await embeddedAt(path), undefined));
});
