/**
 * Edits kubeconfigs so that kubectl reaches an EKS cluster through `stsmfa kube-token`. Texts in,
 * texts out; what is not ours in them stays as it is.
 *
 * Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 *
 * @module
 */

import { readYaml, setYaml, type Value, type ValueMap, YamlError } from "../text/yaml.ts";

/** A file that KUBECONFIG names; its text is empty if it does not exist. */
export interface KubeconfigFile {
  readonly path: string;
  readonly text: string;
}

/** One cluster and how to access it. */
export interface KubeAccess {
  /** Where it is; absent if unknown, and then its entry must already exist. */
  readonly cluster?: { readonly server: string; readonly certificateAuthority: string };
  /** Names of the three entries. */
  readonly names: Readonly<Record<EntryKind, string>>;
  /** The command line that prints the token. */
  readonly command: string;
  readonly args: readonly string[];
}

type EntryKind = "clusters" | "contexts" | "users";

/** The lists of a kubeconfig, and the key that holds the content of their entries. */
const inner = { clusters: "cluster", contexts: "context", users: "user" } as const;

/** Finds a cluster's entry by the end of its ARN, for when the account is not known. */
export function findCluster(
  files: readonly KubeconfigFile[],
  isName: (name: string) => boolean,
): string | undefined {
  return files.map(open).flatMap((file) => names(file, "clusters")).find(isName);
}

/**
 * Adds or updates the entries of a cluster: each in the file that already has it, since that one
 * counts; else next to the others, else in the first file. The current context is set if no file
 * has one.
 *
 * @returns all files; those that need no change keep their text
 * @throws YamlError for a file that can't be read or edited
 */
export function withAccess(
  texts: readonly KubeconfigFile[],
  { cluster, names: called, command, args }: KubeAccess,
): KubeconfigFile[] {
  const files = texts.map(open);
  const ofKind = (kind: EntryKind) =>
    files.find((file) => names(file, kind).includes(called[kind]));
  const home = ofKind("clusters") ?? ofKind("contexts") ?? ofKind("users") ?? files[0]!;
  const ensure = (kind: EntryKind, wanted: (old: ValueMap) => ValueMap) => {
    const file = ofKind(kind) ?? home;
    const list = listOf(file, kind);
    const at = list.findIndex((entry) => entry["name"] === called[kind]);
    const path = [kind, at < 0 ? list.length : at];
    if (at < 0) {
      return set(file, path, { [inner[kind]]: wanted({}), name: called[kind] });
    }
    const old = mapOf(list[at]![inner[kind]]);
    for (const [key, value] of Object.entries(wanted(old))) {
      set(file, [...path, inner[kind], key], value, old[key]);
    }
  };
  if (cluster !== undefined) {
    const { server, certificateAuthority } = cluster;
    // kubectl refuses a cluster that has both.
    ensure("clusters", (old) => ({
      ...(old["insecure-skip-tls-verify"] !== true &&
        { "certificate-authority-data": certificateAuthority }),
      server,
    }));
    ensure("contexts", () => ({ cluster: called.clusters, user: called.users }));
  }
  ensure("users", ({ exec }) => ({ exec: execOf(mapOf(exec), command, args) }));
  const isCurrent = files.some(({ data }) => data["current-context"]);
  if (cluster !== undefined && !isCurrent) {
    set(ofKind("contexts")!, ["current-context"], called.contexts);
  }
  return files.map(({ path, text }) => ({ path, text }));
}

/** Keeps what the user chose: protocol version, interactivity, a path to the same program. */
function execOf(old: ValueMap, command: string, args: readonly string[]): ValueMap {
  const isOurs = /(^|[/\\])stsmfa(\.exe)?$/.test(String(old["command"]));
  const isKnown = /^client\.authentication\.k8s\.io\/v1(beta1)?$/.test(String(old["apiVersion"]));
  return {
    ...old,
    apiVersion: isKnown ? old["apiVersion"]! : "client.authentication.k8s.io/v1beta1",
    args,
    command: isOurs ? old["command"]! : command,
    interactiveMode: old["interactiveMode"] ?? "IfAvailable",
  };
}

interface OpenFile {
  readonly path: string;
  text: string;
  data: ValueMap;
}

function open({ path, text }: KubeconfigFile): OpenFile {
  return about(path, () => {
    const data = readYaml(text);
    if (data !== null && !isMap(data)) throw new YamlError("it is no kubeconfig");
    const file = { path, text, data: mapOf(data) };
    for (const kind of Object.keys(inner) as EntryKind[]) {
      const all = names(file, kind);
      const twice = all.find((name, at) => all.indexOf(name) !== at);
      if (twice !== undefined) throw new YamlError(`${kind} has ${twice} twice`);
    }
    return file;
  });
}

function names(file: OpenFile, kind: EntryKind): string[] {
  return listOf(file, kind).map(({ name }) => String(name));
}

function listOf({ data }: OpenFile, kind: EntryKind): ValueMap[] {
  const list = data[kind] ?? [];
  if (!Array.isArray(list)) throw new YamlError(`${kind} is no list`);
  return list.map(mapOf);
}

function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}

/** Sets what differs, part by part, so that everything around it stays. */
function set(
  file: OpenFile,
  path: readonly (string | number)[],
  value: Value,
  old?: Value,
): void {
  if (isMap(value) && isMap(old)) {
    for (const [key, each] of Object.entries(value)) set(file, [...path, key], each, old[key]);
    return;
  }
  if (JSON.stringify(value) === JSON.stringify(old)) return;
  about(file.path, () => {
    if (readYaml(file.text) === null) {
      const start = file.text === "" || file.text.endsWith("\n") ? file.text : `${file.text}\n`;
      file.text = `${start}apiVersion: v1\nkind: Config\n`;
    }
    file.text = setYaml(file.text, path, value);
    file.data = readYaml(file.text) as ValueMap;
  });
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
