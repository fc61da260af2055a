/**
 * The hash that the SDK signs with, using Web Crypto: Node's crypto, the SDK's default, takes
 * longer to load than everything else in a request.
 *
 * @module
 */

/** SHA-256, or HMAC if there is a key, using Web Crypto. */
export class WebSha256 {
  readonly #key: Uint8Array<ArrayBuffer> | undefined;
  #data = new Uint8Array();

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = key === undefined ? undefined : bytes(key);
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    const more = bytes(chunk);
    const all = new Uint8Array(this.#data.length + more.length);
    all.set(this.#data);
    all.set(more, this.#data.length);
    this.#data = all;
  }

  async digest(): Promise<Uint8Array> {
    const { subtle } = crypto;
    if (this.#key === undefined) return new Uint8Array(await subtle.digest("SHA-256", this.#data));
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await subtle.importKey("raw", this.#key, algorithm, false, ["sign"]);
    return new Uint8Array(await subtle.sign("HMAC", key, this.#data));
  }

  reset(): void {
    this.#data = new Uint8Array();
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return new Uint8Array(new TextEncoder().encode(data));
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}
