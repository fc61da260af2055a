/**
 * A release on loopback, and a machine for install.sh to install it on.
 *
 * @module
 */

import { runShell, type ShellProgram, type ShellRun } from "./shells.ts";

/** The script under test. */
export const installScript = await Deno.readTextFile(
  new URL("../../.github/install/install.sh", import.meta.url),
);

/** The only archive of the release. */
export const archiveName = "stsmfa-v1.2.3-x86_64-unknown-linux-gnu.tar.gz";

/** What differs from a good release on a supported machine. */
export interface ReleaseOptions {
  /** The content of the program in the archive. */
  readonly program?: string;
  /** The content of checksums.txt, from the archive's SHA-256. */
  readonly checksums?: (sha256: string) => string;
  /** Assets that do not exist, even if something names them. */
  readonly missing?: readonly string[];
  /** What `uname -s` and `uname -m` say. */
  readonly machine?: readonly [system: string, machine: string];
  /** What gh says about an attestation, or why it can't; without it there is no gh. */
  readonly attestation?: "good" | "bad" | "not logged in" | "too old";
  /** Additional programs by name, found before those of the system. */
  readonly tools?: Readonly<Record<string, string>>;
}

/**
 * Returns a gh that is logged in to github.com, unless told otherwise, and has a broken login to
 * another host, which it asks if none is named. Appends its arguments to a file `gh`.
 */
function fakeGh(home: string, attestation: ReleaseOptions["attestation"]): string {
  const verdict = attestation === "good" ? 0 : 1;
  return `[ "$3" = --help ] && { ${helps[attestation ?? "none"] ?? helps.good}; exit; }
echo "$@" >>${home}/gh
case "$1 $*" in
  "auth "*"--hostname github.com"*) exit ${attestation === "not logged in" ? 1 : 0} ;;
  "attestation "*"--hostname github.com"*) exit ${verdict} ;;
esac
exit 1`;
}

const helps: Readonly<Record<string, string>> & { readonly good: string } = {
  none: "false",
  "too old": "echo '  --repo string'",
  good: "echo '  --hostname string'",
};

/** The release, and a directory to install to. */
export class LoopbackRelease implements AsyncDisposable {
  /** The requested paths. */
  readonly requests: string[] = [];

  private constructor(
    readonly home: string,
    private readonly assets: Map<string, Uint8Array<ArrayBuffer>>,
    private server?: Deno.HttpServer<Deno.NetAddr>,
  ) {}

  static async start(options: ReleaseOptions = {}): Promise<LoopbackRelease> {
    const home = await Deno.makeTempDir({ prefix: "stsmfa-install-" });
    const executable = (path: string, text: string) =>
      Deno.writeTextFile(`${home}/${path}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    await Deno.mkdir(`${home}/tools`);
    await executable("stsmfa", options.program ?? "echo stsmfa 1.2.3; echo deno 2.9.6");
    const [system, machine] = options.machine ?? ["Linux", "x86_64"];
    await executable("tools/uname", `[ "$1" = -s ] && echo ${system} || echo ${machine}`);
    await executable("tools/gh", fakeGh(home, options.attestation));
    for (const [name, text] of Object.entries(options.tools ?? {})) {
      await executable(`tools/${name}`, text);
    }
    const tar = new Deno.Command("tar", {
      args: ["-czf", `${home}/archive`, "-C", home, "stsmfa"],
    });
    if (!(await tar.output()).success) throw new Error("tar made no archive");
    const archive = await Deno.readFile(`${home}/archive`);
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", archive)).toHex();
    const checksums = options.checksums?.(sha256) ?? `${sha256}  ${archiveName}\n`;
    const assets = new Map([
      [archiveName, archive],
      ["checksums.txt", new TextEncoder().encode(checksums)],
    ]);
    for (const name of options.missing ?? []) assets.delete(name);
    const release = new LoopbackRelease(home, assets);
    release.server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
      const { pathname } = new URL(request.url);
      release.requests.push(pathname);
      const [, name] = /^\/releases\/(?:latest\/download|download\/v1\.2\.3)\/(.+)$/
        .exec(pathname) ?? [];
      const asset = release.assets.get(name ?? "");
      return new Response(asset ?? "Not Found", { status: asset === undefined ? 404 : 200 });
    });
    return release;
  }

  /** The directory where the program is installed. */
  get directory(): string {
    return `${this.home}/here/bin`;
  }

  /** Returns the files in that directory, with their modes. */
  installed(): Record<string, string> {
    try {
      return Object.fromEntries(
        Array.from(Deno.readDirSync(this.directory), ({ name }) => [
          name,
          (Deno.statSync(`${this.directory}/${name}`).mode! & 0o777).toString(8),
        ]),
      );
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return {};
      throw error;
    }
  }

  /** The whole environment that a shell gets. */
  get env(): Record<string, string> {
    return {
      HOME: this.home,
      PATH: `${this.home}/tools:/usr/bin:/bin`,
      STSMFA_INSTALL: this.directory,
      STSMFA_RELEASES: `http://127.0.0.1:${this.server!.addr.port}/releases`,
    };
  }

  /** Feeds a script to a shell, as `curl ... | sh -s -- ARGS` does. */
  async install(
    shell: ShellProgram,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    script: string = installScript,
  ): Promise<ShellRun> {
    return await runShell([shell, "-s", "--", ...args], {
      cwd: this.home,
      input: script,
      env: { ...this.env, ...env },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server!.shutdown();
    await Deno.remove(this.home, { recursive: true });
  }
}
