#!/bin/sh
# Installs stsmfa from a release on GitHub:
#
#   curl -fsSL https://github.com/x/stsmfa/releases/latest/download/install.sh | sh
#   curl -fsSL https://github.com/x/stsmfa/releases/latest/download/install.sh | sh -s -- v1.2.3
#
# STSMFA_INSTALL is the directory it goes to (~/.local/bin). With STSMFA_REQUIRE_ATTESTATION=1 nothing
# is installed unless gh has verified who built it; without it, that is done where gh can. Both are
# variables of the sh behind the pipe. Nothing else is changed, nothing runs as another user, and what
# was there before stays until the new program has been checked.

set -eu

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

# Not echo, which reads backslashes in some shells.
say() {
  printf '%s\n' "$1"
}

find_target() {
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64" | "Linux amd64") say x86_64-unknown-linux-gnu ;;
    "Linux aarch64" | "Linux arm64") say aarch64-unknown-linux-gnu ;;
    "Darwin x86_64")
      # A shell under Rosetta takes an arm64 Mac for an Intel one.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
        say aarch64-apple-darwin
      else
        say x86_64-apple-darwin
      fi
      ;;
    "Darwin arm64") say aarch64-apple-darwin ;;
    *) fail "there is no program for $(uname -s) $(uname -m); with Deno: deno install -g -A -n stsmfa jsr:@x/stsmfa" ;;
  esac
}

get() {
  curl -fsS --connect-timeout 20 --speed-limit 1 --speed-time 60 "$@"
}

fetch() {
  # https alone, also behind a redirection; a release on loopback is one of the tests.
  case $1 in
    # What is before it may look like the host, and may be a password: it is not shown.
    *@*) fail "an address must not have an @ in it" ;;
    https://*) get --proto '=https' --tlsv1.2 -L -o "$2" "$1" ;;
    http://127.0.0.1:*) get --proto '=http' --noproxy '*' -o "$2" "$1" ;;
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

not_verified() {
  case ${STSMFA_REQUIRE_ATTESTATION:-0} in
    0) say "The attestation was not verified: $1." ;;
    *) fail "the attestation was not verified: $1; nothing was installed" ;;
  esac
}

check_attestation() {
  # github.com is named each time: GH_HOST, and logins elsewhere, have nothing to say about it.
  if ! gh attestation verify --help 2>/dev/null | grep -q -e --hostname; then
    not_verified "there is no gh (https://cli.github.com) that can do it"
  elif ! gh auth status --hostname github.com >/dev/null 2>&1; then
    not_verified "gh is not logged in to github.com"
  else
    gh attestation verify "$1" --hostname github.com --repo "$repository" \
      --signer-workflow "$repository/.github/workflows/release.yml" >/dev/null ||
      fail "the attestation of $archive is not good; nothing was installed"
    say "The attestation says: built by $repository's release workflow."
  fi
}

say_how_to_begin() {
  first=$(command -v stsmfa) || first=
  # The same file, by whatever name; every sh that is in use knows -ef.
  # shellcheck disable=SC3013
  if [ "$first" -ef "$directory/stsmfa" ]; then
    say "To begin: stsmfa init"
    return
  fi
  [ -z "$first" ] || say "Another stsmfa comes first on your PATH: $first"
  quoted=$(say "$directory" | sed "s/'/'\\\\''/g")
  say "To have it first on your PATH: export PATH='$quoted':\"\$PATH\""
}

main() {
  repository=x/stsmfa
  version=${1:-latest}
  [ -n "${STSMFA_INSTALL:-}${HOME:-}" ] || fail "neither STSMFA_INSTALL nor HOME says where it goes"
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
  # `cd` would look for others along CDPATH, and takes - for where it was before.
  case $directory in
    /*) ;;
    *) directory=$PWD/$directory ;;
  esac
  [ ! -d "$directory/stsmfa" ] || fail "there is a directory $directory/stsmfa"

  mkdir -p "$directory"
  directory=$(cd "$directory" && pwd)
  # Beside the program, so that the last step is a rename.
  work=$(mktemp -d "$directory/.stsmfa-install.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 131' QUIT
  trap 'exit 141' PIPE
  trap 'exit 143' TERM

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

  # Not by -C: tar reads backslashes in it.
  (cd "$work" && tar -xzof "$archive" stsmfa)
  chmod 755 "$work/stsmfa"
  said=$("$work/stsmfa" --version) || fail "the program does not run here; nothing was installed"
  said=$(say "$said" | head -n 1)
  # An attestation holds for what is in an archive, not for its name: an older one may have got it.
  inside=${archive#stsmfa-v}
  [ "$said" = "stsmfa ${inside%-"$target".tar.gz}" ] ||
    fail "$archive holds another version, $said; nothing was installed"
  mv -f "$work/stsmfa" "$directory/stsmfa"
  say "Installed $said as $directory/stsmfa"
  say_how_to_begin
}

# In braces: half of this line does nothing.
{ main "$@"; }
