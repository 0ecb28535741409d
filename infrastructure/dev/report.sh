# Sourced: how the setup scripts speak. Everything goes to stderr, so that `./dev data` keeps a clean stdout.
setup_log="$FILMLENS_CACHE/setup.log"

say() { printf '==> %s\n' "$*" >&2; }

# fail WHAT [WHAT TO DO…]
fail() {
  printf 'error: %s\n' "$1" >&2
  (($# < 2)) || printf '  %s\n' "${@:2}" >&2
  exit 1
}

# quietly WHAT COMMAND…: says WHAT, keeps the output in the log, and shows its end when COMMAND fails.
quietly() {
  local what="$1" started=$SECONDS
  shift
  say "$what"
  printf '\n### %s: %s\n' "$(date '+%F %T')" "$*" >>"$setup_log"
  if ! "$@" >>"$setup_log" 2>&1 </dev/null; then
    tail -n 20 "$setup_log" >&2
    fail "$what: failed" "the whole output is in $setup_log"
  fi
  ((SECONDS - started < 2)) || say "$what: done in $((SECONDS - started)) s"
}

# A download or a Maven run must not outlive a killed ./dev. Package installation is let finish: dpkg hates to be cut.
mortal() { setpriv --pdeathsig TERM -- "$@"; }
