# Sourced by setup: PyTorch for the processor alone, which the sequence benchmark compares with.

bench_torch() {
  local requirements=requirements-bench-torch.txt venv="$FILMLENS_CACHE/venv-bench-torch"
  cmp -s "$requirements" "$venv/installed.txt" && return
  libtorch_packages
  # torch.compile builds against Python's own headers.
  [[ -f "$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ]] || packages python3-dev
  rm -rf "$venv"
  quietly "creating a Python environment for bench-torch" mortal python3 -m venv "$venv"
  quietly "downloading PyTorch (550 MB)" \
    mortal "$venv/bin/pip" install --disable-pip-version-check --no-input --no-deps -r "$requirements"
  quietly "doing without CUDA" without_cuda "$venv"
  cp "$requirements" "$venv/installed.txt" # last, so that an interrupted install is not taken for a whole one
}

# PyPI's torch is linked with CUDA's libraries, though a processor calls nothing in them. Empty ones do, as long as
# functions are looked up when they are first called.
without_cuda() {
  local site library
  site="$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
  echo 'import os, sys; sys.setdlopenflags(os.RTLD_LAZY)' >"$site/lazy_libraries.pth"
  ldd "$site/torch/lib/libtorch_python.so" | awk '/not found/ { print $1 }' | sort -u | while read -r library; do
    empty_library "$library" "$site/torch/lib/$library"
  done
  "$1/bin/python" -c 'import torch'
}

# empty_library NAME FILE
empty_library() {
  local body='void filmlens_empty_library(void) {}' versions='{ global: *; };'
  if [[ "$1" == libnvshmem_host.* ]]; then
    # This one function is looked up at once, and by its version.
    body='void nvshmem_init(void) {}' versions='NVSHMEM { global: *; };'
  fi
  cc -shared -fPIC -Wl,-soname,"$1" -Wl,--version-script=<(echo "$versions") -x c - -o "$2" <<<"$body"
}
