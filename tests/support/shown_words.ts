/**
 * The texts that people may read: string literals of the program, and documents without their code.
 *
 * @module
 */

import { parse } from "acorn";
import { typesOff } from "../../lib/hooks/types_off.ts";

/** A text, and the line it begins at. */
export interface ShownText {
  readonly line: number;
  readonly text: string;
}

/**
 * Returns the string literals and templates of a module that are words, not names: those with a
 * space in them, or a part of a longer text. Values in templates are `…`.
 */
export function literalsOf(module: string): ShownText[] {
  const found: ShownText[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== "object" || node === null) return;
    const { type, loc, value, quasis } = node as {
      type?: string;
      loc?: { start: { line: number } };
      value?: unknown;
      quasis?: { value: { cooked: string } }[];
    };
    if (/^(?:Import|Export(?:All|Named))Declaration$/.test(type ?? "") && "source" in node) {
      if (node.source !== null) return;
    }
    const text = type === "Literal" && typeof value === "string"
      ? value
      : type === "TemplateLiteral"
      ? quasis!.map((each) => each.value.cooked).join("…")
      : undefined;
    if (text !== undefined && /\s/.test(text)) found.push({ line: loc!.start.line, text });
    for (const [key, child] of Object.entries(node)) if (key !== "loc") visit(child);
  };
  const script = typesOff(withoutParameterProperties(module));
  visit(parse(script, { ecmaVersion: "latest", sourceType: "module", locations: true }));
  return found;
}

/** Returns the paragraphs of a document, without code and what is in backticks. */
export function paragraphsOf(markdown: string): ShownText[] {
  const prose = markdown.replaceAll(
    /^(```|~~~).*?^\1[^\n]*$|`[^`\n]+`/gms,
    (code) => code.replaceAll(/[^\n]/g, " "),
  );
  let line = 1;
  return prose.split(/(\n\s*\n)/).flatMap((text) => {
    const at = line;
    line += text.split("\n").length - 1;
    return text.trim() === "" ? [] : [{ line: at, text: text.replaceAll(/\s+/g, " ") }];
  });
}

/** Takes off what only types would say of a constructor's parameters, which the library refuses. */
function withoutParameterProperties(module: string): string {
  const blank = (words: string) => " ".repeat(words.length);
  return module
    .replaceAll(/\b(?:private|protected|public)(?=\s+(?:readonly\s+)?\w+\s*\??[:,])/g, blank)
    .replaceAll(/\breadonly(?=\s+\w+\s*\??:)/g, blank);
}
