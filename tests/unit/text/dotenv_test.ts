import { assertEquals, assertThrows } from "@std/assert";
import { parseEnv } from "node:util";
import { DotenvProblem, setVariables } from "../../../lib/text/dotenv.ts";
import {
  readAsDocker,
  readAsNode,
  readAsPython,
  readAsShell,
} from "../../support/dotenv_readers.ts";

const variables = { AWS_SESSION_TOKEN: "IQoJ+b/3J=", AWS_REGION: "eu-west-1" };
const token = "AWS_SESSION_TOKEN=IQoJ+b/3J=\n";
const region = "AWS_REGION=eu-west-1\n";
const onWindows = (text: string) => text.replaceAll("\n", "\r\n");

/** Texts as people have them, and what becomes of them. */
const edits: Readonly<Record<string, readonly [before: string, after: string]>> = {
  "nothing": ["", token + region],
  "other lines, comments and order": [
    "# shop\n\nPORT=8080\nAWS_REGION=us-east-1\nDB='a b' # c\n",
    `# shop\n\nPORT=8080\n${region}DB='a b' # c\n${token}`,
  ],
  "CRLF": [onWindows("A=1\nAWS_REGION=x\n"), onWindows(`A=1\n${region}${token}`)],
  "a byte order mark": ["\uFEFFAWS_REGION=x\n", `\uFEFF${region}${token}`],
  "no last line end": ["AWS_REGION=x\nA=1", `${region}A=1\n${token.trimEnd()}`],
  "no last line end, and one of ours": [`${token}AWS_REGION=x`, token + region.trimEnd()],
  "export everywhere": [
    "export A=1\nexport AWS_REGION='x'\n",
    `export A=1\nexport ${region}export ${token}`,
  ],
  "export in places": ["export A=1\nB=2\n", `export A=1\nB=2\n${token}${region}`],
  "a variable twice": [`AWS_REGION=a\n${token}AWS_REGION=b\n`, `${region}${token}${region}`],
  "quotes, which docker hands on": [
    `AWS_REGION="old"\nAWS_SESSION_TOKEN='old'\n`,
    region + token,
  ],
  "blanks, which docker and shells refuse": [
    `  AWS_REGION = old  \n${token}`,
    `  ${region}${token}`,
  ],
  "a comment behind, which docker takes for the value": [
    `\uFEFF AWS_REGION="old" # mine\n${token}`,
    `\uFEFF # mine\n ${region}${token}`,
  ],
  "a name alone": [
    "AWS_REGION\nAWS_SESSION_TOKEN # from outside\n",
    `${region}# from outside\n${token}`,
  ],
  "no value": [`AWS_REGION=\nAWS_SESSION_TOKEN=# none\n`, `${region}# none\n${token}`],
  "a value in quotes that spans lines": [
    `AWS_SESSION_TOKEN="old\n\nmore"\nB=2\n`,
    `${token}B=2\n${region}`,
  ],
  "a value that spans lines, with a quote in it and a comment behind": [
    `AWS_SESSION_TOKEN="old\nsaid \\"more\\"\nAWS_REGION=decoy" # why\r\nB=2\n`,
    `# why\n${token.trimEnd()}\r\nB=2\n${region}`,
  ],
  "one of ours within another's value": [
    "J='{\nAWS_SESSION_TOKEN=decoy\n}'\nB=2\n",
    `J='{\nAWS_SESSION_TOKEN=decoy\n}'\nB=2\n${token}${region}`,
  ],
  "one of ours within another's value, of an odd name, after a quote in a comment": [
    `# it's\nmy.j-2 = "{\n'AWS_REGION=decoy\n}"\n${region}${token}`,
    `# it's\nmy.j-2 = "{\n'AWS_REGION=decoy\n}"\n${region}${token}`,
  ],
  "quotes that end where they begin": [
    `A=''\nB="x\\\\"\nC='C:\\dir\\'\nAWS_REGION=""\n`,
    `A=''\nB="x\\\\"\nC='C:\\dir\\'\n${region}${token}`,
  ],
  "what only looks like ours": [
    "#AWS_REGION=x\nMY_AWS_REGION=y\nAWS_REGION_2=z\nCMD=run -e AWS_REGION=x\nD='; AWS_REGION=x'\n",
    `#AWS_REGION=x\nMY_AWS_REGION=y\nAWS_REGION_2=z\nCMD=run -e AWS_REGION=x\nD='; AWS_REGION=x'\n${token}${region}`,
  ],
  "an apostrophe that no shell would read": [`P=it's\nAWS_REGION=x\n`, `P=it's\n${region}${token}`],
  "a backslash at a line's end, before another's": [
    "D=C:\\\nB=2\n",
    `D=C:\\\nB=2\n${token}${region}`,
  ],
  "a placeholder": ["AWS_SESSION_TOKEN=<your token here>\n", token + region],
};

for (const [what, [before, after]] of Object.entries(edits)) {
  Deno.test(`setVariables() with ${what}`, () => {
    assertEquals(setVariables(before, variables).text, after);
    assertEquals(setVariables(after, variables).text, after, "a second time");
  });
}

const refused: Readonly<Record<string, readonly [text: string, message: string]>> = {
  "a quote that is never closed": [
    `A=1\nAWS_REGION="x\nB=2\n`,
    "has a quote in line 2 that is never",
  ],
  "another's quote that is never closed": ["A='x\nAWS_REGION=y\n", "has a quote in line 1 that"],
  "two values on a line": ["AWS_REGION=x; B=2\n", "has more than one value in line 1"],
  "two assignments on a line": ["AWS_REGION=x B=2\n", "has more than one value in line 1"],
  "something behind quotes": ["AWS_REGION='x'y\n", "has more than one value in line 1"],
  "ours as the second of an export": [
    "A=1\nexport B=1 AWS_REGION=x\n",
    "in line 2 in a way that not",
  ],
  "ours behind another": ["B=1; export AWS_REGION=x\n", "in line 1 in a way that not"],
  "ours declared": ["declare -x AWS_REGION=x\n", "in line 1 in a way that not"],
  "ours with a colon": ["AWS_REGION: x\n", "in line 1 in a way that not"],
  "ours after a backslash": ["A=C:\\\nAWS_REGION=x\n", "line 1 that goes on in line 2 to some"],
  "a backslash at the end": ["B=1\nA=C:\\", "line 2 that goes on in line 3 to some"],
  "a value that only shells take over lines": [
    "A=it's\nAWS_REGION=x\nB=it's\n",
    "line 1 that goes on in line 2 to some",
  ],
  "a value that only Node takes over lines": [
    "A=`\nAWS_REGION=x\n`\n",
    "line 1 that goes on in line 2 to some",
  ],
  "a quoted value with something behind it": [
    "A='\nAWS_REGION=x\n'b\n",
    "line 1 that goes on in line 2 to some",
  ],
  "a backslash before a quote": [
    "A='it\\'s\nAWS_REGION=x\n' #'\n",
    "line 1 that goes on in line 2",
  ],
  "a lone carriage return": ["A=1\rAWS_REGION=x\n", "a carriage return within line 1"],
};

for (const [what, [text, message]] of Object.entries(refused)) {
  Deno.test(`setVariables() refuses ${what}`, () => {
    assertThrows(() => setVariables(text, variables), DotenvProblem, message);
  });
}

Deno.test("setVariables() refuses a value that needs quotes", () => {
  for (const value of ["a b", "$A", "a#b", "a'b", "a;b", "~\n"]) {
    assertThrows(() => setVariables("", { AWS_REGION: value }), DotenvProblem, "this AWS_REGION");
  }
});

Deno.test("setVariables() sets other variables where they are, and adds none", () => {
  const others = { AWS_SECURITY_TOKEN: "t" };
  assertEquals(setVariables("AWS_SECURITY_TOKEN=x\n", {}, others).text, "AWS_SECURITY_TOKEN=t\n");
  assertEquals(setVariables("A=x\n", {}, others).text, "A=x\n");
});

Deno.test("setVariables() tells which line docker takes for a variable of its own", () => {
  const [decoy] = edits["one of ours within another's value"]!;
  assertEquals(setVariables(decoy, variables).dockerLine, 2);
});

Deno.test("what is written is read the same by docker, libraries and shells", async () => {
  const names = Object.keys(variables);
  for (const [what, [, after]] of Object.entries(edits)) {
    if (after.includes("decoy")) continue;
    const only = (found: Record<string, string | undefined>) =>
      Object.fromEntries(names.map((name) => [name, found[name] ?? ""]));
    if (!after.includes("export")) assertEquals(only(readAsDocker(after)), variables, what);
    assertEquals(only(readAsNode(after)), variables, what);
    assertEquals(only(readAsPython(after)), variables, what);
    // To Deno a mark is a part of the first name, and `C:\` no end of a value.
    if (!/\uFEFF|\\/.test(after)) assertEquals(only({ ...parseEnv(after) }), variables, what);
    // A shell keeps the carriage return, and does not know a byte order mark.
    const isForShells = Deno.build.os !== "windows" && !/\r|\uFEFF|it's\n| = |run -e/.test(after);
    if (isForShells) assertEquals(await readAsShell(after, names), variables, what);
  }
});

Deno.test("whatever stands in a file, each reader reads what was set, or it is refused", () => {
  const parts = [
    "A=",
    "'",
    '"',
    "\n",
    "x",
    " ",
    "AWS_REGION=",
    "# ",
    "\\",
    "`",
    "export ",
    "B=1\n",
  ];
  let state = 7;
  const random = (most: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % most;
  let kept = 0;
  for (let n = 0; n < 20_000; n++) {
    const before = Array.from({ length: 2 + random(12) }, () => parts[random(parts.length)]).join(
      "",
    );
    let after: string;
    try {
      after = setVariables(before, variables).text;
    } catch (error) {
      if (!(error instanceof DotenvProblem)) throw error;
      continue;
    }
    kept++;
    for (const read of [readAsNode, readAsPython]) {
      const { AWS_REGION, AWS_SESSION_TOKEN } = read(after);
      assertEquals({ AWS_SESSION_TOKEN, AWS_REGION }, variables, JSON.stringify({ before, after }));
    }
    assertEquals(setVariables(after, variables).text, after, JSON.stringify({ before, after }));
  }
  assertEquals(kept > 2000, true, `${kept}`);
});
