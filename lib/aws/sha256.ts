/**
 * The hash that the SDK signs with, by Web Crypto: Node's crypto, its own choice, takes longer to load
 * than everything else of a request to make.
 *
 * @module
 */

/** SHA-256, and HMAC where there is a key, by Web Crypto. */
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
