/**
 * Answers that no AWS gives. Each is a kind; `generatedAnswers` mixes what they are made of.
 *
 * @module
 */

import { brotliCompressSync, constants, deflateRawSync, gzipSync } from "node:zlib";
import { type AnsweredFor, awsAnswer, awsJson, awsRefusal } from "./aws_answers.ts";
import type { HostileAnswer, Send } from "./hostile_server.ts";

const MiB = 1 << 20;
const zeros = new Uint8Array(MiB);

/** A text of one letter. */
function letters(count: number): string {
  return "A".repeat(count);
}

/** Status line and headers. */
export function head(status: number | string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Something\r\n${lines.join("")}\r\n`;
}

/** An answer that is there at once. */
export function whole(
  status: number | string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): HostileAnswer {
  const length = typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
  return async (send) => {
    await send(head(status, { "content-length": String(length), connection: "close", ...headers }));
    await send(body);
  };
}

async function withoutEnd(send: Send, content: string | Uint8Array): Promise<never> {
  for (;;) await send(content);
}

async function slowly(send: Send, content: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await send(content);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const xml = { "content-type": "text/xml" };
const chunked = { ...xml, "transfer-encoding": "chunked" };
const chunk = `10000\r\n${letters(0x10000)}\r\n`;

/** Compressed zeros that can be sent again and again: what comes out is a thousand times as much. */
const gzipHead = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const gzipBlock = deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH });

/** Answers that are too large. */
export const largeAnswers: Readonly<Record<string, HostileAnswer>> = {
  "9 GB, as it says itself": async (send) => {
    await send(head(200, { ...xml, "content-length": "9000000000" }));
    await withoutEnd(send, zeros);
  },
  "a body without an end": async (send) => {
    await send(head(200, xml));
    await withoutEnd(send, zeros);
  },
  "chunks without an end": async (send) => {
    await send(head(200, chunked));
    await withoutEnd(send, chunk);
  },
  "gzip without an end": async (send) => {
    await send(head(200, { ...chunked, "content-encoding": "gzip" }));
    const sendChunk = async (bytes: Uint8Array) => {
      await send(`${bytes.length.toString(16)}\r\n`);
      await send(bytes);
      await send("\r\n");
    };
    await sendChunk(gzipHead);
    for (;;) await sendChunk(gzipBlock);
  },
  "256 MiB in 256 KiB of gzip": async (send) => {
    const bytes = gzipSync(new Uint8Array(256 * MiB));
    await whole(200, { ...xml, "content-encoding": "gzip" }, bytes)(send, "", never);
  },
  "256 MiB in a few bytes of brotli": async (send) => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 1 };
    const bytes = brotliCompressSync(new Uint8Array(256 * MiB), { params });
    await whole(200, { ...xml, "content-encoding": "br" }, bytes)(send, "", never);
  },
  "a 40 MB token": async (send, action) => {
    const body = awsAnswer(action, { now: new Date() }).body
      .replace(/(?<=<SessionToken>|<Arn>|<SerialNumber>|Token":")/, () => letters(40e6));
    await whole(200, xml, body)(send, "", never);
  },
  "a refusal with a 30 MB message": whole(403, xml, awsRefusal(letters(30e6))),
  "a fault with a 30 MB code": whole(500, xml, awsRefusal("no", letters(30e6))),
  "a redirect with a body without an end": async (send) => {
    await send(head(302, { location: "https://elsewhere.example/" }));
    await withoutEnd(send, zeros);
  },
  "headers without an end": async (send) => {
    await send("HTTP/1.1 200 OK\r\n");
    await withoutEnd(send, `x-more: ${letters(1000)}\r\n`);
  },
  "one header without an end": async (send) => {
    await send("HTTP/1.1 200 OK\r\nx-more: ");
    await withoutEnd(send, letters(65536));
  },
  "a status line without an end": async (send) => {
    await send("HTTP/1.1 200 ");
    await withoutEnd(send, letters(65536));
  },
  "a chunk's extension without an end": async (send) => {
    await send(`${head(200, chunked)}1;x=`);
    await withoutEnd(send, letters(65536));
  },
  "trailers without an end": async (send) => {
    await send(`${head(200, chunked)}0\r\n`);
    await withoutEnd(send, `x-more: ${letters(1000)}\r\n`);
  },
};

const never = new AbortController().signal;

/** Answers that take longer than anybody waits. */
export const slowAnswers: Readonly<Record<string, HostileAnswer>> = {
  "a body, a byte at a time": async (send, _, signal) => {
    await send(head(200, xml));
    await slowly(send, " ", signal);
  },
  "chunks, one at a time": async (send, _, signal) => {
    await send(head(200, chunked));
    await slowly(send, "1\r\n \r\n", signal);
  },
  "headers, a byte at a time": async (send, _, signal) => {
    await send("HTTP/1.1 200 OK\r\nx-more: ");
    await slowly(send, "A", signal);
  },
  "word that there will be an answer, again and again": (send, _, signal) =>
    slowly(send, "HTTP/1.1 103 Early Hints\r\n\r\n", signal),
  "silence": (_send, _, signal) => slowly(() => Promise.resolve(), "", signal),
  "a head, and silence": async (send, _, signal) => {
    await send(head(200, { ...xml, "content-length": "1000" }));
    await slowly(() => Promise.resolve(), "", signal);
  },
};

/** Bodies that are not what AWS says, or not as AWS says it. */
export const strangeBodies: Readonly<Record<string, (sound: string) => string | Uint8Array>> = {
  "nothing": () => "",
  "blanks": () => " \r\n\t ",
  "a page": () => "<!DOCTYPE html><html><head><title>Sign in</title></head><body>x</body></html>",
  "a page that is XML": () => '<?xml version="1.0"?><html><body>Sign in</body></html>',
  "null": () => "null",
  "a list": () => "[]",
  "an object": () => "{}",
  "an object that has no string form": () =>
    '{"__type":{"toString":1,"valueOf":1},"message":{"toString":null},"cluster":{"arn":{"toString":1}},"authorizationData":[{"authorizationToken":{"toString":1}}]}',
  "a prototype": () => '{"__proto__":{"cluster":1},"constructor":{"prototype":1}}',
  "half of it": (sound) => sound.slice(0, sound.length / 2),
  "all but the last byte": (sound) => sound.slice(0, -1),
  "it twice": (sound) => sound + sound,
  "it with a second end": (sound) => `${sound}</x>}`,
  "it with a word before it": (sound) => `x${sound}`,
  "it with a word behind it": (sound) => `${sound}x`,
  "UTF-16": (sound) => new Uint8Array(Uint16Array.from(sound, (c) => c.charCodeAt(0)).buffer),
  "no UTF-8": (sound) => {
    const bytes = new TextEncoder().encode(sound);
    return new Uint8Array([...bytes.subarray(0, 60), 0xff, 0xfe, ...bytes.subarray(60)]);
  },
  "zeros": () => new Uint8Array(1000),
  "100,000 elements in each other": () => `${"<a>".repeat(1e5)}${"</a>".repeat(1e5)}`,
  "200,000 lists in each other": () => `${"[".repeat(2e5)}${"]".repeat(2e5)}`,
  "a million lists that never end": () => "[".repeat(1e6),
  "200,000 objects in each other": () => `${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`,
  "a string that never ends": () => `"${'\\"'.repeat(5e5)}`,
  "100,000 elements": () => `<a>${"<b/>".repeat(1e5)}</a>`,
  "100,000 attributes": () => `<a${' b=""'.repeat(1e5)}/>`,
  "an attribute that never ends": () => `<a b="${letters(1e6)}`,
  "a name that never ends": () => `<${letters(1e6)}`,
  "an end that never ends": () => `<a></a${" ".repeat(1e6)}`,
  "a tag of blanks": () => `<a${" ".repeat(1e6)}`,
  "100,000 document types": () => "<!DOCTYPE a>".repeat(8e4),
  "100,000 comments": () => `<a>${"<!--".repeat(2e5)}</a>`,
  "100,000 declarations": () => `${"<?a?>".repeat(1e5)}<a/>`,
  "a million ampersands": () => `<a>${"&".repeat(1e6)}</a>`,
  "entities of its own": (sound) =>
    `<!DOCTYPE a [<!ENTITY b "ten">${
      Array.from({ length: 20 }, (_, n) => `<!ENTITY c${n} "${`&c${n - 1};`.repeat(10)}">`).join("")
    }]>${sound.replace("ASIA", "&c19;")}`,
  "an entity that is a file": (sound) =>
    `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${sound.replace("ASIA", "&b;")}`,
  "an entity that nobody knows": (sound) => sound.replace("</", "&nbsp;</"),
  "a character that is none": (sound) => sound.replace("</", "&#1114112;</"),
  "a section": (sound) => sound.replace(/>(\w+)</, "><![CDATA[$1]]><"),
  "a comment in a value": (sound) => sound.replace("ASIA", "AS<!-- -->IA"),
  "an element in a value": (sound) => sound.replace(/>(\w+)</, ">$1<b/><"),
  "every element twice": (sound) => sound.replace(/<(\w+)>[^<]*<\/\1>/g, "$&$&"),
  "no value at all": (sound) => sound.replace(/>[^<]+</g, "><").replace(/"[^"]*"/g, '""'),
  "a number for each value": (sound) =>
    sound.startsWith("<") ? sound.replace(/>[^<]+</g, ">1<") : sound.replace(/"[^"]*"(?!:)/g, "1"),
  "an answer to something else": () =>
    "<AssumeRoleWithSAMLResponse><AssumeRoleWithSAMLResult/></AssumeRoleWithSAMLResponse>",
  "the other language": (sound) =>
    sound.startsWith("{") ? awsRefusal("no") : awsJson("DescribeCluster"),
};

/** Kinds of content that AWS's answers are not. */
export const strangeTypes: readonly string[] = [
  "text/html",
  "text/html; charset=utf-8",
  "TEXT/HTML",
  "text/plain",
  "application/octet-stream",
  "multipart/mixed; boundary=x",
  "image/svg+xml",
  "application/xhtml+xml",
  "text/xml, text/html",
  "text/xmlx",
  "json",
  "",
];

/** Statuses, and words in the place of one. */
export const strangeStatuses: readonly (number | string)[] = [
  201,
  204,
  205,
  206,
  226,
  299,
  300,
  301,
  302,
  303,
  304,
  307,
  308,
  401,
  402,
  407,
  418,
  451,
  599,
  600,
  999,
  "000",
  "20",
  "2000",
  "abc",
  "-1",
];

/** One generated answer, and what it is made of. */
export interface GeneratedAnswer {
  readonly name: string;
  readonly answer: HostileAnswer;
  /** Whether it is no more than a refusal as AWS has it, by a status that AWS does not use. */
  readonly isRefusal: boolean;
}

/** Answers of strange parts, at random but always the same; each is strange in one part at least. */
export function* generatedAnswers(seed: number, about: AnsweredFor): Generator<GeneratedAnswer> {
  const next = random(seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const chance = (part: number) => next() < part;
  const bodies = Object.entries(strangeBodies);
  for (;;) {
    const body = chance(0.6) ? one(bodies) : undefined;
    const type = chance(body === undefined ? 0.6 : 0.3) ? one(strangeTypes) : undefined;
    const isNeeded = body === undefined && type === undefined;
    const status = isNeeded || chance(0.4) ? one([...strangeStatuses, 200, 400, 403, 500]) : 200;
    const encoding = (isNeeded && status === 200) || chance(0.2)
      ? one(["gzip", "br", "deflate", "zstd", "x-gzip", "gzip, gzip", "chunked", "aws-chunked"])
      : undefined;
    const extra = one<Record<string, string>>([
      {},
      {},
      { location: "https://elsewhere.example/" },
      { "www-authenticate": 'Basic realm="x"', "proxy-authenticate": "Basic" },
      { date: "now" },
      { date: "Thu, 01 Jan 1970 00:00:00 GMT" },
      { "x-amzn-requestid": "r" },
      { "content-length": one(["0", "1", "99999999999999999999", "-1", "1, 2"]) },
      { "set-cookie": letters(5000) },
    ]);
    const changed = (text: string) => {
      const strange = body === undefined ? text : body[1](text);
      return body !== undefined && strange === text ? text.slice(1) : strange;
    };
    const parts = { status, type, body: body?.[0], encoding, ...extra };
    const isSaid = body === undefined || body[0] === "a number for each value";
    const isRefused = Number(status) >= 400 && Number(status) <= 599;
    yield {
      name: JSON.stringify(parts),
      isRefusal: isSaid && type === undefined && encoding === undefined && isRefused,
      answer: async (send, action, signal) => {
        const sound = awsAnswer(action, about);
        const text = status === 200 ? sound.body : awsRefusal("no");
        await whole(status, {
          "content-type": type ?? sound.type,
          ...(encoding !== undefined && { "content-encoding": encoding }),
          ...extra,
        }, changed(text))(send, action, signal);
      },
    };
  }
}

/** Numbers from 0 to 1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
