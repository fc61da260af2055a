import { assertEquals, assertThrows } from "@std/assert";
import { reader, together } from "../../.github/release/program/together.ts";

const files = new Map([
  ["b.script", new TextEncoder().encode("text of b, ä")],
  ["a.cache", new Uint8Array([0, 255, 1])],
  ["empty", new Uint8Array()],
]);

async function inFile(bytes: Uint8Array, use: (path: string) => void): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "stsmfa-together-" });
  try {
    await Deno.writeFile(path, bytes);
    use(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("files that were put together are read one by one, from wherever they begin", async () => {
  const { bytes, index } = together(files);
  for (const at of [0, 77]) {
    await inFile(new Uint8Array([...new Uint8Array(at), ...bytes, 9, 9]), (path) => {
      const read = reader(path, { at, index });
      for (const [name, content] of files) assertEquals(read(name), content);
      assertEquals(read("another"), undefined);
      assertEquals(read("constructor"), undefined);
    });
  }
});

Deno.test("the order in which files are given changes nothing", () => {
  assertEquals(together(new Map([...files].reverse())), together(files));
});

Deno.test("a program that is cut off is not run", async () => {
  const { bytes, index } = together(files);
  await inFile(bytes.subarray(0, -1), (path) => {
    assertThrows(() => reader(path, { at: 0, index })("b.script"), Error, "is not whole");
  });
});
