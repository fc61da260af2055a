import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UnusableAnswer } from "../../../lib/aws/answer.ts";
import { childOf, readXml, textOf, type XmlElement } from "../../../lib/aws/xml.ts";
import { awsDocument, awsRefusal } from "../../support/aws_answers.ts";
import { answerDocument, type XmlContent } from "../../support/sts_xml.ts";

Deno.test("readXml() reads what AWS and its emulators write", () => {
  const sound = awsDocument("GetCallerIdentity", { now: new Date() });
  const forms = [
    sound,
    `<?xml version="1.0" encoding="UTF-8"?>\n${sound}\n`,
    `\n<?xml version='1.0' encoding='utf-8'?>${sound}`,
    sound.replaceAll("><", ">\n  <"),
    sound.replace(/<(\w+)>/g, "<$1 >").replace(/<\/(\w+)>/g, "</$1\n>"),
    sound.replace("alice", "&#97;&#x6C;&#x6c;ice".replace("&#x6C;&#x6c;ice", "&#108;ice")),
  ];
  for (const form of forms) {
    const result = childOf(readXml(form), "GetCallerIdentityResult");
    assertEquals(textOf(result, "Arn"), "arn:aws:iam::123456789012:user/alice", form);
    assertEquals(textOf(result, "Account"), "123456789012");
  }
  const error = childOf(readXml(awsRefusal("a &lt; b &amp;&quot;&apos;&gt;")), "Error");
  assertEquals(textOf(error, "Message"), `a < b &"'>`);
});

Deno.test("an empty element has an empty text, one that is not there or there twice has none", () => {
  const root = readXml("<a><b/><c></c><d>1</d><d>2</d><e><f/></e></a>");
  assertEquals(["b", "c", "d", "e", "x"].map((name) => textOf(root, name)), [
    "",
    "",
    undefined,
    undefined,
    undefined,
  ]);
});

const refused = [
  "",
  " ",
  "a",
  "<a>",
  "</a>",
  "<a></b>",
  "<a/><b/>",
  "<a/>x",
  "x<a/>",
  "<a>x<b/></a>",
  "<a b></a>",
  "<a b=c></a>",
  '<a b="<"/>',
  "<!DOCTYPE a><a/>",
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  "<a><!-- --></a>",
  "<a><![CDATA[x]]></a>",
  "<a><?b c?></a>",
  "<?xml version='1.0'?><?xml version='1.0'?><a/>",
  "<a>&b;</a>",
  "<a>& b</a>",
  "<a>&amp</a>",
  "<a>&#;</a>",
  "<a>&#x110000;</a>",
  "<a>&toString;</a>",
  "<é/>",
];
for (const text of refused) {
  Deno.test(`readXml() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => readXml(text), UnusableAnswer);
  });
}

Deno.test("readXml() gives back any document that somebody else wrote, value by value", () => {
  const name = fc.stringMatching(/^[A-Za-z]\w{0,8}$/);
  const text = fc.string({ unit: "grapheme", maxLength: 40 });
  const { content } = fc.letrec<{ content: XmlContent }>((tie) => ({
    content: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.dictionary(name, tie("content") as fc.Arbitrary<XmlContent>, { maxKeys: 4 }),
    ),
  }));
  fc.assert(fc.property(content, (written) => {
    const root = readXml(answerDocument("sts", "Do", written, "r"));
    same(childOf(root, "DoResult"), written);
  }));
});

function same(read: XmlElement | undefined, written: XmlContent): void {
  if (read === undefined) throw new Error("it is not there");
  if (typeof written === "string") return assertEquals(read.text, written);
  assertEquals(read.children.map(({ name }) => name), Object.keys(written));
  for (const [name, content] of Object.entries(written)) {
    same(childOf(read, name), content as XmlContent);
  }
}

Deno.test("readXml() never does anything but read or refuse, whatever comes", () => {
  const part = fc.constantFrom(
    ...'< > </ /> <a <a> </a> <b b="c"> & &lt; &#65; &# ; = " \' <!-- --> <![CDATA[ ]]> <? ?> ! \0'
      .split(" "),
    "\n",
    " ",
    "text",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }).map((parts) => parts.join("")), (text) => {
      try {
        readXml(text);
      } catch (error) {
        assert(error instanceof UnusableAnswer, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
