# Installs stsmfa from a release on GitHub:
#
#   irm https://github.com/x/stsmfa/releases/latest/download/install.ps1 | iex
#   & ([scriptblock]::Create((irm https://github.com/x/stsmfa/releases/latest/download/install.ps1))) v1.2.3
#
# $env:STSMFA_INSTALL is the directory it goes to (~\.local\bin). With
# $env:STSMFA_REQUIRE_ATTESTATION = '1' nothing is installed unless gh has verified who built it;
# without it, that is done where gh can. Nothing else is changed, nothing runs as another user, and
# what was there before stays until the new program has been checked.

function Install-Stsmfa([string] $Version = 'latest') {
  $ErrorActionPreference = 'Stop'
  $PSNativeCommandUseErrorActionPreference = $false
  $ProgressPreference = 'SilentlyContinue'
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  $repository = 'x/stsmfa'
  $target = 'x86_64-pc-windows-msvc'
  $directory = if ($env:STSMFA_INSTALL) { $env:STSMFA_INSTALL } else { Join-Path $HOME '.local\bin' }
  $releases = if ($env:STSMFA_RELEASES) { $env:STSMFA_RELEASES } else { "https://github.com/$repository/releases" }

  if (-not [Environment]::Is64BitOperatingSystem) { throw 'there is no program for 32-bit Windows' }
  # What is before it may look like the host, and may be a password: it is not shown.
  if ($releases -match '@') { throw 'an address must not have an @ in it' }
  if ($releases -notmatch '^(https://|http://127\.0\.0\.1:)') { throw "not an https address: $releases" }
  if ($Version -eq 'latest') {
    $release = 'latest/download'
    $name = 'v[0-9A-Za-z.+-]+'
  } elseif ($Version -match '^v?([0-9][0-9A-Za-z.+-]*)$') {
    $release = "download/v$($Matches[1])"
    $name = [regex]::Escape("v$($Matches[1])")
  } else {
    throw "not a version: $Version (such as v1.2.3)"
  }

  # Absolute, as PATH wants it.
  $directory = (New-Item -ItemType Directory -Force -Path $directory).FullName
  $program = Join-Path $directory 'stsmfa.exe'
  # A program would be moved into it.
  if (Test-Path -PathType Container -LiteralPath $program) { throw "there is a directory $program" }
  # Beside the program, on the same drive, so that the last step copies nothing.
  $work = Join-Path $directory ".stsmfa-install.$([IO.Path]::GetRandomFileName())"
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    $checksums = Join-Path $work 'checksums.txt'
    Invoke-WebRequest -UseBasicParsing -Uri "$releases/$release/checksums.txt" -OutFile $checksums
    # Which version the latest one is, the names in here say.
    $line = @(Get-Content $checksums | Where-Object { $_ -cmatch "^[0-9a-f]{64}  stsmfa-$name-$target\.zip$" })
    if ($line.Count -ne 1) { throw "release $Version has no program for $target" }
    $expected, $archive = $line[0] -split '  ', 2

    $zip = Join-Path $work $archive
    Invoke-WebRequest -UseBasicParsing -Uri "$releases/$release/$archive" -OutFile $zip
    if ((Get-FileHash -Algorithm SHA256 -Path $zip).Hash.ToLowerInvariant() -cne $expected) {
      throw "the SHA-256 of $archive is not that of checksums.txt; nothing was installed"
    }
    Test-StsmfaAttestation $zip $repository

    Expand-Archive -Path $zip -DestinationPath $work
    $new = Join-Path $work 'stsmfa.exe'
    $said = @(& $new --version)
    if ($LASTEXITCODE -ne 0 -or $said.Count -eq 0) { throw 'the program does not run here; nothing was installed' }
    # An attestation holds for what is in an archive, not for its name: an older one may have got it.
    $inside = $archive -replace '^stsmfa-v', '' -replace "-$target\.zip$", ''
    if ($said[0] -cne "stsmfa $inside") {
      throw "$archive holds another version, $($said[0]); nothing was installed"
    }
    try {
      Move-Item -Force -Path $new -Destination $program
    } catch {
      throw "$program could not be replaced: $($_.Exception.Message) If stsmfa is running, end it, and install again."
    }
    Write-Output "Installed $($said[0]) as $program"
  } finally {
    # What went wrong before is what has to be seen.
    Remove-Item -Recurse -Force -Path $work -ErrorAction SilentlyContinue
  }
  $first = Get-Command stsmfa -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
  if ($first -and $first.Path -eq $program) {
    Write-Output 'To begin: stsmfa init'
    return
  }
  if ($first) { Write-Output "Another stsmfa comes first on your PATH: $($first.Path)" }
  $quoted = $directory.Replace("'", "''")
  Write-Output "To have it first on your PATH: `$env:PATH = '$quoted;' + `$env:PATH"
}

function Test-StsmfaAttestation([string] $Path, [string] $Repository) {
  # What a program says on stderr is no error of ours.
  $ErrorActionPreference = 'Continue'
  # github.com is named each time: GH_HOST, and logins elsewhere, have nothing to say about it.
  $lack = $null
  if (-not (Get-Command gh -ErrorAction SilentlyContinue)) {
    $lack = 'gh (https://cli.github.com) is not here'
  } elseif ("$(gh attestation verify --help 2> $null)" -notmatch '--hostname') {
    $lack = 'this gh is too old for it'
  } else {
    gh auth status --hostname github.com *> $null
    if ($LASTEXITCODE -ne 0) { $lack = 'gh is not logged in to github.com' }
  }
  if ($lack) {
    if ($env:STSMFA_REQUIRE_ATTESTATION -and $env:STSMFA_REQUIRE_ATTESTATION -ne '0') {
      throw "the attestation was not verified: $lack; nothing was installed"
    }
    Write-Output "The attestation was not verified: $lack."
    return
  }
  gh attestation verify $Path --hostname github.com --repo $Repository --signer-workflow "$Repository/.github/workflows/release.yml" > $null
  if ($LASTEXITCODE -ne 0) { throw "the attestation of $Path is not good; nothing was installed" }
  Write-Output "The attestation says: built by $Repository's release workflow."
}

Install-Stsmfa @args
