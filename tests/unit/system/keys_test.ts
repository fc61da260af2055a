import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Key } from "../../../lib/screen.ts";
import { KeyReader } from "../../../lib/system/keys.ts";

/** The keys of bytes that come one by one, in words: text as it is, others in angle brackets. */
function keysOf(text: string | Uint8Array, reader = new KeyReader(), now = 1000): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const inWords = (key: Key) => key.kind === "text" ? key.text : `<${key.kind}>`;
  return [...bytes].flatMap((byte) => reader.take(new Uint8Array([byte]), now).map(inWords))
    .join("");
}

const rows: readonly (readonly [string, string])[] = [
  ["12 3\tä日🚀", "12 3 ä日🚀"],
  ["a\r\nb", "a<enter><enter>b"],
  ["\x7f\b\x15\x17", "<erase><erase><eraseLine><eraseWord>"],
  ["\x03\x04\x1a\x1c", "<cancel><cancel><suspend><quit>"],
  ["\x1b[A\x1bOB\x1b[C\x1b[3~\x1b[1;5D\x1b[Ix", "<up><down>x"],
  ["\x1b[5~\x1b[6~\x1b[H\x1bOH\x1b[1~\x1b[7~", "<pageUp><pageDown><home><home><home><home>"],
  ["\x1b[F\x1bOF\x1b[4~\x1b[8~\x0e\x10", "<end><end><end><end><down><up>"],
  ["\x1bax", "x"],
  ["\x1b\x03", "<cancel>"],
  ["\x1b[\r\x03", "<enter><cancel>"],
  ["\x1b]11;rgb:0/0/0\x07x\x1bP1$r\x1b\\y", "xy"],
  ["\x1b]never ended\x03", "<cancel>"],
  ["\x1b[200~12\r\n34\t\x1b[201~\r", "12  34 <enter>"],
  ["\x1b[200~12\x7f\x15\x1a\x0034\x1b[201~", "1234"],
  ["\x1b[200~12\x03", "12<cancel>"],
  ["\x1b[200~a\x1b[31mb\x1b[201~c", "abc"],
  ["\x00\x01\x0c\u009b\u0085", ""],
];
for (const [typed, expected] of rows) {
  Deno.test(`keys of ${JSON.stringify(typed)}`, () => assertEquals(keysOf(typed), expected));
}

Deno.test("a sequence without an end does not swallow what comes behind it", () => {
  const typed = `\x1b[${"1;".repeat(40)}m123456\r`;
  assert(keysOf(typed).endsWith("123456<enter>"));
});

Deno.test("Esc alone is no part of what is typed a second later", () => {
  const reader = new KeyReader();
  assertEquals(keysOf("\x1b", reader, 1000), "");
  assertEquals(keysOf("123456", reader, 2000), "123456");
  assertEquals(keysOf("\x1b", reader, 3000), "");
  assertEquals(keysOf("[A", reader, 4000), "<up>", "a slow line");
});

Deno.test("Esc is a key of its own once nothing has followed it", () => {
  const reader = new KeyReader();
  assertEquals([keysOf("a", reader), reader.endEscape(), reader.isAfterEscape], ["a", [], false]);
  assertEquals([keysOf("\x1b", reader), reader.isAfterEscape], ["", true]);
  assertEquals(reader.endEscape(), [{ kind: "escape" }]);
  assertEquals([keysOf("[A", reader), reader.isAfterEscape], ["[A", false]);
  keysOf("\x1b[", reader);
  assertEquals([reader.isAfterEscape, reader.endEscape()], [false, []]);
});

Deno.test("a paste that never says its end is over when nothing more of it comes", () => {
  const reader = new KeyReader();
  assertEquals(keysOf("\x1b[200~12\r", reader, 1000), "12 ");
  assertEquals(keysOf("34\r", reader, 2000), "34<enter>");
});

Deno.test("after any bytes Ctrl-C cancels, and Enter does a second later", () => {
  const bytes = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x1b, 0x5b, 0x4f, 0x5d, 0x32, 0x30, 0x7e),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(bytes, (typed) => {
      for (const [key, expected] of [["\x03", "<cancel>"], ["\r", "<enter>"]] as const) {
        const reader = new KeyReader();
        keysOf(new Uint8Array(typed), reader, 1000);
        assert(keysOf(key, reader, 2000).endsWith(expected));
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("no key is a control character", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (typed) => {
      assertEquals(/\p{Cc}/u.test(keysOf(typed)), false);
    }),
    { numRuns: 3000 },
  );
});
