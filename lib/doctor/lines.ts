/**
 * Checks the lines of AWS's files one by one.
 *
 * @module
 */

import { readLines } from "../ini/lines.ts";
import type { ReadFiles } from "./files.ts";
import type { Finding } from "./finding.ts";
import { headerFindings } from "./headers.ts";
import { keyFindings } from "./keys.ts";

/** Returns what is wrong with lines that SDKs read differently, or that name something unusable. */
export function lineFindings({ files, texts }: ReadFiles): Finding[] {
  const headers = Map.groupBy(headerFindings(files), ({ where }) => where);
  return (["credentials", "config"] as const).flatMap((file) => {
    let name: string | undefined;
    return readLines(texts[file]).flatMap((line, at) => {
      const where = `${files[file].path}:${at + 1}`;
      if (line.kind === "header") {
        name = line.name;
        return headers.get(where) ?? [];
      }
      return name === undefined ? [] : keyFindings(line, { file, name }, where);
    });
  });
}
