/**
 * A job of Windows: a process and all that it starts, which are ended together, as a process group
 * is elsewhere. Loaded with the first process that has one, on Windows alone.
 *
 * Source: https://learn.microsoft.com/en-us/windows/win32/procthread/job-objects
 *
 * @module
 */

/** Where the fields of a JOBOBJECT_EXTENDED_LIMIT_INFORMATION are, in bytes, on a 64-bit system. */
const fields = { perJobUserTime: 8, limitFlags: 16, jobMemory: 120, size: 144 } as const;

/** JobObjectExtendedLimitInformation. */
const extendedLimits = 9;

/** JOB_OBJECT_LIMIT_...: which fields count, and whether all ends when nobody holds the job. */
const flags = { jobTime: 0x4, jobMemory: 0x200, killOnJobClose: 0x2000 } as const;

/** PROCESS_TERMINATE and PROCESS_SET_QUOTA, which are needed to put a process into a job. */
const access = 0x0101;

/** What a job may use; when nobody holds it any more, a limited one ends. */
export interface JobLimits {
  /** Bytes of memory, of all its processes together. */
  readonly memory: number;
  /** Seconds of processor time. */
  readonly seconds: number;
}

function open() {
  return Deno.dlopen("kernel32.dll", {
    CreateJobObjectW: { parameters: ["pointer", "pointer"], result: "pointer" },
    SetInformationJobObject: { parameters: ["pointer", "i32", "buffer", "u32"], result: "i32" },
    AssignProcessToJobObject: { parameters: ["pointer", "pointer"], result: "i32" },
    TerminateJobObject: { parameters: ["pointer", "u32"], result: "i32" },
    OpenProcess: { parameters: ["u32", "i32", "u32"], result: "pointer" },
    CloseHandle: { parameters: ["pointer"], result: "i32" },
  });
}

/** A running process, and what it starts from now on. */
export class WindowsJob implements Disposable {
  #isOpen = true;

  private constructor(
    private readonly kernel: ReturnType<typeof open>,
    private readonly job: Deno.PointerValue,
  ) {}

  /**
   * Puts a process into a new job; needs the permission ffi. Returns `undefined` if that cannot be:
   * it has ended already, or we may not.
   */
  static around(process: number, limits?: JobLimits): WindowsJob | undefined {
    let library: ReturnType<typeof open>;
    try {
      library = open();
    } catch {
      return undefined;
    }
    const { symbols } = library;
    const job = new WindowsJob(library, symbols.CreateJobObjectW(null, null));
    const handle = symbols.OpenProcess(access, 0, process);
    const isDone = job.job !== null && handle !== null &&
      (limits === undefined || job.#limit(limits)) &&
      symbols.AssignProcessToJobObject(job.job, handle) !== 0;
    if (handle !== null) symbols.CloseHandle(handle);
    if (isDone) return job;
    job[Symbol.dispose]();
    return undefined;
  }

  /** Ends all its processes at once. */
  terminate(): void {
    if (this.#isOpen) this.kernel.symbols.TerminateJobObject(this.job, 1);
  }

  /** Lets go of it; without limits, its processes go on. */
  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.job !== null) this.kernel.symbols.CloseHandle(this.job);
    this.kernel.close();
  }

  #limit({ memory, seconds }: JobLimits): boolean {
    const limits = new DataView(new ArrayBuffer(fields.size));
    const which = flags.jobTime | flags.jobMemory | flags.killOnJobClose;
    limits.setUint32(fields.limitFlags, which, true);
    // In units of 100 nanoseconds.
    limits.setBigInt64(fields.perJobUserTime, BigInt(seconds) * 10_000_000n, true);
    limits.setBigUint64(fields.jobMemory, BigInt(memory), true);
    const bytes = new Uint8Array(limits.buffer);
    const { SetInformationJobObject } = this.kernel.symbols;
    return SetInformationJobObject(this.job, extendedLimits, bytes, bytes.length) !== 0;
  }
}
