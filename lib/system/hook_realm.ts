/**
 * Limits a hook's realm to what is listed here, as far as the runtime has it. All else is removed,
 * so that what a later runtime adds is missing until somebody has reviewed it.
 *
 * @module
 */

/**
 * Removes what could load a module or run bytes or text (workers, WebAssembly, Node's modules,
 * libraries, the runtime's internals), what asks for permissions, clients that bypass those, what sets
 * variables, which bypass them, too, what moves links, which lead elsewhere then, and what is kept
 * beyond the run, without a permission and for every hook to read.
 *
 * Self-contained, since its source is also sent as text.
 */
export function closeRealm(): void {
  const words = (list: string) => new Set(list.trim().split(/\s+/));
  const globals = words(`
    AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array
    Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array
    Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map
    Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set
    SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError URIError
    Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI
    decodeURIComponent encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat
    parseInt undefined unescape

    AbortController AbortSignal Blob ByteLengthQueuingStrategy CloseEvent CompressionStream
    CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Deno ErrorEvent
    Event EventSource EventTarget File FileReader FormData Headers MessageChannel MessageEvent
    MessagePort ProgressEvent PromiseRejectionEvent QuotaExceededError ReadableByteStreamController
    ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultController
    ReadableStreamDefaultReader Request Response SubtleCrypto TextDecoder TextDecoderStream
    TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController URL URLPattern
    URLSearchParams WebSocket WritableStream WritableStreamDefaultController
    WritableStreamDefaultWriter atob btoa clearImmediate clearInterval clearTimeout console crypto
    fetch performance queueMicrotask reportError self setImmediate setInterval setTimeout
    structuredClone`);
  const ofDeno = words(`
    FsFile SeekMode chmod chmodSync chown chownSync copyFile copyFileSync create createSync cwd
    lstat lstatSync makeTempDir makeTempDirSync makeTempFile makeTempFileSync mkdir mkdirSync
    open openSync readDir readDirSync readFile readFileSync readLink readLinkSync readTextFile
    readTextFileSync realPath realPathSync remove removeSync stat statSync symlink
    symlinkSync truncate truncateSync umask utime utimeSync watchFs writeFile writeFileSync
    writeTextFile writeTextFileSync

    connectTls listenTls resolveDns startTls upgradeWebSocket

    ChildProcess Command args build consoleSize errors exit exitCode inspect isatty kill noColor
    pid ppid refTimer stderr stdin stdout unrefTimer version`);
  const runtime = Deno;
  const { env, permissions } = runtime;
  // A variable can name a proxy, which the runtime asks no permission for.
  const seen = Object.freeze({
    get: (name: string) => env.get(name),
    has: (name: string) => env.has(name),
    toObject: () => env.toObject(),
  });
  // To some runtimes a socket in a folder is one of its files. The copy inherits nothing, and is read
  // as it was when it was made.
  const overTcp = <OPTIONS extends object>(given: OPTIONS): OPTIONS => {
    const { path, ...options } = given as { path?: unknown };
    if (path !== undefined) throw new TypeError("a hook uses no sockets that are files");
    return { __proto__: null, ...options, transport: "tcp" } as unknown as OPTIONS;
  };
  const network = {
    connect: (options: Deno.ConnectOptions) => runtime.connect(overTcp(options)),
    listen: (options: Deno.TcpListenOptions) => runtime.listen(overTcp(options)),
    serve: (first: Deno.ServeHandler | Deno.ServeTcpOptions, handler: Deno.ServeHandler) =>
      typeof first === "function" ? runtime.serve(first) : runtime.serve(overTcp(first), handler),
  };
  const isWindows = runtime.build.os === "windows";
  const pathOf = (given: string | URL): string => {
    if (typeof given === "string") return given;
    const path = decodeURIComponent(`${given.pathname}`);
    // It may be the hook that says what these return: so a text is made of it here.
    return `${isWindows ? path.replace(/^\/(?=[A-Za-z]:)/, "") : path}`;
  };
  // A relative link leads elsewhere from another folder: out of what was granted. Each path is read
  // once, and nothing of the hook runs between the look and the change.
  const ofFile =
    (change: (from: string, to: string) => void) => (from: string | URL, to: string | URL) => {
      const old = pathOf(from);
      const now = pathOf(to);
      if (!runtime.lstatSync(old).isFile) {
        throw new TypeError(`a hook moves no links or folders, and ${old} is not a file`);
      }
      change(old, now);
    };
  const renameSync = ofFile(runtime.renameSync);
  const linkSync = ofFile(runtime.linkSync);
  const moving = {
    renameSync,
    linkSync,
    rename: async (from: string | URL, to: string | URL) => await renameSync(from, to),
    link: async (from: string | URL, to: string | URL) => await linkSync(from, to),
  };
  const asked = Object.freeze({
    query: (wanted: Deno.PermissionDescriptor) => permissions.query(wanted),
    querySync: (wanted: Deno.PermissionDescriptor) => permissions.querySync(wanted),
  });
  const kept = Object.entries(Object.getOwnPropertyDescriptors(Deno))
    .filter(([name]) => ofDeno.has(name));
  const harmless = Object.defineProperties({}, Object.fromEntries(kept));
  for (
    const [name, value] of Object.entries({ ...network, ...moving, env: seen, permissions: asked })
  ) {
    Object.defineProperty(harmless, name, { value, enumerable: true });
  }
  const scope = globalThis as Record<string, unknown>;
  for (const [name, { configurable }] of Object.entries(Object.getOwnPropertyDescriptors(scope))) {
    if (configurable && !globals.has(name)) delete scope[name];
  }
  Object.defineProperty(scope, "Deno", {
    value: Object.freeze(harmless),
    writable: false,
    configurable: false,
  });
}
