/**
 * Kubeconfigs as kubectl merges them: of entries with one name the first file's counts, an entry is
 * changed where it stands, and a new one goes to the first file that exists, else to the last.
 * Texts in, texts out; what is not changed in them stays as it is.
 *
 * Sources: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/;
 * https://github.com/kubernetes/client-go (tools/clientcmd/config.go)
 *
 * @module
 */

import { setYaml } from "../text/yaml.ts";
import {
  lineOfYaml,
  readYaml,
  type Value,
  type ValueMap,
  withValue,
  YamlError,
} from "../text/yaml_document.ts";
import { removeFromYaml } from "../text/yaml_remove.ts";

/** A file that KUBECONFIG names; it has no text if it does not exist. */
export interface KubeconfigFile {
  readonly path: string;
  readonly text: string | undefined;
}

/** The lists of a kubeconfig. */
export type EntryKind = "clusters" | "contexts" | "users";

/** The key that holds the content of an entry. */
const inner = { clusters: "cluster", contexts: "context", users: "user" } as const;

interface OpenFile {
  readonly path: string;
  readonly exists: boolean;
  text: string;
  data: ValueMap;
}

/** The files that KUBECONFIG names, open for editing. */
export class Kubeconfigs {
  readonly #files: readonly OpenFile[];

  /** @throws YamlError for a file that cannot be read, with its path and line */
  constructor(files: readonly KubeconfigFile[]) {
    this.#files = files.map(open);
  }

  /** The files, in their order; one that was not changed has its old text. */
  get files(): KubeconfigFile[] {
    return this.#files.map(({ path, text, exists }) => ({
      path,
      text: exists || text !== "" ? text : undefined,
    }));
  }

  /** The context in use, if there is one. */
  get currentContext(): string | undefined {
    const found = this.#files.map(({ data }) => data["current-context"]).find((each) => each);
    return found === undefined ? undefined : String(found);
  }

  /** Returns the names of entries, each once. */
  names(kind: EntryKind): string[] {
    return [...new Set(this.#files.flatMap((file) => namesIn(file, kind)))];
  }

  /** Returns the content of the entry that counts. */
  entry(kind: EntryKind, name: string): ValueMap | undefined {
    const file = this.#holder(kind, name);
    return file && mapOf(entryIn(file, kind, name)![inner[kind]]);
  }

  /**
   * Sets some keys of an entry, which is added if there is none.
   *
   * @throws YamlError if that is not possible without touching something else
   */
  set(kind: EntryKind, name: string, wanted: ValueMap): void {
    const file = this.#holder(kind, name) ?? this.#usual();
    const list = listIn(file, kind);
    const at = list.findIndex((entry) => entry["name"] === name);
    if (at < 0) {
      return setIn(file, [kind, list.length], { [inner[kind]]: wanted, name });
    }
    const old = mapOf(list[at]![inner[kind]]);
    for (const [key, value] of Object.entries(wanted)) {
      setIn(file, [kind, at, inner[kind], key], value, old[key]);
    }
  }

  /**
   * Removes the entry that counts.
   *
   * @throws YamlError if that is not possible without touching something else
   */
  remove(kind: EntryKind, name: string): void {
    const file = this.#holder(kind, name);
    if (file === undefined) return;
    about(file.path, () => {
      const at = listIn(file, kind).findIndex((entry) => entry["name"] === name);
      file.text = removeFromYaml(file.text, [kind], at);
      const left = (file.data[kind] as readonly Value[]).toSpliced(at, 1);
      file.data = withValue(file.data, [kind], left) as ValueMap;
    });
  }

  /** Makes a context the current one, where kubectl would. */
  use(context: string): void {
    if (this.currentContext === context) return;
    const file = this.#usual();
    setIn(file, ["current-context"], context, file.data["current-context"]);
  }

  #holder(kind: EntryKind, name: string): OpenFile | undefined {
    return this.#files.find((file) => namesIn(file, kind).includes(name));
  }

  #usual(): OpenFile {
    return this.#files.find(({ exists }) => exists) ?? this.#files.at(-1)!;
  }
}

function open({ path, text }: KubeconfigFile): OpenFile {
  return about(path, () => {
    const data = text === undefined ? null : readYaml(text);
    if (data !== null && !isMap(data)) throw new YamlError("it is not a kubeconfig");
    const file = { path, exists: text !== undefined, text: text ?? "", data: mapOf(data) };
    for (const kind of Object.keys(inner) as EntryKind[]) {
      const all = namesIn(file, kind);
      const at = all.findIndex((name, at) => all.indexOf(name) !== at);
      if (at < 0) continue;
      const line = lineOfYaml(file.text, [kind, at]);
      throw new YamlError(`line ${line}: ${kind} has ${all[at]} twice`);
    }
    return file;
  });
}

function entryIn(file: OpenFile, kind: EntryKind, name: string): ValueMap | undefined {
  return listIn(file, kind).find((entry) => entry["name"] === name);
}

function namesIn(file: OpenFile, kind: EntryKind): string[] {
  return listIn(file, kind).flatMap(({ name }) => typeof name === "string" ? name : []);
}

function listIn({ data, text }: OpenFile, kind: EntryKind): ValueMap[] {
  const list = data[kind] ?? [];
  if (!Array.isArray(list)) {
    throw new YamlError(`line ${lineOfYaml(text, [kind])}: ${kind} is not a list`);
  }
  return list.map(mapOf);
}

/** Sets what differs, part by part, so that everything around it stays. */
function setIn(
  file: OpenFile,
  path: readonly (string | number)[],
  value: Value,
  old?: Value,
): void {
  if (isMap(value) && isMap(old)) {
    for (const [key, each] of Object.entries(value)) setIn(file, [...path, key], each, old[key]);
    return;
  }
  if (JSON.stringify(value) === JSON.stringify(old)) return;
  about(file.path, () => {
    // To read a large file takes long; that the new text means this is what setYaml has verified.
    if (Object.keys(file.data).length === 0 && readYaml(file.text) === null) {
      // As yq leaves an empty file.
      const rest = file.text.replace(/^(?:null|~)[ \t]*(?=\r?$|#)/im, "").replace(/^\r?\n$/, "");
      const end = rest.includes("\r\n") ? "\r\n" : "\n";
      const start = rest === "" || rest.endsWith("\n") ? rest : `${rest}${end}`;
      file.text = `${start}apiVersion: v1${end}kind: Config${end}`;
      file.data = readYaml(file.text) as ValueMap;
    }
    file.text = setYaml(file.text, path, value);
    file.data = withValue(file.data, path, value) as ValueMap;
  });
}

function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}

function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function about<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new YamlError(`${path}: ${error.message}; it is left as it is`);
  }
}
