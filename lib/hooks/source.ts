/**
 * Explains to the user why a hook's text was refused.
 *
 * Only the engine decides whether it is refused, in the hook's process (`escaped_copies.ts`); what
 * is found here only words the reason.
 *
 * @module
 */

import { type AnyNode, parse, type Position } from "acorn";
import type { Context, HookReport } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { escapedCopies } from "./escaped_copies.ts";
import type { HookFile } from "./file.ts";

/** Reports whether hooks can be TypeScript here: before 2.8, Deno itself takes no types off. */
export async function takesTypesOff({ isStandalone = false }: Context): Promise<boolean> {
  return isStandalone || await runtimeStripper() !== undefined;
}

async function runtimeStripper(): Promise<((code: string) => string) | undefined> {
  const { stripTypeScriptTypes } = await import("node:module") as {
    stripTypeScriptTypes?: (code: string) => string;
  };
  return stripTypeScriptTypes;
}

/**
 * Makes sure that the language of a hook can be read.
 *
 * @throws StsmfaError `InvalidHook`
 */
export async function checkLanguage(
  context: Context,
  { name, path, language }: HookFile,
): Promise<void> {
  if (language === "js" || await takesTypesOff(context)) return;
  throw invalid(
    name,
    `${path}: this Deno (before 2.8) cannot run hooks in TypeScript`,
    "save it as .js, without types, or use the standalone program",
  );
}

/**
 * Returns the error for a hook that was refused in its process.
 *
 * @param oneLine makes text of the hook's, or of whatever parsed it, fit for a terminal
 */
export async function refusal(
  { name, path, source, language }: HookFile,
  refused: Extract<HookReport["end"], { readonly kind: "refused" }>,
  oneLine: (text: string) => string,
): Promise<StsmfaError> {
  const reason = oneLine(refused.message);
  if (refused.language === "TypeScript") {
    const { place, message } = await typeFault(source) ?? { place: "", message: reason };
    return invalid(name, `${path}${place} cannot be read as TypeScript: ${oneLine(message)}`);
  }
  let program: AnyNode;
  try {
    const code = language === "ts" ? await withoutTypes(source) : source;
    program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch (error) {
    const { message = reason, loc } = Object(error) as Partial<SyntaxError> & { loc?: Position };
    const problem = oneLine(message.split("\n")[0]!.replace(/ \(\d+:\d+\)$/, ""));
    return invalid(name, `${path}${placeOf(loc)} cannot be read as JavaScript: ${problem}`);
  }
  const found = findFault(program);
  if (found !== undefined) {
    const { node, problem, hint } = found;
    // Without its types, nothing is left between the braces of such an import.
    const isOfTypes = language === "ts" && node.type === "ImportDeclaration" &&
      node.specifiers.length === 0 && /^import\s*\{/.test(source.slice(node.start, node.end));
    return invalid(
      name,
      `${path}${placeOf(node.loc?.start)} ${problem}`,
      isOfTypes ? "write type before the braces: import type { Hook } from ..." : hint,
    );
  }
  const hint = "for a working example: stsmfa hooks new NAME";
  const own = program.type === "Program" ? program.body.find(isDefault) : undefined;
  if (own === undefined) {
    return invalid(name, `it does not say when it runs: ${path} has no default export`, hint);
  }
  const isPlain = escapedCopies(source.slice(own.start)).next().value!.startsWith("export");
  return isPlain
    ? invalid(name, `${path} cannot be shown to load nothing: ${reason}`, hint)
    : invalid(
      name,
      `${path}${placeOf(own.loc?.start)} exports the hook in a way that cannot be checked`,
      "write export default NAME; or export { NAME as default };",
    );
}

function placeOf(position: Position | undefined): string {
  return position === undefined ? "" : `:${position.line}:${position.column + 1}`;
}

/** Takes the types off as it was done in the hook's process, where it worked. */
async function withoutTypes(source: string): Promise<string> {
  const strip = await runtimeStripper();
  return strip === undefined ? (await library()).typesOff(source) : strip(source);
}

/** Returns where TypeScript is at fault; the runtime's own function does not always say. */
async function typeFault(source: string): Promise<{ place: string; message: string } | undefined> {
  try {
    (await library()).typesOff(source);
  } catch (error) {
    const { startLine, startColumn, message } = Object(error) as Record<string, unknown>;
    if (typeof startLine !== "number" || typeof startColumn !== "number") return undefined;
    const place = placeOf({ line: startLine, column: startColumn });
    return { place, message: String(message) };
  }
  return undefined;
}

function library(): Promise<typeof import("./types_off.ts")> {
  return importLazily<typeof import("./types_off.ts")>("./types_off.ts", import.meta.url);
}

const needed = "put what it needs into the file itself, as deno bundle does";

/** Finds what a hook may not contain, as far as this parser sees it. */
function findFault(
  root: AnyNode,
): { readonly node: AnyNode; readonly problem: string; readonly hint: string } | undefined {
  const imports = "imports something; a hook is one file, and imports only types";
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const node = value as AnyNode;
    switch (node.type) {
      case "ImportDeclaration":
      case "ImportExpression":
      case "ExportAllDeclaration":
        return { node, problem: imports, hint: needed };
      case "MetaProperty":
        if (node.meta.name !== "import") break;
        return {
          node,
          problem: "uses import.meta, which a hook does not have",
          hint: "event.permissions has its paths",
        };
      case "ExportNamedDeclaration":
        if (node.source != null) return { node, problem: imports, hint: needed };
        if (isDefault(node) || !hasDefault(root)) break;
        return {
          node,
          problem: "exports something besides the hook",
          hint: "keep only its default export",
        };
    }
    open.push(...Object.values(node).filter((each) => each != null));
  }
  return undefined;
}

function isDefault(node: AnyNode): boolean {
  return node.type === "ExportDefaultDeclaration" || node.type === "ExportNamedDeclaration" &&
      node.specifiers.length === 1 && node.specifiers.every(({ exported }) =>
        exported.type === "Identifier" && exported.name === "default"
      );
}

function hasDefault(program: AnyNode): boolean {
  return program.type === "Program" && program.body.some(isDefault);
}

function invalid(name: string, problem: string, hint?: string): StsmfaError {
  return new StsmfaError("InvalidHook", `hook ${name}: ${problem}`, { hint });
}
