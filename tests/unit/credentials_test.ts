import { assert, assertEquals } from "@std/assert";
import { inspect } from "node:util";
import {
  formatExpiration,
  parseExpiration,
  redact,
  secondsLeft,
  Secret,
} from "../../lib/credentials.ts";
import { StsmfaError } from "../../lib/errors.ts";

const value = "wJalrXUtnFEMI/K7MDENG";
const secret = new Secret(value);

const prints: Record<string, () => string> = {
  "String()": () => String(secret),
  "a template": () => `${secret}`,
  "concatenation": () => "" + secret,
  "toLocaleString()": () => secret.toLocaleString(),
  "JSON": () => JSON.stringify({ secret, list: [secret] }),
  "Deno.inspect": () => Deno.inspect(secret),
  "Deno.inspect of an object that holds it": () =>
    Deno.inspect({ a: { b: [secret] } }, { depth: 9, showHidden: true }),
  "node's inspect": () => inspect(secret),
  "node's inspect of an object that holds it": () =>
    inspect({ a: { b: [secret] } }, { depth: 9, showHidden: true }),
  "a spread": () => JSON.stringify({ ...secret }),
  "its entries": () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)]),
  "a structured clone": () => Deno.inspect(structuredClone(secret)),
  "an error's message": () => new Error(`refused: ${secret}`).message,
  "an error that carries it": () => Deno.inspect(new Error("x", { cause: { secret } })),
  "a StsmfaError": () =>
    JSON.stringify(
      new StsmfaError("Unexpected", `${secret}`, { hint: `${secret}`, cause: secret }),
    ),
};
for (const [way, print] of Object.entries(prints)) {
  Deno.test(`Secret is not shown by ${way}`, () => {
    const text = print();
    assertEquals(text.includes(value), false, text);
  });
}

Deno.test("Secret is [secret] in text and gives its value to reveal() alone", () => {
  assertEquals(`${secret} ${JSON.stringify(secret)}`, '[secret] "[secret]"');
  assertEquals(Deno.inspect(secret), "[secret]");
  assertEquals(inspect(secret), "[secret]");
  assertEquals(secret.reveal(), value);
});

Deno.test("redact() replaces every occurrence of every secret", () => {
  const other = new Secret("$&token+/=");
  assertEquals(
    redact(`a ${value} b $&token+/= ${value}`, [secret, other]),
    "a [secret] b [secret] [secret]",
  );
  assertEquals(redact("nothing here", [secret]), "nothing here");
});

Deno.test("redact() replaces a secret in a URL, and in JSON that escapes slashes", () => {
  const token = new Secret("IQoJb3+a/b==");
  const forms = ["IQoJb3%2Ba%2Fb%3D%3D", "IQoJb3%2ba%2fb%3d%3d", "IQoJb3+a\\/b=="];
  for (const form of forms) assertEquals(redact(`x=${form}&`, [token]), "x=[secret]&");
});

Deno.test("redact() leaves texts whole when a secret is too short to be one", () => {
  assertEquals(redact("an abc of a", [new Secret("a"), new Secret("")]), "an abc of a");
});

Deno.test({
  name: "redact() leaves no rest of a secret that contains another one",
  fn: () =>
    assertEquals(
      redact("x abcdEFGH", [new Secret("abcd"), new Secret("abcdEFGH")]),
      "x [secret]",
    ),
});

const moment = "2026-01-02T03:04:05.000Z";
const expirations: Record<string, string> = {
  "2026-01-02T03:04:05Z": moment,
  "2026-01-02t03:04:05z": moment,
  "2026-01-02T03:04:05+00:00": moment,
  "2026-01-02T03:04:05+0000": moment,
  "2026-01-02T05:34:05+02:30": moment,
  "2026-01-01T19:04:05-08:00": moment,
  "2026-01-02 03:04:05": moment,
  "2026-01-02T03:04:05": moment,
  "2026-01-02 03:04:05 UTC": moment,
  "2026-01-02 03:04:05.123456": moment,
  "2026-01-02T03:04:05.999Z": moment,
  " 2026-01-02T03:04:05Z ": moment,
  "1767323045": moment,
  "2015-12-21 23:07:09": "2015-12-21T23:07:09.000Z",
  "2022-01-26T13:21:45+00:00": "2022-01-26T13:21:45.000Z",
};
for (const [text, expected] of Object.entries(expirations)) {
  Deno.test(`parseExpiration() reads ${JSON.stringify(text)}`, () => {
    assertEquals(parseExpiration(text)?.toISOString(), expected);
  });
}

for (
  const text of [
    "",
    "soon",
    "720",
    "1767323045000",
    "2026-01-02",
    "2026-13-02T03:04:05Z",
    "2026-01-02T25:04:05Z",
    "2026-01-02T03:04:05+99:00",
    "2026-01-02T03:04:05Z # mine",
    "02/01/2026 03:04:05",
    "-1767323045",
  ]
) {
  Deno.test(`parseExpiration() has no date for ${JSON.stringify(text)}`, () => {
    assertEquals(parseExpiration(text), undefined);
  });
}

Deno.test({
  name: "parseExpiration() has no date for a day the calendar lacks",
  fn: () => assertEquals(parseExpiration("2026-02-30T00:00:00Z"), undefined),
});

Deno.test("formatExpiration() writes whole seconds in UTC, which parseExpiration() reads", () => {
  for (const text of ["2026-01-02T03:04:05Z", "1999-12-31T23:59:59Z"]) {
    assertEquals(formatExpiration(new Date(text)), text);
    assertEquals(parseExpiration(formatExpiration(new Date(text))), new Date(text));
  }
  assertEquals(formatExpiration(new Date("2026-01-02T03:04:05.999Z")), "2026-01-02T03:04:05Z");
});

Deno.test("secondsLeft() counts whole seconds down and goes below zero", () => {
  const end = new Date(10_000);
  assertEquals(secondsLeft(end, new Date(0)), 10);
  assertEquals(secondsLeft(end, new Date(1)), 9);
  assertEquals(secondsLeft(end, end), 0);
  assert(secondsLeft(end, new Date(10_001)) < 0);
});
