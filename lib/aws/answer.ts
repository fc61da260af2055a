/**
 * What a server answers, believed no further than AWS's own answers need: a size, a kind, one
 * encoding. How long it may take is the caller's, who has the signal.
 *
 * @module
 */

/** AWS's answers to our calls are smaller than 10 KiB. */
export const mostAnswerBytes = 1 << 20;

/** Deeper than AWS's answers to our calls by far. */
export const mostAnswerDepth = 32;

/** An answer that nothing can be taken from. */
export class UnusableAnswer extends Error {
  override readonly name = "UnusableAnswer";

  /** @param reason why, with the answer as `it`; in our words, none of the server's */
  constructor(reason: string) {
    super(reason);
  }
}

/** What answers are written in. */
export type AnswerKind = "JSON" | "XML";

const contentTypes: Readonly<Record<AnswerKind, RegExp>> = {
  JSON: /^application\/(?:json|x-amz-json-1\.[01])$/,
  XML: /^(?:text|application)\/xml$/,
};

/**
 * The body as it comes out of whatever the runtime decompresses. More than {@link mostAnswerBytes}
 * are never held.
 *
 * @throws UnusableAnswer for a larger one
 */
export async function answerBytes(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader!.read()) {
    length += part.value.length;
    if (length > mostAnswerBytes) {
      // Nobody waits for the end of what has none.
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
 * The text of an answer of that kind. One that names no kind is read as what it should be; one that
 * names another is not AWS's.
 *
 * @throws UnusableAnswer for one that is too large, compressed, of another kind, or not UTF-8
 */
export async function answerText(response: Response, kind: AnswerKind): Promise<string> {
  const bytes = await answerBytes(response);
  // We asked for none, and runtimes differ in what they decompress.
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
 * The value of a JSON text.
 *
 * @throws UnusableAnswer for what is no JSON, or nested deeper than {@link mostAnswerDepth}
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

/** When the server says that it answered; `undefined` where it does not, or not as HTTP has it. */
export function answerDate(headers: Headers): Date | undefined {
  const text = headers.get("date") ?? "";
  const date = new Date(dateHeader.test(text) ? text : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
