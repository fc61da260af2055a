/**
 * Reads the head of an HTTP request and writes an answer, under limits. What SDKs ask for
 * credentials is one GET without a body, so no more of HTTP is known here than that.
 *
 * @module
 */

import type { ClientConnection } from "../context.ts";
import { writeAll } from "../files/write.ts";

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  /** As it was sent. */
  readonly target: string;
  /** By lower-case name; each stands there once. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What is wrong with a request that cannot be read, as a status of HTTP. */
export type HeadProblem = 400 | 431;

/** No SDK sends a hundredth of it. */
export const mostHeadBytes = 16_384;

/**
 * Reads the head of a request; returns what is wrong with it if it is none that we take, or
 * `undefined` if the connection ended before it was there.
 */
export async function readHead(
  connection: ClientConnection,
): Promise<RequestHead | HeadProblem | undefined> {
  const buffer = new Uint8Array(mostHeadBytes);
  let text = "";
  for (let length = 0;;) {
    if (length === mostHeadBytes) return 431;
    const count = await connection.read(buffer.subarray(length));
    if (count === null) return undefined;
    length += count;
    // Each byte is a character, as HTTP has it.
    text = String.fromCharCode(...buffer.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return parseHead(text.slice(0, end));
  }
}

/** Headers that decide something; two of one kind may be read in two ways. */
const single = ["host", "authorization", "origin", "content-length", "transfer-encoding"];

/** Parses a head without its empty line. */
export function parseHead(text: string): RequestHead | HeadProblem {
  const [first, ...lines] = text.split("\r\n") as [string, ...string[]];
  const [, method, target] = /^([A-Z]{1,20}) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
  if (method === undefined || target === undefined) return 400;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return 400;
    const key = name.toLowerCase();
    if (headers.has(key) && single.includes(key)) return 400;
    headers.set(key, value);
  }
  return { method, target, headers };
}

/** An answer: a status of HTTP, and what is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** More header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

/** Writes an answer, the last thing on this connection. */
export async function writeAnswer(
  connection: ClientConnection,
  { status, body, headers = {} }: Answer,
): Promise<void> {
  const content = new TextEncoder().encode(JSON.stringify(body));
  const fields = {
    "Content-Type": "application/json",
    "Content-Length": String(content.length),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
    ...headers,
  };
  const head = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ""}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    "",
    "",
  ].join("\r\n");
  const bytes = new Uint8Array([...new TextEncoder().encode(head), ...content]);
  await writeAll(connection, bytes);
  await connection.end();
}

/** More of what somebody goes on sending is not read. */
const mostRestBytes = 2_097_152;

/** Reads what is still sent: a connection closed over it would lose the answer. */
export async function readRest(connection: ClientConnection): Promise<void> {
  const buffer = new Uint8Array(16_384);
  for (let length = 0; length < mostRestBytes;) {
    const count = await connection.read(buffer);
    if (count === null) return;
    length += count;
  }
}
