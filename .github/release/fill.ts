/**
 * Fills in the repository, the version and the checksums of a release: in install.sh, install.ps1,
 * the Homebrew formula and the Scoop manifest.
 *
 * @module
 */

/** The templates of the files that a release contains besides its archives. */
export const templates = [
  "../install/install.sh",
  "../install/install.ps1",
  "stsmfa.rb",
  "stsmfa.json",
] as const;

/** A release. */
export interface Release {
  /** Such as `owner/name`, on GitHub. */
  readonly repository: string;
  /** Such as `1.2.3`. */
  readonly version: string;
  /** The content of checksums.txt. */
  readonly checksums: string;
}

/** Returns the template with its blanks filled in. */
export function fill(template: string, { repository, version, checksums }: Release): string {
  return template
    .replaceAll(/(github\.com\/|repository ?= ?'?)x\/stsmfa\b/g, `$1${repository}`)
    .replaceAll("{{version}}", version)
    .replaceAll(/\{\{sha256 ([^}]+)\}\}/g, (_, target) => {
      const line = checksums.split("\n").find((each) =>
        [`.tar.gz`, `.zip`].some((end) => each.endsWith(`  stsmfa-v${version}-${target}${end}`))
      );
      if (line === undefined) throw new Error(`checksums.txt has no archive for ${target}`);
      return line.split(" ")[0]!;
    });
}
