# Sourced by setup: what LightGBM is built with. Its CMake has to be newer than the one of Debian 12.

native() {
  packages build-essential:c++ libclang-dev
  if [[ "$CMAKE" != "$FILMLENS_CACHE/venv-native/bin/cmake" ]]; then
    command -v "$CMAKE" >/dev/null || fail "CMAKE=$CMAKE cannot be run" \
      "unset CMAKE to have one installed, or name one of version 3.28 or newer"
    return 0
  fi
  python_venv native
}
