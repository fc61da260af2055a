import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import type { OthersSource } from "../profile/others_source.ts";
import type { Connection } from "../profile/profile.ts";
import type { Talk } from "../talk.ts";
export async function provideCredentials(
  _context: Context,
  _source: OthersSource,
  _options: { readonly connection: Connection; readonly files: AwsFiles; readonly talk: Talk },
): Promise<ProvidedCredentials> {
  throw new Error("to come");
}
