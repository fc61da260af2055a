# Written by the release workflow; for a tap: Formula/stsmfa.rb
class Stsmfa < Formula
  desc "Type one MFA code, and every AWS profile works"
  homepage "https://github.com/x/stsmfa"
  version "{{version}}"
  license "MIT"

  on_macos do
    on_arm do
      url "https://github.com/x/stsmfa/releases/download/v{{version}}/stsmfa-v{{version}}-aarch64-apple-darwin.tar.gz"
      sha256 "{{sha256 aarch64-apple-darwin}}"
    end
    on_intel do
      url "https://github.com/x/stsmfa/releases/download/v{{version}}/stsmfa-v{{version}}-x86_64-apple-darwin.tar.gz"
      sha256 "{{sha256 x86_64-apple-darwin}}"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/x/stsmfa/releases/download/v{{version}}/stsmfa-v{{version}}-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "{{sha256 aarch64-unknown-linux-gnu}}"
    end
    on_intel do
      url "https://github.com/x/stsmfa/releases/download/v{{version}}/stsmfa-v{{version}}-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "{{sha256 x86_64-unknown-linux-gnu}}"
    end
  end

  def install
    bin.install "stsmfa"
    bash_completion.install "completions/stsmfa.bash" => "stsmfa"
    zsh_completion.install "completions/_stsmfa"
    fish_completion.install "completions/stsmfa.fish"
    man1.install "man/stsmfa.1"
  end

  test do
    assert_match "stsmfa #{version}", shell_output("#{bin}/stsmfa --version")
  end
end
