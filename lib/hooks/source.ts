/**
 * A hook's source as it is run: JavaScript that imports nothing.
 *
 * A module that is imported is code that nobody approved, and the compiled program's runtime checks
 * no permission when it loads one. So there is none: a hook is one file.
 *
 * @module
 */

import { type AnyNode, parse } from "acorn";
import { StsmfaError } from "../errors.ts";
import type { HookFile } from "./file.ts";

/**
 * The hook's code, without types, and looked through for imports.
 *
 * @throws StsmfaError `InvalidHook` for what is no JavaScript, or imports something
 */
export async function hookCode({ name, path, source, language }: HookFile): Promise<string> {
  let code = source;
  if (language === "ts") {
    const strip = await typeStripper();
    if (strip === undefined) {
      throw invalid(
        name,
        `${path}: this runtime (before Deno 2.8) takes no types off a hook`,
        "save it as .js, without types",
      );
    }
    try {
      code = strip(source);
    } catch (error) {
      throw invalid(name, `${path} cannot be read as TypeScript: ${reason(error)}`);
    }
  }
  refuseImports(name, path, code);
  return code;
}

/** What takes the types off TypeScript; `undefined` before Deno 2.8. */
export async function typeStripper(): Promise<((code: string) => string) | undefined> {
  const { stripTypeScriptTypes } = await import("node:module") as {
    stripTypeScriptTypes?: (code: string) => string;
  };
  return stripTypeScriptTypes;
}

function refuseImports(name: string, path: string, code: string): void {
  let program: AnyNode;
  try {
    program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch (error) {
    throw invalid(name, `${path} cannot be read as JavaScript: ${reason(error)}`);
  }
  const found = findImport(program);
  if (found === undefined) return;
  throw invalid(
    name,
    `${path}: line ${found.loc?.start.line} imports something; a hook is one file, and imports only types`,
    "put what it needs into the file itself, as deno bundle does",
  );
}

/** The first node that loads a module. */
function findImport(root: AnyNode): AnyNode | undefined {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const node = value as AnyNode;
    const isExportOf = (node.type === "ExportNamedDeclaration" ||
      node.type === "ExportAllDeclaration") && node.source != null;
    if (isExportOf || node.type === "ImportDeclaration" || node.type === "ImportExpression") {
      return node;
    }
    open.push(...Object.values(node).filter((each) => each != null));
  }
  return undefined;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : "unknown fault";
}

function invalid(name: string, problem: string, hint?: string): StsmfaError {
  return new StsmfaError("InvalidHook", `hook ${name}: ${problem}`, { hint });
}
