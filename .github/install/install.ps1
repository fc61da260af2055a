# Installs stsmfa from a release on GitHub:
#
#   irm https://github.com/x/stsmfa/releases/latest/download/install.ps1 | iex
#   & ([scriptblock]::Create((irm https://github.com/x/stsmfa/releases/latest/download/install.ps1))) v1.2.3
#
# $env:STSMFA_INSTALL is the directory it goes to (~\.local\bin). Nothing else is changed, nothing
# runs as another user, and what was there before stays until the new program has been checked.

function Install-Stsmfa([string] $Version = 'latest') {
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  $repository = 'x/stsmfa'
  $target = 'x86_64-pc-windows-msvc'
  $directory = if ($env:STSMFA_INSTALL) { $env:STSMFA_INSTALL } else { Join-Path $HOME '.local\bin' }
  $releases = if ($env:STSMFA_RELEASES) { $env:STSMFA_RELEASES } else { "https://github.com/$repository/releases" }

  if (-not [Environment]::Is64BitOperatingSystem) { throw 'there is no program for 32-bit Windows' }
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

  New-Item -ItemType Directory -Force -Path $directory | Out-Null
  # Beside the program, so that the last step is a rename.
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
    $said = & $new --version
    if ($LASTEXITCODE -ne 0) { throw 'the program does not run here; nothing was installed' }
    Move-Item -Force -Path $new -Destination (Join-Path $directory 'stsmfa.exe')
    Write-Output "Installed $(@($said)[0]) as $(Join-Path $directory 'stsmfa.exe')"
  } finally {
    Remove-Item -Recurse -Force -Path $work
  }
  if (($env:PATH -split ';') -contains $directory) {
    Write-Output 'To begin: stsmfa init'
  } else {
    Write-Output "To have it on your PATH: `$env:PATH = '$directory;' + `$env:PATH"
  }
}

function Test-StsmfaAttestation([string] $Path, [string] $Repository) {
  if (-not (Get-Command gh -ErrorAction SilentlyContinue)) {
    Write-Output 'The attestation was not verified: gh (https://cli.github.com) is not here.'
    return
  }
  # What a program says on stderr is no error of ours.
  $ErrorActionPreference = 'Continue'
  gh auth status *> $null
  if ($LASTEXITCODE -ne 0) {
    Write-Output 'The attestation was not verified: gh is not logged in.'
    return
  }
  gh attestation verify $Path --repo $Repository --signer-workflow "$Repository/.github/workflows/release.yml" > $null
  if ($LASTEXITCODE -ne 0) { throw "the attestation of $Path is not good; nothing was installed" }
  Write-Output "The attestation says: built by $Repository's release workflow."
}

Install-Stsmfa @args
