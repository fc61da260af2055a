/**
 * What is needed besides a source to get its credentials, and how a source is named in errors.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { describeOrigin, type Origin } from "../profile/origin.ts";
import type { Connection } from "../profile/profile.ts";
import type { Talk } from "../talk.ts";

/** What is needed besides a source. */
export interface SourceOptions {
  /** The region, STS and certificates of the profile that is used. */
  readonly connection: Connection;
  /** AWS's two files. */
  readonly files: AwsFiles;
  /** For what a program says while it works. */
  readonly talk: Talk;
  /** The profile that is used, whose other endpoints count; default: the one that names the source. */
  readonly profile?: string | undefined;
}

/** Names a setting for errors: file, line, key and section. */
export function settingName(origin: Origin, section: string): string {
  return `${describeOrigin(origin)} of [${section}]`;
}
