/**
 * How AWS's SDKs read the header of a section: botocore (and with it the AWS CLI) by the rules of a
 * shell, and each other one by rules of its own.
 *
 * Sources: botocore `configloader.py`; `@smithy/core` `parseIni`, `getConfigData`; aws-sdk-go-v2
 * `internal/ini`, `config/shared_config.go`; smithy-rs `env_config/parse.rs`, `normalize.rs`.
 *
 * @module
 */

import { defaultSection } from "../ini/document.ts";
import { LineReader, strip } from "../ini/lines.ts";
import { readHeader, type SectionKind } from "./profile_sections.ts";

/** The readers that differ. */
export type Reader = "botocore" | "javascript" | "go" | "rust";

/** Which of AWS's two files. */
export type FileKind = "config" | "credentials";

/** What a reader makes of a header. */
export type HeaderReading =
  | { readonly kind: SectionKind; readonly name: string }
  /** Its keys belong to every section of the file. */
  | { readonly kind: "defaults" }
  /** A section that nobody asks for. */
  | { readonly kind: "nothing" }
  /** No header at all, so that its keys belong to the section above. */
  | { readonly kind: "line" }
  /** An error, so that nothing of the file is read. */
  | { readonly kind: "error" };

/** Reads a header's line. */
export const headerReaders: Readonly<
  Record<Reader, (line: string, file: FileKind) => HeaderReading>
> = { botocore, javascript, go, rust };

const nothing: HeaderReading = { kind: "nothing" };
const noHeader: HeaderReading = { kind: "line" };
const error: HeaderReading = { kind: "error" };
const profile = (name: string): HeaderReading => ({ kind: "profile", name });

const kinds: readonly string[] = ["profile", "sso-session", "services"];

function botocore(text: string, file: FileKind): HeaderReading {
  const line = new LineReader(false).next(text);
  if (line.kind !== "header") return error;
  if (line.name === defaultSection) return { kind: "defaults" };
  return file === "credentials" ? profile(line.name) : readHeader(line.name) ?? nothing;
}

function javascript(text: string, file: FileKind): HeaderReading {
  const line = text.split(/(?:^|\s)[;#]/)[0]!.trim();
  if (!isBracketed(line)) return noHeader;
  const section = line.slice(1, -1);
  if (/^(profile )?__proto__$/.test(section)) return error;
  const match = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/.exec(section);
  if (match !== null) {
    return file === "config" ? ofKind(match[1]!, match[3]!) : nothing;
  }
  if (file === "credentials") return profile(section);
  if (section === "default") return profile(section);
  const at = section.indexOf(".");
  return at < 0 ? nothing : ofKind(section.slice(0, at), section.slice(at + 1));
}

function go(text: string, file: FileKind): HeaderReading {
  const line = text.replace(/[#;].*$/s, "").trim();
  if (!isBracketed(line)) return noHeader;
  const section = line.slice(1, -1).trim().replace(/^([^ \t]+)[ \t]+/, "$1 ");
  if (file === "credentials") return section.startsWith("profile ") ? nothing : profile(section);
  if (section.toLowerCase() === "default") return profile(section);
  const at = section.indexOf(" ");
  return at < 0 ? nothing : ofKind(section.slice(0, at), section.slice(at + 1));
}

function rust(text: string, file: FileKind): HeaderReading {
  const line = strip(text.replace(/[#;].*$/s, ""));
  if (!isBracketed(line)) return error;
  const [, prefix, name = ""] = /^(?:([^ \t]+)[ \t]+)?(.*)$/s.exec(line.slice(1, -1).trim()) ?? [];
  const isName = /^[\w\-/.%@:+]*$/.test(name);
  if (!isName) return nothing;
  if (file === "credentials") return prefix === undefined ? profile(name) : nothing;
  if (prefix === undefined) return name === "default" ? profile(name) : nothing;
  return ofKind(prefix, name);
}

function isBracketed(line: string): boolean {
  return line.length > 1 && line.startsWith("[") && line.endsWith("]");
}

function ofKind(kind: string, name: string): HeaderReading {
  return kinds.includes(kind) ? { kind: kind as SectionKind, name } : nothing;
}

/** Reports whether two readers make the same of a header. */
export function isSameReading(a: HeaderReading, b: HeaderReading): boolean {
  return a.kind === b.kind && ("name" in a ? a.name : "") === ("name" in b ? b.name : "");
}
