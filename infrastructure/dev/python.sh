# Sourced by setup: Python tools, each group in a virtual environment of its own.

# python_venv NAME: installs requirements-NAME.txt into $FILMLENS_CACHE/venv-NAME, again whenever the file changes.
python_venv() {
  local requirements="requirements-$1.txt" venv="$FILMLENS_CACHE/venv-$1"
  cmp -s "$requirements" "$venv/installed.txt" && return
  python3 -c 'import venv, ensurepip' 2>/dev/null || packages python3-venv
  rm -rf "$venv"
  quietly "creating a Python environment for $1" mortal python3 -m venv "$venv"
  quietly "installing Python packages for $1" \
    mortal "$venv/bin/pip" install --disable-pip-version-check --no-input -r "$requirements"
  cp "$requirements" "$venv/installed.txt" # last, so that an interrupted install is not taken for a whole one
}
