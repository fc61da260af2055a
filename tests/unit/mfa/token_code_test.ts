import { assertEquals, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import {
  checkedTokenCode,
  normaliseTokenCode,
  tokenCodeComplaint,
  tokenCodeIn,
} from "../../../lib/mfa/token_code.ts";

for (
  const text of [
    "123456",
    " 123456\r\n",
    "123 456",
    "123\u00a0456",
    "\t123456",
    "\u200e123\u200b456\ufeff",
    "\x1b[200~123456\n\x1b[201~\n",
  ]
) {
  Deno.test(`checkedTokenCode() takes ${JSON.stringify(text)}`, () => {
    assertEquals(checkedTokenCode(text, "stdin"), "123456");
  });
}

for (
  const text of [
    "",
    " ",
    "12345",
    "1234567",
    "12345a",
    "\x1bOp123456",
    "eifjccdhtjbl",
    "976249 lasts 24s |---|",
    "\uff11\uff12\uff13\uff14\uff15\uff16",
    "-12345",
    "123456.",
  ]
) {
  Deno.test(`checkedTokenCode() refuses ${JSON.stringify(text)} and says where it is from`, () => {
    const error = assertThrows(() => checkedTokenCode(text, "flag --token-code"), StsmfaError);
    assertEquals(error.code, "TokenCodeMalformed");
    assertEquals(error.message.startsWith("flag --token-code: an MFA code has six digits"), true);
    assertEquals(error.hint, "type the six digits that your MFA device shows");
    if (normaliseTokenCode(text) !== "") {
      assertEquals(error.message.includes(normaliseTokenCode(text)), false);
    }
  });
}

Deno.test("tokenCodeComplaint() counts digits only where there is nothing else", () => {
  assertEquals(tokenCodeComplaint("123456"), undefined);
  assertEquals(tokenCodeComplaint("12345"), "an MFA code has six digits, not 5");
  assertEquals(tokenCodeComplaint("12345x"), "an MFA code has six digits");
});

for (
  const [printed, code] of [
    ["123456", "123456"],
    ["123 456\r\n", "123456"],
    ["\n123456\n\n", "123456"],
    ["Amazon Web Services:alice@123456789012  123456\n", "123456"],
    ["aws 012345   654321\n", "654321"],
    ["976249 lasts 24s \t|---=====|\n", "976249"],
    ["654321:x  123456", "123456"],
    ["111111  222222", undefined],
    ["a  111111\nb  222222\n", undefined],
    ["a  [Requires Touch]\n", undefined],
    ["123456\nold: 111111", undefined],
    ["a 123456 b", undefined],
    ["12345678", undefined],
    ["x 1234567", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`the code in ${JSON.stringify(printed)} of a program is ${code}`, () => {
    assertEquals(tokenCodeIn(printed), code);
  });
}
