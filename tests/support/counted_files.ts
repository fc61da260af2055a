/**
 * Real files whose uses are counted: what a run does must not grow with what is of no use to it.
 *
 * @module
 */

import type { Files } from "../../lib/context.ts";
import { basename } from "../../lib/path.ts";

/** Counts what is done to files, by their names. */
export class CountedFiles {
  /** Every operation but reading, by its name and that of the file. */
  readonly operations: string[] = [];
  /** How often each file was read. */
  readonly reads = new Map<string, number>();
  /** How often that gave bytes that were not known before. */
  readonly copies = new Map<string, number>();
  /** How many bytes were written to each file. */
  readonly written = new Map<string, number>();

  /** To be given as `files` of a test context. */
  readonly wrap = (files: Files): Files => ({
    ...files,
    read: async (path, known) => {
      const bytes = await files.read(path, known);
      count(this.reads, path, 1);
      if (bytes !== undefined && bytes !== known) count(this.copies, path, 1);
      return bytes;
    },
    status: (path) => this.#noted("status", path, files.status(path)),
    linkStatus: (path) => this.#noted("linkStatus", path, files.linkStatus(path)),
    list: (path) => this.#noted("list", path, files.list(path)),
    rename: (from, to) => this.#noted("rename", to, files.rename(from, to)),
    createNew: async (path, mode) => {
      const file = await this.#noted("createNew", path, files.createNew(path, mode));
      return {
        ...file,
        write: async (bytes) => {
          const length = await file.write(bytes);
          count(this.written, path, length);
          return length;
        },
      };
    },
  });

  /** How often each file was read, without names: that of kept sessions is another each time. */
  get readCounts(): number[] {
    return [...this.reads.values()].sort();
  }

  /** Returns how often an operation was done to a file, whatever folder it is in. */
  count(operation: string, name: string): number {
    return this.operations.filter((each) => each === `${operation} ${name}`).length;
  }

  clear(): void {
    this.operations.length = 0;
    for (const counts of [this.reads, this.copies, this.written]) counts.clear();
  }

  #noted<T>(operation: string, path: string, result: Promise<T>): Promise<T> {
    this.operations.push(`${operation} ${basename(path)}`);
    return result;
  }
}

function count(counts: Map<string, number>, path: string, by: number): void {
  const name = basename(path);
  counts.set(name, (counts.get(name) ?? 0) + by);
}
