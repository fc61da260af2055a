/**
 * Runs jobs of a workflow on this machine: scripts as they are, and in the place of GitHub's own
 * actions what they do.
 *
 * @module
 */

import { cp } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { artifacts } from "./artifacts.ts";
import { filledIn, holds, type Values } from "./expressions.ts";
import type { LoopbackGithub } from "./github.ts";

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Values;
}

/** A job of a workflow. */
export interface Job {
  readonly name?: string;
  readonly if?: string;
  readonly env?: Values;
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: Matrix };
}

/** What there is one run each of. */
export interface Matrix {
  readonly os?: readonly string[];
  readonly include?: readonly Readonly<Record<string, string>>[];
}

/** The tag that is released, and where. */
export interface Release {
  readonly github: LoopbackGithub;
  readonly repository: string;
  readonly tag: string;
  /** A checkout of the tag. */
  readonly checkout: string;
  /** Where jobs work and leave artifacts. */
  readonly folder: string;
}

/** How a job is run. */
export interface JobOptions {
  /** The values of its `matrix.`, and others that it needs. */
  readonly values?: Values;
  readonly env?: Values;
  /** Returns another script in the place of one, or nothing to skip it. */
  readonly script?: (run: string) => string | undefined;
}

/** A workflow whose jobs can be run. */
export class Workflow {
  private constructor(
    readonly jobs: Readonly<Record<string, Job>>,
    private readonly env: Values,
    private readonly release: Release,
  ) {}

  static async read(path: string, release: Release): Promise<Workflow> {
    const { jobs, env } = parse(await Deno.readTextFile(path));
    return new Workflow(jobs, env, release);
  }

  /**
   * Runs a job in a folder of its own, which it returns.
   *
   * @throws Error with the step that failed, and what it said
   */
  async run(name: string, options: JobOptions = {}): Promise<string> {
    const job = this.jobs[name]!;
    const { github, repository, tag, folder } = this.release;
    const values: Values = {
      "github.server_url": github.url,
      "github.repository": repository,
      "github.ref_name": tag,
      "github.token": "none",
      "runner.os":
        { linux: "Linux", darwin: "macOS", windows: "Windows" }[Deno.build.os as "linux"],
      ...options.values,
    };
    const directory = await Deno.makeTempDir({ dir: folder, prefix: `${name}-` });
    if (!holds(job.if, values)) return directory;
    for (const step of job.steps ?? []) {
      if (!holds(step.if, values)) continue;
      const what = `${name}, ${step.name ?? step.uses ?? step.run}`;
      if (step.uses !== undefined) await this.use(step, values, directory);
      else await this.execute(what, step, job, values, directory, options);
    }
    return directory;
  }

  private async use(step: Step, values: Values, directory: string): Promise<void> {
    const given = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([key, value]) => [key, filledIn(`${value}`, values)]),
    );
    const store = artifacts(join(this.release.folder, "artifacts"), directory);
    const action = /^actions\/([\w-]+)@/.exec(step.uses!)?.[1];
    if (action === "checkout") await cp(this.release.checkout, directory, { recursive: true });
    else if (action === "upload-artifact") await store.upload(given["name"]!, given["path"]!);
    else if (action === "download-artifact") {
      await store.download(given["name"] ?? given["pattern"]!, given["path"] ?? ".");
    } else if (action === "attest") {
      for (const path of await store.files(given["subject-path"]!)) {
        await this.release.github.attest(path);
      }
      if (given["sbom-path"] !== undefined) {
        JSON.parse(await Deno.readTextFile(join(directory, given["sbom-path"])));
      }
    } else throw new Error(`nothing is known of ${step.uses}`);
  }

  private async execute(
    what: string,
    step: Step,
    job: Job,
    values: Values,
    directory: string,
    { env, script }: JobOptions,
  ): Promise<void> {
    const text = script === undefined ? step.run! : script(step.run!);
    if (text === undefined) return;
    const { github, repository, tag, folder } = this.release;
    const named = Object.entries({ ...this.env, ...job.env, ...step.env })
      .map(([key, value]) => [key, filledIn(value, values)]);
    const shell = ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", text];
    const { success, stdout, stderr } = await new Deno.Command("bash", {
      args: shell,
      cwd: directory,
      stdin: "null",
      env: {
        ...Object.fromEntries(named),
        GITHUB_REPOSITORY: repository,
        GITHUB_REF_NAME: tag,
        RUNNER_OS: values["runner.os"]!,
        RUNNER_TEMP: folder,
        NO_COLOR: "1",
        ...github.env(),
        ...env,
      },
    }).output();
    if (success) return;
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    throw new Error(`${what}\n${said}`);
  }
}
