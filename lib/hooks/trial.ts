/**
 * The places of a hook that is only tried: copies in a folder of its own, which is removed
 * afterwards. What a real refresh has made stays as it is.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { writeNew } from "../files/write.ts";
import { dirname, homeDirectory, isAbsolute, join } from "../path.ts";
import { openTrialFolder, removeFolder } from "../state/trials.ts";
import { storageError } from "../storage_error.ts";
import { covers } from "./permissions.ts";
import type { HookGiven } from "./run.ts";

/** What a hook would do to a file. */
export interface TrialChange {
  /** The real path. */
  readonly path: string;
  /** What is there; absent if nothing is. */
  readonly before?: Uint8Array;
  /** What would be there; absent if it would be removed. */
  readonly after?: Uint8Array;
}

/** More than that is not copied: whole projects, and what is no setting. */
const mostFiles = 500;
const mostBytes = 8 * 1024 * 1024;

/** Programs that a hook runs find their settings by these, else in the home directory. */
const settingsOfPrograms = [
  { variable: "KUBECONFIG", usual: "~/.kube/config", file: "" },
  { variable: "DOCKER_CONFIG", usual: "~/.docker", file: "config.json" },
] as const;

/** One trial. */
export class Trial {
  readonly #copied = new Set<string>();
  #written: readonly string[] = [];
  #left = mostFiles;
  #bytes = mostBytes;
  /** Folders of which not everything is there. */
  readonly incomplete = new Set<string>();

  private constructor(private readonly context: Context, private readonly root: string) {}

  /**
   * Begins a trial.
   *
   * @throws StsmfaError `InvalidSetting`, `UntrustedFile`, `FileUnwritable`
   */
  static async begin(context: Context): Promise<Trial> {
    return new Trial(context, await openTrialFolder(context));
  }

  /** Removes its folder. */
  async end(): Promise<void> {
    await removeFolder(this.context, this.root);
    // Another trial may be at work beside it.
    await this.context.files.remove(dirname(this.root)).catch(() => {});
  }

  /**
   * Copies what the hook may write, and leads it there.
   *
   * @throws StsmfaError `FileUnreadable`, `FileUnwritable`
   */
  async redirect({ scope, options, keyFiles, env }: HookGiven): Promise<HookGiven> {
    const { context } = this;
    const programs = scope.run.length === 0 ? [] : this.#filesOfPrograms(env);
    this.#written = scope.write;
    const named = [...scope.read, ...scope.write].filter((path) => this.#isWritten(path));
    for (const path of new Set([...named, ...programs.flatMap(({ paths }) => paths)])) {
      // A folder around a file is there to replace that; the rest of it is somebody's project.
      const isAround = named.some((other) => other !== path && dirname(other) === path);
      await this.#copy(path, !isAround);
    }
    const home = env["HOME"] ?? homeDirectory(context.env);
    const homes = ["HOME", "USERPROFILE"].filter((name) => context.env.has(name));
    if (home !== undefined) await this.#makeFolder(this.#place(home));
    const moved = Object.entries(env).map(async ([name, value]) => {
      const parts = await Promise.all(
        value.split(context.os === "windows" ? ";" : ":").map((each) => this.#placeOfWord(each)),
      );
      return [name, parts.join(context.os === "windows" ? ";" : ":")] as const;
    });
    return {
      real: (words) => this.real(words),
      scope: {
        ...scope,
        read: scope.read.map((path) => this.#isWritten(path) ? this.#place(path) : path),
        write: scope.write.map((path) => this.#place(path)),
      },
      options: Object.fromEntries(
        await Promise.all(
          Object.entries(options).map(async ([name, value]) =>
            [name, await this.#placeOfWord(value)] as const
          ),
        ),
      ),
      keyFiles: Object.fromEntries(
        Object.entries(keyFiles).map(([option, file]) =>
          [option, { ...file, path: this.#place(file.path) }] as const
        ),
      ),
      env: {
        ...Object.fromEntries(await Promise.all(moved)),
        ...Object.fromEntries(
          programs.flatMap(({ variable, value }) =>
            Object.hasOwn(env, variable) ? [[variable, value] as const] : []
          ),
        ),
        ...Object.fromEntries(homes.map((name) => [name, this.#place(context.env.get(name)!)])),
      },
    };
  }

  /** Returns words in which the trial's paths are the real ones. */
  real(words: string): string {
    const found = words.replaceAll(this.root, "\0");
    if (this.context.os !== "windows") return found.replaceAll("\0", "");
    return found.replace(/\0[\\/]([A-Za-z])(?=[\\/])/g, "$1:").replaceAll("\0", "");
  }

  /**
   * Returns what the hook would have done.
   *
   * @throws StsmfaError `FileUnreadable`
   */
  async changes(): Promise<TrialChange[]> {
    const { files } = this.context;
    const changes: TrialChange[] = [];
    const seen = new Set<string>();
    for await (const place of this.#filesBelow(this.root)) {
      const path = this.real(place);
      seen.add(path);
      const before = await this.#readReal(path);
      const after = await files.read(place);
      if (after === undefined || (before !== undefined && isSame(before, after))) continue;
      changes.push({ path, ...(before && { before }), after });
    }
    for (const path of this.#copied) {
      const before = seen.has(path) ? undefined : await this.#readReal(path);
      if (before !== undefined) changes.push({ path, before });
    }
    return changes.sort((a, b) => a.path < b.path ? -1 : 1);
  }

  #isWritten(path: string): boolean {
    return this.#written.some((each) => covers(each, path));
  }

  #place(path: string): string {
    return join(this.root, path.replace(/^([A-Za-z]):/, "$1").replace(/^[/\\]+/, ""));
  }

  /** Returns a word of a setting; if it is a path that may be written, its place in the trial. */
  async #placeOfWord(word: string): Promise<string> {
    if (!/^(~?[/\\]|[A-Za-z]:[\\/])/.test(word)) return word;
    const path = await this.context.files.resolveLinks(expandHome(this.context.env, word));
    return this.#isWritten(path) ? this.#place(path) : word;
  }

  /** Returns the files that programs would change, and where they are to look for copies. */
  #filesOfPrograms(env: Readonly<Record<string, string>>) {
    const separator = this.context.os === "windows" ? ";" : ":";
    return settingsOfPrograms.map(({ variable, usual, file }) => {
      const words = (env[variable] || expandHome(this.context.env, usual)).split(separator)
        .filter(isAbsolute);
      return {
        variable,
        value: words.map((word) => this.#place(word)).join(separator),
        paths: words.map((word) => file === "" ? word : join(word, file)),
      };
    });
  }

  /** Copies a file, or a folder with what is in it, as far as that is not too much. */
  async #copy(path: string, withContent: boolean): Promise<void> {
    const { files } = this.context;
    const place = this.#place(path);
    try {
      const status = await files.status(path);
      if (status === undefined) return await this.#makeFolder(dirname(place));
      if (status.isDirectory) {
        await this.#makeFolder(place);
        if (!withContent) return;
        for (const name of await files.list(path)) {
          const inside = join(path, name);
          if ((await files.linkStatus(inside))?.linkTarget !== undefined) continue;
          if (this.#left <= 0 || this.#bytes <= 0) return void this.incomplete.add(path);
          await this.#copy(inside, true);
        }
      } else if (status.isFile && !this.#copied.has(path)) await this.#copyFile(path, place);
    } catch (error) {
      throw storageError("read", path, error);
    }
  }

  async #copyFile(path: string, place: string): Promise<void> {
    const { files } = this.context;
    const bytes = await files.read(path);
    if (bytes === undefined) return;
    this.#left--;
    this.#bytes -= bytes.length;
    if (this.#bytes < 0) return void this.incomplete.add(dirname(path));
    await this.#makeFolder(dirname(place));
    await writeNew(files, place, bytes);
    this.#copied.add(path);
  }

  async #makeFolder(path: string): Promise<void> {
    await this.context.files.makeDirectory(path, 0o700);
  }

  async #readReal(path: string): Promise<Uint8Array | undefined> {
    try {
      return await this.context.files.read(path);
    } catch (error) {
      throw storageError("read", path, error);
    }
  }

  async *#filesBelow(folder: string): AsyncGenerator<string> {
    const { files } = this.context;
    for (const name of (await files.list(folder)).sort()) {
      const path = join(folder, name);
      const status = await files.linkStatus(path);
      if (status?.isDirectory) yield* this.#filesBelow(path);
      // What a hook that was ended was writing would have been removed.
      else if (status?.isFile && !/^\..*\.stsmfa-tmp$/.test(name)) yield path;
    }
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
