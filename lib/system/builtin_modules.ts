/**
 * The modules that a runtime has built in, those of older and newer ones included. Written by
 * `.github/release/builtin_modules.ts`.
 *
 * @module
 */

/** Their names, without `node:`. */
export const builtinModules: readonly string[] = `
  _http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex
  _stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable
  _tls_common _tls_wrap assert assert/strict async_hooks buffer child_process cluster console
  constants crypto dgram diagnostics_channel dns dns/promises domain events fs fs/promises http
  http2 https inspector inspector/promises internal/assert/myers_diff internal/buffer
  internal/child_process internal/console/constructor internal/crypto/certificate
  internal/crypto/cipher internal/crypto/diffiehellman internal/crypto/hash internal/crypto/hkdf
  internal/crypto/keygen internal/crypto/keys internal/crypto/pbkdf2 internal/crypto/random
  internal/crypto/scrypt internal/crypto/sig internal/crypto/util internal/crypto/x509
  internal/dgram internal/dns/promises internal/errors internal/event_target internal/fs/utils
  internal/http internal/http2/util internal/readline/utils internal/streams/add-abort-signal
  internal/streams/lazy_transform internal/streams/state internal/test/binding internal/timers
  internal/util internal/util/inspect module net os path path/posix path/win32 perf_hooks process
  punycode querystring quic readline readline/promises repl sea sqlite stream stream/consumers
  stream/promises stream/web string_decoder sys test test/reporters timers timers/promises tls
  traceEvents trace_events tty url util util/types v8 vm wasi worker_threads zlib
`.trim().split(/\s+/);
