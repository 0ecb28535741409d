# Sourced by ./dev and by the setup scripts: where tools are kept, and where the distribution hides its servers.
export FILMLENS_CACHE="${FILMLENS_CACHE:-${HOME:?}/.cache/filmlens}"
# Where the crates that need libtorch find it, and the programs that are built from them.
export LIBTORCH="${LIBTORCH:-$FILMLENS_CACHE/libtorch}"
# The CMake that builds LightGBM.
export CMAKE="${CMAKE:-$FILMLENS_CACHE/venv-native/bin/cmake}"

# Debian keeps initdb and postgres off the PATH, and nginx in a folder that only root's PATH has.
for directory in /usr/sbin /usr/lib/postgresql/*/bin "${CARGO_HOME:-$HOME/.cargo}/bin"; do
  if [[ -d "$directory" && ":$PATH:" != *":$directory:"* ]]; then
    PATH="$PATH:$directory"
  fi
done
export PATH
unset directory
