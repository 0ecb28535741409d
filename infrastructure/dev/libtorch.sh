# Sourced by setup: libtorch for the CPU, taken out of PyPI's wheels. A program linked against it runs without a GPU,
# and finds CUDA by itself where libtorch_cuda.so can be loaded.

libtorch() {
  local version=2.11.0 home="$FILMLENS_CACHE/libtorch"
  [[ "$(cat "$home/build-version" 2>/dev/null)" == "$version" ]] && return
  local work="$FILMLENS_CACHE/libtorch.new"
  rm -rf "$work"
  mkdir -p "$work/wheels" "$work/tree/lib"
  quietly "downloading libtorch $version (550 MB)" mortal "$FILMLENS_CACHE/venv-engines/bin/pip" download \
    --no-deps --no-input --disable-pip-version-check --only-binary :all: --dest "$work/wheels" \
    "torch==$version" "nvidia-cuda-runtime>=13,<14" "nvidia-cuda-cupti>=13,<14"
  quietly "unpacking libtorch" unpack_libtorch "$work"
  echo "$version" >"$work/tree/build-version"
  rm -rf "$home"
  mv "$work/tree" "$home"
  rm -rf "$work"
}

# The rest of the wheel is Python and CUDA kernels: two gigabytes that a CPU build never opens.
unpack_libtorch() {
  local tree="$1/tree" wheels="$1/wheels"
  unzip -q "$wheels"/torch-*.whl 'torch/include/*' 'torch/lib/libtorch_cpu.so' 'torch/lib/libc10.so' \
    'torch/lib/libgomp*' -d "$1/torch"
  mv "$1/torch/torch/include" "$tree/include"
  mv "$1"/torch/torch/lib/* "$tree/lib/"
  unzip -q -j "$wheels"/nvidia_cuda_runtime-*.whl '*/libcudart.so.13' -d "$tree/lib"
  unzip -q -j "$wheels"/nvidia_cuda_cupti-*.whl '*/libcupti.so.13' -d "$tree/lib"
  # torch-sys links with -ltorch; the real libtorch.so only pulls in the CUDA half.
  echo 'void filmlens_libtorch_stub(void) {}' | cc -shared -fPIC -x c - -o "$tree/lib/libtorch.so"
}
