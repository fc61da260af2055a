/**
 * Reads numbers and texts from a file's bytes.
 *
 * @module
 */

/** A file, read in one byte order. */
export class Bytes {
  private readonly view: DataView;

  constructor(
    readonly all: Uint8Array<ArrayBuffer>,
    private readonly littleEndian: boolean = true,
  ) {
    this.view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  }

  get length(): number {
    return this.all.length;
  }

  u8(at: number): number {
    return this.view.getUint8(at);
  }

  u16(at: number): number {
    return this.view.getUint16(at, this.littleEndian);
  }

  u32(at: number): number {
    return this.view.getUint32(at, this.littleEndian);
  }

  u64(at: number): number {
    return Number(this.view.getBigUint64(at, this.littleEndian));
  }

  /** The bytes from one place to another, which must be in the file. */
  slice(from: number, to: number): Uint8Array<ArrayBuffer> {
    if (!(0 <= from && from <= to && to <= this.length)) {
      throw new Error(`bytes ${from} to ${to} are not in the file, which has ${this.length}`);
    }
    return this.all.subarray(from, to);
  }

  /** The text up to a zero byte, or to a length. */
  text(at: number, length = Infinity): string {
    const zero = this.all.indexOf(0, at);
    const end = Math.min(zero < 0 ? this.length : zero, at + length);
    return new TextDecoder().decode(this.slice(at, end));
  }
}

/** @throws Error with the fault, unless it holds */
export function must(holds: boolean, fault: string): asserts holds {
  if (!holds) throw new Error(fault);
}
