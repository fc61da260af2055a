/**
 * Reads a server's answer within the limits of AWS's own answers: size, kind and encoding. The
 * caller limits the time, with the signal.
 *
 * @module
 */

/** AWS's answers to our calls are smaller than 10 KiB. */
export const mostAnswerBytes = 1 << 20;

/** Far deeper than AWS's answers to our calls. */
export const mostAnswerDepth = 32;

/** An answer that can't be used. */
export class UnusableAnswer extends Error {
  override readonly name = "UnusableAnswer";

  /** @param reason why, calling the answer `it`; in our words, not the server's */
  constructor(reason: string) {
    super(reason);
  }
}

/** The format of an answer. */
export type AnswerKind = "JSON" | "XML";

const contentTypes: Readonly<Record<AnswerKind, RegExp>> = {
  JSON: /^application\/(?:json|x-amz-json-1\.[01])$/,
  XML: /^(?:text|application)\/xml$/,
};

/**
 * Returns the body, after any decompression by the runtime. Never holds more than
 * {@link mostAnswerBytes}.
 *
 * @throws UnusableAnswer if it is larger
 */
export async function answerBytes(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader!.read()) {
    length += part.value.length;
    if (length > mostAnswerBytes) {
      // Not awaited, since the body may have no end.
      reader!.cancel().catch(() => {});
      throw new UnusableAnswer(`it is larger than ${mostAnswerBytes >> 20} MiB`);
    }
    chunks.push(part.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * Returns the text of an answer of that kind. One without a content type is assumed to be of it;
 * one with another is not AWS's.
 *
 * @throws UnusableAnswer if it is too large, compressed, of another kind, or not UTF-8
 */
export async function answerText(response: Response, kind: AnswerKind): Promise<string> {
  const bytes = await answerBytes(response);
  // We asked for no compression, and runtimes differ in what they decompress.
  const encoding = response.headers.get("content-encoding") ?? "identity";
  if (encoding.trim().toLowerCase() !== "identity") throw new UnusableAnswer("it is compressed");
  const contentType = response.headers.get("content-type")?.replace(/;.*/s, "").trim()
    .toLowerCase();
  if (contentType !== undefined && !contentTypes[kind].test(contentType)) {
    throw new UnusableAnswer(`it does not say that it is ${kind}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableAnswer("it is not UTF-8");
  }
}

/**
 * Returns the value of a JSON text.
 *
 * @throws UnusableAnswer if it is not JSON, or nested deeper than {@link mostAnswerDepth}
 */
export function answerJson(text: string): unknown {
  let [depth, isString] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (isString && character === "\\") at++;
    else if (character === '"') isString = !isString;
    else if (isString) continue;
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > mostAnswerDepth) throw new UnusableAnswer("it is nested too deeply");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UnusableAnswer("it is not JSON");
  }
}

const dateHeader =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/** Returns the time in the `Date` header; `undefined` if there is none that is valid in HTTP. */
export function answerDate(headers: Headers): Date | undefined {
  const text = headers.get("date") ?? "";
  const date = new Date(dateHeader.test(text) ? text : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
