#!/bin/sh
# Installs stsmfa from a release on GitHub:
#
#   curl -fsSL https://github.com/x/stsmfa/releases/latest/download/install.sh | sh
#   curl -fsSL https://github.com/x/stsmfa/releases/latest/download/install.sh | sh -s -- v1.2.3
#
# STSMFA_INSTALL is the directory it goes to (~/.local/bin). Nothing else is changed, nothing runs as
# another user, and what was there before stays until the new program has been checked.

set -eu

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

find_target() {
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64" | "Linux amd64") echo x86_64-unknown-linux-gnu ;;
    "Linux aarch64" | "Linux arm64") echo aarch64-unknown-linux-gnu ;;
    "Darwin x86_64") echo x86_64-apple-darwin ;;
    "Darwin arm64") echo aarch64-apple-darwin ;;
    *) fail "there is no program for $(uname -s) $(uname -m); with Deno: deno install -g -A -n stsmfa jsr:@x/stsmfa" ;;
  esac
}

fetch() {
  # https alone, also behind a redirection; a release on loopback is one of the tests.
  case $1 in
    https://*) curl --proto '=https' --tlsv1.2 -fsSL -o "$2" "$1" ;;
    http://127.0.0.1:*) curl --proto '=http' --noproxy '*' -fsS -o "$2" "$1" ;;
    *) fail "not an https address: $1" ;;
  esac || fail "could not download $1"
}

sha256_of() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1"
  elif command -v shasum >/dev/null; then
    shasum -a 256 <"$1"
  else
    fail "neither sha256sum nor shasum is here to check the download"
  fi
}

check_attestation() {
  if ! gh attestation verify --help >/dev/null 2>&1; then
    echo "The attestation was not verified: there is no gh (https://cli.github.com) that can do it."
  elif ! gh auth status >/dev/null 2>&1; then
    echo "The attestation was not verified: gh is not logged in."
  else
    gh attestation verify "$1" --repo "$repository" \
      --signer-workflow "$repository/.github/workflows/release.yml" >/dev/null ||
      fail "the attestation of $archive is not good; nothing was installed"
    echo "The attestation says: built by $repository's release workflow."
  fi
}

main() {
  repository=x/stsmfa
  version=${1:-latest}
  directory=${STSMFA_INSTALL:-$HOME/.local/bin}
  target=$(find_target)
  case $version in
    latest) release=latest/download name=v ;;
    *[!0-9A-Za-z.+-]*) fail "not a version: $version (such as v1.2.3)" ;;
    v[0-9]* | [0-9]*) release=download/v${version#v} name=v${version#v}-$target ;;
    *) fail "not a version: $version (such as v1.2.3)" ;;
  esac
  releases=${STSMFA_RELEASES:-https://github.com/$repository/releases}
  command -v curl >/dev/null || fail "curl is needed"
  [ ! -d "$directory/stsmfa" ] || fail "there is a directory $directory/stsmfa"

  mkdir -p "$directory"
  # Beside the program, so that the last step is a rename.
  work=$(mktemp -d "$directory/.stsmfa-install.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  fetch "$releases/$release/checksums.txt" "$work/checksums.txt"
  # Which version the latest one is, the names in here say.
  line=$(grep "^[0-9a-f]\{64\}  stsmfa-v[0-9A-Za-z.+-]*-$target\.tar\.gz\$" "$work/checksums.txt") ||
    fail "this release has no program for $target"
  archive=${line#*  }
  case $archive in
    "stsmfa-$name"*) ;;
    *) fail "this release is not $version: it has $archive" ;;
  esac
  fetch "$releases/$release/$archive" "$work/$archive"
  found=$(sha256_of "$work/$archive")
  [ "${found%% *}" = "${line%% *}" ] ||
    fail "the SHA-256 of $archive is not that of checksums.txt; nothing was installed"
  check_attestation "$work/$archive"

  tar -xzof "$work/$archive" -C "$work" stsmfa
  chmod 755 "$work/stsmfa"
  said=$("$work/stsmfa" --version) || fail "the program does not run here; nothing was installed"
  mv -f "$work/stsmfa" "$directory/stsmfa"
  echo "Installed $(echo "$said" | head -n 1) as $directory/stsmfa"
  case ":$PATH:" in
    *":$directory:"*) echo "To begin: stsmfa init" ;;
    *) echo "To have it on your PATH: export PATH=\"$directory:\$PATH\"" ;;
  esac
}

# In braces: half of this line does nothing.
{ main "$@"; }
