import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  answerBytes,
  answerDate,
  answerJson,
  answerText,
  mostAnswerBytes,
  mostAnswerDepth,
  UnusableAnswer,
} from "../../../lib/aws/answer.ts";

function response(body: BodyInit | null, headers: Record<string, string> = {}): Response {
  return new Response(body, { headers: { "content-type": "text/xml", ...headers } });
}

Deno.test("answerBytes() takes a mebibyte, not a byte more, and stops where it has too many", async () => {
  assertEquals((await answerBytes(response(new Uint8Array(mostAnswerBytes)))).length, 1 << 20);
  await assertRejects(
    () => answerBytes(response(new Uint8Array(mostAnswerBytes + 1))),
    UnusableAnswer,
    "larger than 1 MiB",
  );
  let [pulled, isCancelled] = [0, false];
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(65536));
    },
    cancel: () => void (isCancelled = true),
  });
  await assertRejects(() => answerBytes(response(endless)), UnusableAnswer);
  assertEquals([pulled <= 18, isCancelled], [true, true]);
});

Deno.test("answerBytes() puts the parts together, and takes an answer without a body", async () => {
  const parts = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const part of ["a", "bc", "", "def"]) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  assertEquals(new TextDecoder().decode(await answerBytes(response(parts))), "abcdef");
  assertEquals(await answerBytes(response(null)), new Uint8Array());
});

for (
  const [type, kind, isTaken] of [
    ["text/xml", "XML", true],
    ["text/xml;charset=utf-8", "XML", true],
    ["Application/XML ; charset=utf-8", "XML", true],
    ["application/json", "XML", false],
    ["text/html", "XML", false],
    ["text/xml+html", "XML", false],
    ["", "XML", false],
    ["application/json", "JSON", true],
    ["application/x-amz-json-1.1", "JSON", true],
    ["application/x-amz-json-1.0; charset=utf-8", "JSON", true],
    ["text/json-seq", "JSON", false],
    ["text/xml", "JSON", false],
  ] as const
) {
  Deno.test(`answerText() ${isTaken ? "takes" : "refuses"} ${kind} as ${type}`, async () => {
    const read = () => answerText(response("x", { "content-type": type }), kind);
    if (isTaken) assertEquals(await read(), "x");
    else await assertRejects(read, UnusableAnswer, `does not say that it is ${kind}`);
  });
}

Deno.test("answerText() takes an answer that does not say what it is", async () => {
  const silent = new Response(new TextEncoder().encode("x"));
  assertEquals(await answerText(silent, "XML"), "x");
});

Deno.test("answerText() takes no encoding that was not asked for, and nothing but UTF-8", async () => {
  for (const encoding of ["gzip", "br", "zstd", "deflate, gzip", "x"]) {
    await assertRejects(
      () => answerText(response("x", { "content-encoding": encoding }), "XML"),
      UnusableAnswer,
      "compressed",
    );
  }
  assertEquals(await answerText(response("x", { "content-encoding": "identity" }), "XML"), "x");
  await assertRejects(
    () => answerText(response(new Uint8Array([0xff, 0xfe, 0x3c, 0])), "XML"),
    UnusableAnswer,
    "UTF-8",
  );
});

Deno.test("answerJson() reads JSON as deep as AWS's, and takes no words of a string for depth", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
  assertEquals(answerJson('{"a":["\\"[[[","\\\\",{"b":null}]}'), {
    a: ['"[[[', "\\", { b: null }],
  });
  answerJson(nested(mostAnswerDepth));
  assertEquals(answerJson(JSON.stringify("[".repeat(1000))), "[".repeat(1000));
  assertThrows(() => answerJson(nested(mostAnswerDepth + 1)), UnusableAnswer, "too deeply");
  for (const text of ["", "{", "<a/>", "[1,]", '"', '"\\"']) {
    assertThrows(() => answerJson(text), UnusableAnswer, "not JSON");
  }
});

Deno.test("answerDate() reads the one form that HTTP has", () => {
  const at = (date: string) => answerDate(new Headers({ date }))?.toISOString();
  assertEquals(at("Wed, 04 Mar 2026 05:06:07 GMT"), "2026-03-04T05:06:07.000Z");
  for (
    const text of [
      "",
      "1",
      "now",
      "2026-03-04T05:06:07Z",
      "Wed, 04 Mar 2026 05:06:07",
      "Wed, 04 Mar 2026 25:06:07 GMT",
      "Wed, 04 Mar 2026 05:06:07 GMT, Wed, 04 Mar 2026 05:06:07 GMT",
      "Wed, 04 Mar 2026 05:06:07 +0100",
    ]
  ) {
    assertEquals(at(text), undefined, text);
  }
  assertEquals(answerDate(new Headers()), undefined);
});
