# Sourced by setup: libtorch, below the cache unless LIBTORCH names another one.

libtorch_packages() {
  packages build-essential:c++ unzip:unzip
  python3 -c 'import venv, ensurepip' 2>/dev/null || packages python3-venv
}

# libtorch cpu|cuda: one with CUDA does for cpu too.
libtorch() {
  local kind="$1" version installed size="550 MB"
  if [[ "$LIBTORCH" != "$FILMLENS_CACHE/libtorch" ]]; then
    [[ -f "$LIBTORCH/lib/libtorch_cpu.so" ]] || fail "LIBTORCH=$LIBTORCH holds no lib/libtorch_cpu.so" \
      "unset LIBTORCH to have one installed, or name the folder in which include/ and lib/ are"
    return 0
  fi
  version="$(sed -n 's/^torch==//p' requirements-libtorch.txt)"
  installed="$(cat "$LIBTORCH/build-version" 2>/dev/null || true) $(cat "$LIBTORCH/kind" 2>/dev/null || true)"
  case "$installed" in "$version $kind" | "$version cuda") return 0 ;; esac
  libtorch_packages
  [[ "$kind" == cpu ]] || size="3 GB"
  quietly "downloading libtorch $version for $kind ($size)" mortal ./fetch-libtorch.sh "$LIBTORCH" "$kind"
}
