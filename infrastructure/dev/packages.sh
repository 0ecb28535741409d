# Sourced by setup: packages of the distribution.

# present PACKAGE[:COMMAND]: with a COMMAND, any way of having it counts (sdkman, Homebrew, another distribution).
present() {
  if [[ "$1" == *:* ]]; then
    command -v "${1#*:}" >/dev/null
  elif command -v dpkg-query >/dev/null; then
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
  else
    return 0 # no way to ask: the build will name a missing library
  fi
}

missing_of() {
  local item
  for item; do present "$item" || printf '%s ' "${item%%:*}"; done
}

# can_install: true as root, or with a sudo that asks nothing. Nobody is there to type a password.
can_install() {
  command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }
}

packages() {
  local missing
  missing="$(missing_of "$@")"
  missing="${missing% }"
  [[ -n "$missing" ]] || return 0
  if ! can_install; then
    fail "these packages are missing, and installing them needs root: $missing" \
      "run this, then the same ./dev command again:" \
      "sudo apt-get update && sudo apt-get install --no-install-recommends $missing"
  fi
  local as_root=()
  ((EUID == 0)) || as_root=(sudo -n)
  # shellcheck disable=SC2086 # a list of words
  quietly "installing packages: $missing" "${as_root[@]}" ./install-packages.sh $missing
  # PostgreSQL's folder may have appeared just now.
  source environment.sh
}
