/**
 * Programs on a console of their own, where somebody types, and presses Ctrl-C and Ctrl-Break; on
 * Windows, where no process sends another one a signal.
 *
 * It is a process of its own that has the console, since what is pressed reaches all who share one.
 *
 * Source: https://learn.microsoft.com/en-us/windows/console/console-functions
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { bytesOf, openHandle, type Started, startProcess } from "./windows_start.ts";

/** What can be pressed, by its number: CTRL_C_EVENT, CTRL_BREAK_EVENT. */
const keys = { "Ctrl-C": 0, "Ctrl-Break": 1 } as const;

/** What can be pressed. */
export type ConsoleKey = keyof typeof keys;

/** What happens on the console, one after the other. */
type Step = { readonly press: number } | { readonly type: string } | { readonly expect: string };

/** How a program on a console has ended. */
export interface ConsoleRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the console showed in the end. */
  readonly screen: string;
  /** What was awaited in vain. */
  readonly unmet: string | null;
}

/** A program, and how it ended on its own streams. */
interface OnStreams {
  readonly pid: number;
  readonly ended: Promise<Pick<ConsoleRun, "code" | "stdout" | "stderr">>;
}

/** A running program. */
export interface OnConsole {
  readonly ended: Promise<ConsoleRun>;
  press(key: ConsoleKey): Promise<void>;
  type(text: string): Promise<void>;
  /** What comes next has to wait until the console shows this. */
  expect(text: string): Promise<void>;
}

/** How a program is run: with the console as its standard streams, or no stdin and pipes. */
interface ConsoleOptions {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly streams?: "console" | "pipes";
}

/** Starts a program on a new console. */
export function startOnConsole(argv: readonly string[], options: ConsoleOptions): OnConsole {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const console = newConsole();
  const script = fileURLToPath(import.meta.url);
  const args = ["run", "-A", "--quiet", "--no-config", script, String(listener.addr.port)];
  console.start([Deno.execPath(), ...args]);
  const connected = listener.accept().finally(() => listener.close());
  let last: Promise<unknown> = connected;
  const tell = (line: unknown) => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    const told = last.then(async () => void await (await connected).write(bytes));
    last = told;
    return told;
  };
  const begun = tell({ argv, ...options });
  const run = async () => {
    using connection = await connected;
    await begun;
    const text = await new Response(connection.readable).text();
    return JSON.parse(text) as ConsoleRun;
  };
  return {
    ended: run().finally(() => console.close()),
    press: (key) => tell({ press: keys[key] }),
    type: (text) => tell({ type: text }),
    expect: (text) => tell({ expect: text }),
  };
}

/** Makes a console that nobody sees: what it would show goes nowhere. */
function newConsole() {
  const { symbols: kernel } = Deno.dlopen("kernel32.dll", {
    CreatePipe: { parameters: ["buffer", "buffer", "pointer", "u32"], result: "i32" },
    CreatePseudoConsole: { parameters: ["u32", "u64", "u64", "u32", "buffer"], result: "i32" },
    ClosePseudoConsole: { parameters: ["u64"], result: "void" },
    InitializeProcThreadAttributeList: {
      parameters: ["buffer", "u32", "u32", "buffer"],
      result: "i32",
    },
    UpdateProcThreadAttribute: {
      parameters: ["buffer", "u32", "u64", "u64", "u64", "pointer", "pointer"],
      result: "i32",
    },
    CloseHandle: { parameters: ["u64"], result: "i32" },
  });
  const handle = () => new BigUint64Array(1);
  const [keysRead, keysWrite, console] = [handle(), handle(), handle()];
  kernel.CreatePipe(bytesOf(keysRead), bytesOf(keysWrite), null, 0);
  const nowhere = openHandle("NUL");
  const size = 100 | 40 << 16;
  if (kernel.CreatePseudoConsole(size, keysRead[0]!, nowhere, 0, bytesOf(console)) !== 0) {
    throw new Error("there is no console");
  }
  return {
    start: (words: readonly string[]) => {
      // It has one attribute, PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE.
      const attributes = new Uint8Array(256);
      const length = bytesOf(BigUint64Array.of(256n));
      kernel.InitializeProcThreadAttributeList(attributes, 1, 0, length);
      kernel.UpdateProcThreadAttribute(attributes, 0, 0x20016n, console[0]!, 8n, null, null);
      startProcess(words, { attributes }).ended.catch(() => {});
    },
    close: () => {
      kernel.ClosePseudoConsole(console[0]!);
      for (const each of [keysRead[0]!, keysWrite[0]!, nowhere]) kernel.CloseHandle(each);
    },
  };
}

/** Opens the console of this process. */
function openConsole() {
  const { symbols: kernel } = Deno.dlopen("kernel32.dll", {
    GenerateConsoleCtrlEvent: { parameters: ["u32", "u32"], result: "i32" },
    WriteConsoleInputW: { parameters: ["u64", "buffer", "u32", "buffer"], result: "i32" },
    GetConsoleScreenBufferInfo: { parameters: ["u64", "buffer"], result: "i32" },
    ReadConsoleOutputCharacterW: {
      parameters: ["u64", "buffer", "u32", "u32", "buffer"],
      result: "i32",
    },
  });
  const [input, screen] = ["CONIN$", "CONOUT$"].map(openHandle) as [bigint, bigint];
  return {
    /** What a program gets as its standard streams. */
    streams: [input, screen, screen],
    press: (key: number) => void kernel.GenerateConsoleCtrlEvent(key, 0),
    type: (character: string) => {
      const pressed = new DataView(new ArrayBuffer(20));
      // An INPUT_RECORD: KEY_EVENT, down, once, by its character.
      pressed.setUint16(0, 1, true);
      pressed.setUint32(4, 1, true);
      pressed.setUint16(8, 1, true);
      pressed.setUint16(10, character === "\r" ? 13 : 0, true);
      pressed.setUint16(14, character.charCodeAt(0), true);
      const written = new Uint8Array(4);
      kernel.WriteConsoleInputW(input, new Uint8Array(pressed.buffer), 1, written);
    },
    shown: () => {
      const info = new DataView(new ArrayBuffer(22));
      kernel.GetConsoleScreenBufferInfo(screen, new Uint8Array(info.buffer));
      const [columns, rows] = [info.getUint16(0, true), Math.min(info.getUint16(2, true), 60)];
      const cells = new Uint16Array(columns * rows);
      const count = new Uint8Array(4);
      kernel.ReadConsoleOutputCharacterW(screen, bytesOf(cells), cells.length, 0, count);
      const text = String.fromCharCode(...cells);
      return Array.from(
        { length: rows },
        (_, row) => text.slice(row * columns, (row + 1) * columns).trimEnd(),
      ).join("\n").trimEnd();
    },
  };
}

/** The lines of a connection, parsed. */
async function* linesOf(connection: Deno.TcpConn): AsyncGenerator<unknown> {
  let rest = "";
  for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Runs a program on our console; what is told to us happens there. */
async function runOnConsole(connection: Deno.TcpConn): Promise<ConsoleRun> {
  const console = openConsole();
  // They reach us, too.
  for (const each of ["SIGINT", "SIGBREAK"] as const) Deno.addSignalListener(each, () => {});
  const told = linesOf(connection);
  const { argv, ...options } = (await told.next()).value as
    & ConsoleOptions
    & { readonly argv: readonly string[] };
  const { pid, ended } = options.streams === "console"
    ? onStreams(startProcess(argv, { ...options, streams: console.streams }))
    : onPipes(argv, options);
  let unmet: string | null = null;
  const giveUp = (what: string) => {
    unmet ??= what;
    try {
      Deno.kill(pid, "SIGKILL");
    } catch { /* it has ended */ }
  };
  // It may wait for more than is typed.
  const limit = setTimeout(() => giveUp("the end"), 90_000);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  const act = async (step: Step) => {
    if ("press" in step) console.press(step.press);
    if ("type" in step) { for (const each of step.type) console.type(each); }
    if (!("expect" in step)) return;
    for (const end = Date.now() + 30_000; !console.shown().includes(step.expect); await pause()) {
      if (Date.now() > end) return giveUp(step.expect);
    }
  };
  const follow = async () => {
    for await (const step of told) if (unmet === null) await act(step as Step);
  };
  follow().catch(() => {});
  const run = await ended;
  clearTimeout(limit);
  return { ...run, screen: console.shown(), unmet };
}

/** A program of which nothing is captured. */
function onStreams({ pid, ended }: Started): OnStreams {
  return { pid, ended: ended.then((code) => ({ code, stdout: "", stderr: "" })) };
}

function onPipes([program, ...args]: readonly string[], { cwd, env }: ConsoleOptions): OnStreams {
  const child = new Deno.Command(program!, {
    args,
    cwd,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output().then(({ code, stdout, stderr }) => {
    const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, stdout: said!, stderr: complained! };
  });
  return { pid: child.pid, ended };
}

if (import.meta.main) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
  const run = await runOnConsole(connection);
  const bytes = new TextEncoder().encode(JSON.stringify(run));
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
  connection.close();
  Deno.exit(0);
}
