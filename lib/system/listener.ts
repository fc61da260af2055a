/**
 * A port of this machine that no other machine reaches.
 *
 * @module
 */

import type { ClientConnection, Listener } from "../context.ts";

/** After a connection was lost, such as for too many open files. */
const pauseMilliseconds = 50;

/** Needs the permission net. */
export function listenOnLoopback(): Listener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return {
    port: listener.addr.port,
    async *[Symbol.asyncIterator]() {
      for (;;) {
        try {
          yield connectionOf(await listener.accept());
        } catch (error) {
          if (error instanceof Deno.errors.BadResource) return;
          if (error instanceof Deno.errors.Interrupted) return;
          await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
        }
      }
    },
    [Symbol.dispose]: () => closeOnce(listener),
  };
}

function connectionOf(connection: Deno.Conn): ClientConnection {
  return {
    read: (buffer) => connection.read(buffer),
    write: (bytes) => connection.write(bytes),
    end: () => connection.closeWrite(),
    [Symbol.dispose]: () => closeOnce(connection),
  };
}

function closeOnce(closer: { close(): void }): void {
  try {
    closer.close();
  } catch { /* it is closed already */ }
}
