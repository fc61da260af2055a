import { assertEquals, assertStringIncludes } from "@std/assert";
import { columnsOf } from "../../../lib/columns.ts";
import { LineQuestion, ListQuestion } from "../../../lib/system/question.ts";

const question = "Region of default, such as eu-west-1 (Enter for none):";
const complaint = "an access key ID has 16 or more letters and digits";

/** Returns the rows of what was drawn, without what moves the cursor and erases. */
function rowsOf(texts: readonly string[]): string[] {
  // deno-lint-ignore no-control-regex -- that is how they begin
  return texts.join("").replaceAll(/\x1b\[[0-9;?]*[A-Za-z]|\r/g, "").split("\n");
}

for (const columns of [80, 40, 20]) {
  Deno.test(`a question and what is wrong with its answer fit ${columns} columns`, () => {
    for (const isHidden of [true, false]) {
      const asked = new LineQuestion(question, { isHidden, check: () => complaint });
      const rows = rowsOf([
        ...asked.draw(columns, true),
        ...(asked.take({ kind: "enter" }), asked.draw(columns, false)),
      ]);
      assertEquals(rows.filter((row) => columnsOf(row) > columns), []);
      assertStringIncludes(rows.map((row) => row.trim()).join(" "), complaint);
    }
    const list = new ListQuestion(question, ["a", "b"]);
    const rows = rowsOf(list.draw(columns, true));
    assertEquals(rows.filter((row) => columnsOf(row) > columns), []);
    assertStringIncludes(rows.map((row) => row.trim()).join(" "), question);
  });
}
