import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { columnsOf } from "../../lib/columns.ts";
import {
  brokenToFit,
  dataForPrograms,
  endsInQuotes,
  jsonForPrograms,
  line,
  linesForPeople,
  paint,
  visible,
} from "../../lib/screen.ts";
import { anyText } from "../support/any_text.ts";
import { forbiddenIn, hostile, hostileLines } from "../support/forbidden.ts";

const asTheyAre = [
  "prod",
  "C:\\users\\new\\u1",
  "\\x1b and \\u001b are words",
  "größer, Ελλάδα, Москва, 日本語, 한국어, ไทยกำ, नमस्ते, தமிழ், עִבְרִית, العَرَبِيَّة",
  "e\u0301 and a\u0302\u0301, as decomposed as can be",
  "🚀 👍🏽 ❤️ ☁️ 1️⃣ 🇩🇪 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈",
  "€ → ❯ … “quoted” – ‹x› ½ ² ①",
  "a  b",
];
for (const text of asTheyAre) {
  Deno.test(`visible() leaves ${text} as it is`, () => assertEquals(visible(text), text));
}

const spelt: readonly (readonly [string, string])[] = [
  ["a\x1b[31mb", "a\\u{1b}[31mb"],
  ["a\u009b31mb", "a\\u{9b}31mb"],
  ["\0\x07\b\t\n\r\x7f", "\\u{0}\\u{7}\\u{8}\\u{9}\\u{a}\\u{d}\\u{7f}"],
  [
    "a\u202eb\u2066c\u2069\u200e\u200f\u061c",
    "a\\u{202e}b\\u{2066}c\\u{2069}\\u{200e}\\u{200f}\\u{61c}",
  ],
  ["pro\u200bd", "pro\\u{200b}d"],
  ["pro\u00add", "pro\\u{ad}d"],
  ["pro\u034fd", "pro\\u{34f}d"],
  ["\ufeffprod", "\\u{feff}prod"],
  ["a\u2028b\u2029c\u0085", "a\\u{2028}b\\u{2029}c\\u{85}"],
  ["a\u00a0b\u2003c\u3000d\u2800e", "a\\u{a0}b\\u{2003}c\\u{3000}d\\u{2800}e"],
  ["a\u3164b\u115fc\uffa0", "a\\u{3164}b\\u{115f}c\\u{ffa0}"],
  ["a\u{e0041}\u{e007f}", "a\\u{e0041}\\u{e007f}"],
  [
    "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "🏴\\u{e0067}\\u{e0062}\\u{e0065}\\u{e006e}\\u{e0067}\\u{e007f}",
  ],
  ["a\ufe0fb\u{e0100}", "a\\u{fe0f}b\\u{e0100}"],
  ["می\u200cخواهم", "می\\u{200c}خواهم"],
  ["x\ud83dy\udc00", "x\\u{d83d}y\\u{dc00}"],
  ["\ue000\u{f0000}\u{10ffff}\ufdd0", "\\u{e000}\\u{f0000}\\u{10ffff}\\u{fdd0}"],
  // A mark would change what stands before it, which may be ours.
  ["\u0338x", "\\u{338}x"],
  ["a \u20e0b", "a \\u{20e0}b"],
  [`a${"\u0301".repeat(10)}`, `a${"\u0301".repeat(8)}\\u{301}\\u{301}`],
  ["a\\u{202e}b", "a\\u{5c}u{202e}b"],
  ["\\\\u{1b}", "\\\\u{5c}u{1b}"],
];
for (const [text, expected] of spelt) {
  Deno.test(`visible() spells ${JSON.stringify(expected)}`, () => {
    assertEquals(visible(text), expected);
  });
}

/** Texts in which odd characters are frequent, and so is what they are spelt as. */
const texts = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...hostileLines,
        "\\",
        "\\u",
        "{",
        "}",
        "u{",
        "a",
        "é",
        "❤️",
        "\u0301",
      ),
    },
    fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
    anyText(),
  ),
  { maxLength: 12 },
).map((parts) => parts.join(""));

/** Without the emoji that may have what else is forbidden. */
function withoutEmoji(text: string): string {
  return text.replaceAll(/\p{RGI_Emoji}/gv, "");
}

Deno.test("visible() lets nothing forbidden through, and can be read back in one way", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const shown = visible(text);
      assertEquals(forbiddenIn(withoutEmoji(shown)), []);
      assertEquals(shown.includes("\n"), false);
      const read = shown.replaceAll(
        /\\u\{([0-9a-f]+)\}/g,
        (_, point: string) => String.fromCodePoint(parseInt(point, 16)),
      );
      assertEquals(read, text);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("JSON means what it meant, and has nothing forbidden in it", () => {
  fc.assert(
    fc.property(texts, texts, (key, value) => {
      const data = { [`k${key}`]: [value, { a: value }] };
      for (const indent of [undefined, 2]) {
        const text = jsonForPrograms(data, indent);
        assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(data)));
        assertEquals(forbiddenIn(withoutEmoji(text)), []);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a line for people is one line, whatever is in it, and colour is ours alone", () => {
  const lines = [line`${hostileLines}  ${paint("red", hostileLines)} ${3}`, hostileLines, ""];
  const plain = linesForPeople(lines, false);
  assertEquals([plain.split("\n").length, forbiddenIn(plain)], [4, []]);
  const coloured = linesForPeople(lines, true);
  assertEquals(forbiddenIn(coloured, ["\x1b[31m", "\x1b[0m"]), []);
  assertEquals(coloured.split("\x1b").length, 3);
  assertEquals(linesForPeople([[paint("dim", "")]], true), "\n");
});

Deno.test("data is data where no terminal is, and visible where one is", () => {
  assertEquals(dataForPrograms(hostileLines, false), hostileLines);
  assertEquals(dataForPrograms("value", false), "value");
  assertEquals(dataForPrograms("value", true), "value\n");
  assertEquals(dataForPrograms("a='\x1b'\nb\n", true), "a='\\u{1b}'\nb\n");
  assertEquals(dataForPrograms("", true), "");
  assertEquals(forbiddenIn(dataForPrograms(hostile, true)), []);
});

Deno.test("a mark at the beginning of a painted part counts as wide as it is shown", () => {
  const rows = brokenToFit([["aaa bbb", paint("red", "\u0301\u0301 ccc")]], 12, {
    widthOf: (text) => columnsOf(visible(text)),
  });
  assertEquals(linesForPeople(rows, false), "aaa\n  bbb\\u{301}\\u{301}\n  ccc\n");
});

Deno.test("a long text is made visible in no time", () => {
  const began = performance.now();
  for (const text of ["\u202e", "a\u0301", "\\u{", "❤️", "日", "a", "ä", "1 -"]) {
    for (const end of ["", "\x1b", "\u202e", "\\"]) {
      visible(text.repeat(4_000) + end);
    }
  }
  assert(performance.now() - began < 5000);
});

Deno.test("lines that are broken lose nothing but plain spaces, and are as wide as they may be", () => {
  const piece = fc.tuple(
    fc.oneof(texts, fc.stringMatching(/^[a-z日]{0,9}$/), fc.constantFrom(...hostileLines)),
    fc.constantFrom("", " ", "  ", "\t", "\u00a0", "\n", ": ", "; to fix it: ", ": chmod u+w '"),
    fc.boolean(),
  ).map(([text, end, isRed]) => isRed ? paint("red", text + end) : text + end);
  const head = fc.constantFrom("", "stsmfa: ", "stsmfa: hint: ", "    ");
  fc.assert(
    fc.property(head, fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 200 }), (
      head,
      pieces,
      columns,
    ) => {
      const line = [head, ...pieces];
      const rows = brokenToFit([line], columns, { widthOf: (text) => columnsOf(visible(text)) });
      const shown: string = linesForPeople(rows, false);
      const bare = (text: string) => text.replaceAll(/[ \n]/g, "");
      assertEquals(bare(shown), bare(linesForPeople([line], false)));
      assertEquals(forbiddenIn(withoutEmoji(shown)), []);
      const wide = shown.split("\n").slice(0, -2).filter((row) => columnsOf(row) > columns);
      assertEquals(wide.filter((row) => / /.test(row.trimStart())), []);
      assertEquals(bare(linesForPeople(brokenToFit([line], columns), false)), bare(shown));
    }),
    { numRuns: 2000 },
  );
});

const path = `/${"x".repeat(40)}`;
const commands: [line: string, lines: string[]][] = [
  [`stsmfa: hint: chmod u+w ${path}`, ["stsmfa: hint:", `  chmod u+w ${path}`]],
  [`hint: chmod u+w ${path}`, ["hint:", `  chmod u+w ${path}`]],
  [
    `stsmfa: hint: see what it is, and more: ls -ld "/a: b ${path}"`,
    ["stsmfa: hint: see what it is, and more:", `  ls -ld "/a: b ${path}"`],
  ],
  [
    `stsmfa: hint: see AWS's page: stsmfa --profile 'x: '"'"'y: z' ${path}`,
    ["stsmfa: hint: see AWS's page:", `  stsmfa --profile 'x: '"'"'y: z' ${path}`],
  ],
  [
    `stsmfa: warning: it can be read by others: really; to fix it: chmod 600 "/a: b ${path}"`,
    [
      "stsmfa: warning: it can be read by",
      "  others: really; to fix it:",
      `  chmod 600 "/a: b ${path}"`,
    ],
  ],
  [
    "stsmfa: hint: add an authenticator app in the console",
    ["stsmfa: hint: add an authenticator app", "  in the console"],
  ],
  [
    "stsmfa: cannot reach it: it is not there: no",
    ["stsmfa: cannot reach it: it is not", "  there: no"],
  ],
  ["stsmfa: hint: run it: x", ["stsmfa: hint: run it: x"]],
  [
    `stsmfa: hint: for bash, to have it there: eval "$(stsmfa shell bash)"; others: stsmfa shell --help`,
    [
      "stsmfa: hint: for bash, to have it",
      `  there: eval "$(stsmfa shell bash)";`,
      "  others:",
      "  stsmfa shell --help",
    ],
  ],
  [
    `stsmfa: hint: with a key: stsmfa init prod --keys-from ${path}; with SSO: aws configure sso`,
    [
      "stsmfa: hint: with a key:",
      `  stsmfa init prod --keys-from ${path};`,
      "  with SSO:",
      "  aws configure sso",
    ],
  ],
  [
    "    to let them get the session: stsmfa init prod --adopt",
    ["    to let them get the session:", "      stsmfa init prod --adopt"],
  ],
  [
    "stsmfa: error: unset changes the current shell, which has none",
    ["stsmfa: error: unset changes the current", "  shell, which has none"],
  ],
  [
    "it moves to a block of the profile, beside credential_process = stsmfa process prod; the rest stays",
    [
      "it moves to a block of the profile,",
      "  beside",
      "  credential_process = stsmfa process prod;",
      "  the rest stays",
    ],
  ],
  [
    "    unless they ask for it: credential_process = stsmfa keys process x",
    ["    unless they ask for it:", "      credential_process = stsmfa keys process x"],
  ],
  [
    "stsmfa: stsmfa was here before; and it says so",
    ["stsmfa: stsmfa was here before; and it", "  says so"],
  ],
  ["stsmfa: a word of two pieces fits as well", ["stsmfa: a word of two pieces fits as", "  well"]],
  [
    `stsmfa: error: others can write it: chmod go-w ${path}`,
    ["stsmfa: error: others can write it:", `  chmod go-w ${path}`],
  ],
];
for (const [line, lines] of commands) {
  Deno.test(`brokenToFit() keeps a command in one piece: ${line}`, () => {
    for (const each of [line, [line.slice(0, 9), paint("red", line.slice(9))]]) {
      const shown: string = linesForPeople(brokenToFit([each], 40), false);
      assertEquals(shown.trimEnd().split("\n"), lines);
      assertEquals(brokenToFit([each], undefined), [each]);
    }
  });
}

const quotes = [
  ["", false],
  ['say "it', true],
  ['say "it is', true],
  ['say "it"', false],
  ['say "it" "', true],
  [`say "it's`, true],
  [`say "it's"`, false],
  [`say "it's "`, false],
  ["say 'a=\"' and", false],
  ["--name='a b", true],
  ["it's", false],
  ['"a"\'b', true],
] as const;
for (const [text, isSo] of quotes) {
  Deno.test(`endsInQuotes() of ${text}: ${isSo}`, () => assertEquals(endsInQuotes(text), isSo));
}
