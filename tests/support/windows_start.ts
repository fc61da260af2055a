/**
 * Starts programs of Windows as Deno does not: on a certain console, or with certain handles as their
 * standard streams. Loaded on Windows alone.
 *
 * Source: https://learn.microsoft.com/en-us/windows/win32/api/processthreadsapi/
 *
 * @module
 */

/** What is asked of kernel32 by those who import this, too. */
export const createFile = {
  parameters: ["buffer", "u32", "u32", "buffer", "u32", "u32", "pointer"],
  result: "u64",
} as const;

function open() {
  return Deno.dlopen("kernel32.dll", {
    CreateFileW: createFile,
    CreateProcessW: {
      parameters: [
        ...["buffer", "buffer", "buffer", "buffer", "i32", "u32"] as const,
        ...["buffer", "buffer", "buffer", "buffer"] as const,
      ],
      result: "i32",
    },
    WaitForSingleObject: { parameters: ["u64", "u32"], result: "u32", nonblocking: true },
    GetExitCodeProcess: { parameters: ["u64", "buffer"], result: "i32" },
    CloseHandle: { parameters: ["u64"], result: "i32" },
  }).symbols;
}

let kernel: ReturnType<typeof open> | undefined;

/** Opens something for reading and writing; programs that are started may inherit it. */
export function openHandle(name: string): bigint {
  // A SECURITY_ATTRIBUTES.
  const inherited = new DataView(new ArrayBuffer(24));
  inherited.setUint32(0, 24, true);
  inherited.setUint32(16, 1, true);
  const attributes = new Uint8Array(inherited.buffer);
  return (kernel ??= open()).CreateFileW(wide(name), 0xc0000000, 3, attributes, 3, 0, null);
}

/** Where and how a program is started; what is not given is ours. */
export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Input, output, errors. */
  readonly streams?: readonly bigint[];
  /** A list with one attribute, of which consoles are made. */
  readonly attributes?: Uint8Array<ArrayBuffer>;
}

/** A program that was started. */
export interface Started {
  readonly pid: number;
  /** Its exit status, once it has ended. */
  readonly ended: Promise<number>;
}

/** Starts a program, whose words must need nothing but quotes around them. */
export function startProcess(
  words: readonly string[],
  { cwd, env, streams, attributes }: StartOptions,
): Started {
  kernel ??= open();
  // A STARTUPINFOEXW, with STARTF_USESTDHANDLES where there are some.
  const startup = new DataView(new ArrayBuffer(112));
  startup.setUint32(0, attributes === undefined ? 104 : 112, true);
  if (streams !== undefined) startup.setUint32(60, 0x100, true);
  streams?.forEach((each, at) => startup.setBigUint64(80 + 8 * at, each, true));
  if (attributes !== undefined) {
    startup.setBigUint64(104, Deno.UnsafePointer.value(Deno.UnsafePointer.of(attributes)), true);
  }
  const variables = env && Object.entries(env).map((each) => `${each.join("=")}\0`).join("");
  const started = new BigUint64Array(3);
  const isStarted = kernel.CreateProcessW(
    null,
    wide(words.map((word) => `"${word}"`).join(" ")),
    null,
    null,
    streams === undefined ? 0 : 1,
    // CREATE_UNICODE_ENVIRONMENT, EXTENDED_STARTUPINFO_PRESENT
    0x400 | (attributes === undefined ? 0 : 0x80000),
    variables === undefined ? null : wide(variables),
    cwd === undefined ? null : wide(cwd),
    new Uint8Array(startup.buffer),
    bytesOf(started),
  );
  if (isStarted === 0) throw new Error(`${words.join(" ")} cannot be started`);
  const pid = new Uint32Array(started.buffer)[4]!;
  return { pid, ended: follow(kernel, started[0]!, started[1]!) };
}

async function follow(
  { WaitForSingleObject, GetExitCodeProcess, CloseHandle }: ReturnType<typeof open>,
  process: bigint,
  thread: bigint,
): Promise<number> {
  await WaitForSingleObject(process, 0xffffffff);
  const code = new Uint32Array(1);
  GetExitCodeProcess(process, bytesOf(code));
  for (const each of [process, thread]) CloseHandle(each);
  return code[0]!;
}

/** The bytes of numbers, into which a library writes. */
export function bytesOf(
  { buffer }: BigUint64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}

/** A text in UTF-16 with a NUL behind it. */
export function wide(text: string): Uint8Array<ArrayBuffer> {
  return bytesOf(Uint16Array.from(`${text}\0`, (each) => each.charCodeAt(0)));
}
