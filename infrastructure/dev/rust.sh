# Sourced by setup: the toolchain and targets of rust-toolchain.toml.

rust_toolchain() {
  local file=../../rust-toolchain.toml channel target
  channel="$(sed -n 's/^channel = "\(.*\)"/\1/p' "$file")"
  target="$(sed -n 's/^targets = \["\(.*\)"\]/\1/p' "$file")"

  if ! command -v cargo >/dev/null && ! command -v rustup >/dev/null; then
    if can_install && apt-cache show rustup >/dev/null 2>&1; then
      packages rustup:rustup
    else
      fail "Rust is missing: install rustup as https://rustup.rs says, then run this again" \
        "(rust-toolchain.toml names the version, $channel; rustup gets it by itself)"
    fi
  fi

  if command -v rustup >/dev/null; then
    # rustup may be told not to install by itself (RUSTUP_AUTO_INSTALL=0), so this asks for it.
    if ! rustup run "$channel" rustfmt --version >/dev/null 2>&1 || ! rustup run "$channel" cargo-clippy --version >/dev/null 2>&1; then
      quietly "installing Rust $channel" rustup toolchain install "$channel" --profile minimal -c rustfmt -c clippy
    fi
    [[ "$(rustup target list --installed --toolchain "$channel")" == *"$target"* ]] ||
      quietly "installing the target $target" rustup target add "$target" --toolchain "$channel"
  elif [[ "$(rustc --version)" != *" $channel "* ]]; then
    say "rustc is $(rustc --version | cut -d' ' -f2), not the pinned $channel: without rustup it has to do"
  fi
}
