#!/usr/bin/env bash
# Makes FOLDER a libtorch, out of PyPI's wheels. Usage: fetch-libtorch.sh FOLDER [cpu|cuda]
#
# What is built against one runs on the other: `cuda` adds libraries to `cpu`, which programs load when they are there.
set -euo pipefail
folder="$1" kind="${2:-cpu}"
requirements="$(dirname "${BASH_SOURCE[0]}")/requirements-libtorch.txt"

work="$folder.new"
rm -rf "$work"
mkdir -p "$work/wheels" "$work/tree/lib"
python3 -m venv "$work/venv"

download() {
  "$work/venv/bin/pip" download --no-input --disable-pip-version-check --no-cache-dir --only-binary :all: \
    --dest "$work/wheels" --requirement "$requirements" "$@"
}

# Not the rest of the wheel: Python, and for a CPU two gigabytes of CUDA kernels that it never opens.
case "$kind" in
  cpu)
    download --no-deps
    libraries=(torch/lib/libtorch_cpu.so torch/lib/libc10.so 'torch/lib/libgomp*' '*/libcudart.so.13' '*/libcupti.so.13')
    ;;
  cuda)
    download
    libraries=('torch/lib/*.so*' 'nvidia/*/lib/*.so*')
    ;;
  *)
    echo "there is cpu and cuda, not $kind" >&2
    exit 2
    ;;
esac
for wheel in "$work"/wheels/torch-*.whl "$work"/wheels/nvidia_*.whl; do
  # 11: none of the patterns is in this wheel.
  unzip -q -n -j "$wheel" "${libraries[@]}" -d "$work/tree/lib" || (($? == 11))
done
unzip -q "$work"/wheels/torch-*.whl 'torch/include/*' -d "$work/unpacked"
mv "$work/unpacked/torch/include" "$work/tree/include"

# torch-sys links with -ltorch. The wheel's own libtorch.so does nothing but pull in the CUDA half.
rm -f "$work/tree/lib/libtorch.so" "$work/tree/lib/libtorch_python.so"
echo 'void filmlens_libtorch_stub(void) {}' | cc -shared -fPIC -x c - -o "$work/tree/lib/libtorch.so"

sed -n 's/^torch==//p' "$requirements" >"$work/tree/build-version"
echo "$kind" >"$work/tree/kind"
rm -rf "$folder"
mv "$work/tree" "$folder"
rm -rf "$work"
