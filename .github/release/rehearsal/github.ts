/**
 * GitHub, as far as a release has to do with it: a folder of releases, a server on loopback that
 * gives them out, and a `gh` that writes to the folder.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, delimiter, join } from "node:path";

/** `gh`, which knows the calls of the workflow and of the installer alone. */
const gh = (hub: string, repository: string) =>
  `#!/usr/bin/env bash
set -eu
hub='${hub}' repository='${repository}'
newest() { ls "$hub/public" | sort -V | tail -n 1; }
case "$1 $2" in
  "auth status") ;;
  "attestation verify")
    if [ "$3" = --help ]; then echo "  --hostname string"; exit; fi
    [ "\${*:4}" = "--hostname github.com --repo $repository --signer-workflow \\
$repository/.github/workflows/release.yml" ]
    grep -qx "$(sha256sum <"$3" | cut -c 1-64)" "$hub/attested"
    ;;
  "release create")
    tag=$3
    shift 3
    [ "$*" != "\${*/--prerelease/}" ]
    mkdir "$hub/releases/$tag"
    for word; do
      case $word in dist/*) cp "$word" "$hub/releases/$tag/" ;; notes/*) test -s "$word" ;; esac
    done
    ;;
  "api repos/$repository/releases/tags/"*) basename "$2" ;;
  "api --method")
    [ "$3 \${*:5}" = "PATCH --silent -F prerelease=false -f make_latest=legacy" ]
    touch "$hub/public/$(basename "$4")"
    newest >"$hub/latest"
    ;;
  *) echo "gh: nothing is known of $*" >&2; exit 1 ;;
esac
`;

/** GitHub on loopback. */
export class LoopbackGithub implements AsyncDisposable {
  /** Files whose names end like this are damaged on the way. */
  damaged: string | undefined;

  private constructor(
    readonly repository: string,
    readonly hub: string,
    private readonly server: Deno.HttpServer<Deno.NetAddr>,
  ) {}

  static async start(repository: string, folder: string): Promise<LoopbackGithub> {
    const hub = join(folder, "github");
    for (const name of ["releases", "public", "bin"]) {
      await Deno.mkdir(join(hub, name), { recursive: true });
    }
    await Deno.writeTextFile(join(hub, "attested"), "");
    await Deno.writeTextFile(join(hub, "bin", "gh"), gh(hub, repository), { mode: 0o755 });
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    const answer = (request: Request): Promise<Response> =>
      github.answer(new URL(request.url).pathname);
    const server: Deno.HttpServer<Deno.NetAddr> = Deno.serve(options, answer);
    const github: LoopbackGithub = new LoopbackGithub(repository, hub, server);
    return github;
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.addr.port}`;
  }

  /** Where the releases are. */
  get releases(): string {
    return `${this.url}/${this.repository}/releases`;
  }

  /** The variables of who is to use it. */
  env(): Record<string, string> {
    return {
      PATH: `${join(this.hub, "bin")}${delimiter}${Deno.env.get("PATH")}`,
      STSMFA_RELEASES: this.releases,
    };
  }

  /** The folder that has a release's files. */
  filesOf(tag: string): string {
    return join(this.hub, "releases", tag);
  }

  async attest(path: string): Promise<void> {
    const digest = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
    await Deno.writeTextFile(join(this.hub, "attested"), `${digest}\n`, { append: true });
  }

  private async answer(path: string): Promise<Response> {
    const prefix = `/${this.repository}/releases/`;
    const [, tag, name] = /^(?:download\/([^/]+)|latest\/download)\/([^/]+)$/
      .exec(path.startsWith(prefix) ? path.slice(prefix.length) : "") ?? [];
    try {
      if (name === undefined) throw new Error("no file of a release");
      const latest = async () => (await Deno.readTextFile(join(this.hub, "latest"))).trim();
      const file = join(this.filesOf(basename(tag ?? await latest())), basename(name));
      const bytes = await Deno.readFile(file);
      if (this.damaged !== undefined && name.endsWith(this.damaged)) damage(bytes);
      return new Response(bytes);
    } catch {
      return new Response("Not Found", { status: 404 });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.shutdown();
  }
}

/** Changes bits that are so close together that each line of checksums has one. */
function damage(bytes: Uint8Array): void {
  for (let at = 32; at < bytes.length; at += 80) bytes[at]! ^= 1;
}
