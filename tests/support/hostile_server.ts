/**
 * A server on the loopback that answers with whatever bytes it is told to, as long as it is told to.
 *
 * @module
 */

/** Writes to who asked; rejects once nobody reads any more. */
export type Send = (content: string | Uint8Array) => Promise<void>;

/** What is answered, down to the last byte. `action` is what was asked for. */
export type HostileAnswer = (send: Send, action: string, signal: AbortSignal) => Promise<void>;

/** Starts it on a free port of 127.0.0.1. */
export function startHostileServer(answer: HostileAnswer): HostileServer {
  return new HostileServer(answer);
}

/** A running server. */
export class HostileServer implements AsyncDisposable {
  /** The actions that were asked for. */
  readonly actions: string[] = [];
  /** How many connections there were, whatever came over them. */
  connections = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #closing = new AbortController();
  readonly #open = new Set<Deno.Conn>();
  readonly #underway = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  constructor(public answer: HostileAnswer) {
    this.#accepting = this.#accept();
  }

  get host(): string {
    return `127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    await Promise.all([this.#accepting, ...this.#underway]);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.connections++;
      this.#open.add(connection);
      const work = this.#serve(connection).catch(() => {}).finally(() => {
        this.#open.delete(connection);
        this.#underway.delete(work);
        close(connection);
      });
      this.#underway.add(work);
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const action = actionOf(await readRequest(connection));
    this.actions.push(action);
    const send: Send = async (content) => {
      let bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      while (bytes.length > 0) bytes = bytes.subarray(await connection.write(bytes));
    };
    await this.answer(send, action, this.#closing.signal);
  }
}

/** Headers and body of one request. */
async function readRequest(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(65536);
  for (let text = "";;) {
    const length = await connection.read(buffer);
    if (length === null) return text;
    text += new TextDecoder().decode(buffer.subarray(0, length));
    const [head, body] = text.split("\r\n\r\n");
    const announced = Number(/^content-length: (\d+)/im.exec(head!)?.[1] ?? 0);
    if (body !== undefined && body.length >= announced) return text;
  }
}

function actionOf(request: string): string {
  const [, form] = /[&\n]Action=(\w+)/.exec(request) ?? [];
  const [, target] = /^x-amz-target: \w+\.(\w+)/im.exec(request) ?? [];
  return form ?? target ?? (request.startsWith("GET /clusters/") ? "DescribeCluster" : "");
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch { /* it is closed already */ }
}
