/**
 * The flags of `stsmfa docker-credential`, and the files that they name.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { CommonFlags } from "../cli/command.ts";
import type { FileFlags } from "../cli/flags.ts";
import type { Context } from "../context.ts";
import type { PromptPlace } from "../mfa/prompt_place.ts";

/** Its flags, as parsed. */
export interface DockerCredentialFlags extends CommonFlags, FileFlags {
  readonly profile?: string;
  readonly nonInteractive?: boolean;
  readonly prompt?: PromptPlace;
}

/** Reads the AWS files in force. */
export function filesOf(context: Context, flags: DockerCredentialFlags): Promise<AwsFiles> {
  return readAwsFiles(context, awsFilePaths(context.env, flags));
}
