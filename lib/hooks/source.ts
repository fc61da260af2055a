/**
 * Explains to the user why a hook's text was refused.
 *
 * Only the engine decides whether it is refused, in the hook's process (`escaped_copies.ts`); what
 * is found here only words the reason.
 *
 * @module
 */

import { type AnyNode, parse } from "acorn";
import type { HookReport } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { HookFile } from "./file.ts";

/** Returns the function that strips types from TypeScript; `undefined` before Deno 2.8. */
export async function typeStripper(): Promise<((code: string) => string) | undefined> {
  const { stripTypeScriptTypes } = await import("node:module") as {
    stripTypeScriptTypes?: (code: string) => string;
  };
  return stripTypeScriptTypes;
}

/**
 * Makes sure that this runtime can read the language of a hook.
 *
 * @throws StsmfaError `InvalidHook`
 */
export async function checkLanguage({ name, path, language }: HookFile): Promise<void> {
  if (language === "js" || await typeStripper() !== undefined) return;
  throw invalid(
    name,
    `${path}: this runtime (before Deno 2.8) takes no types off a hook`,
    "save it as .js, without types",
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
    return invalid(name, `${path} cannot be read as TypeScript: ${reason}`);
  }
  // This worked in the hook's process, so it works here.
  const code = language === "ts" ? (await typeStripper())!(source) : source;
  let program: AnyNode;
  try {
    program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch (error) {
    const reason = error instanceof Error
      ? oneLine(error.message.split("\n")[0]!)
      : "unknown fault";
    return invalid(name, `${path} cannot be read as JavaScript: ${reason}`);
  }
  const found = findFault(program);
  if (found !== undefined) {
    const { node, problem, hint } = found;
    return invalid(name, `${path}: line ${node.loc?.start.line} ${problem}`, hint);
  }
  const hint = "see a sound one: stsmfa hooks new NAME";
  return hasDefault(program)
    ? invalid(name, `${path} cannot be shown to load nothing: ${reason}`, hint)
    : invalid(name, `it does not say when it runs: ${path} has no default export`, hint);
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
          problem: "asks for import.meta, which a hook has not",
          hint: "event.permissions has its paths",
        };
      case "ExportNamedDeclaration":
        if (node.source != null) return { node, problem: imports, hint: needed };
        if (isDefault(node) || !hasDefault(root)) break;
        return {
          node,
          problem: "exports something beside the hook",
          hint: "keep its default export alone",
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
