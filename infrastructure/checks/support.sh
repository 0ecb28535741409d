# Sourced by the checks: a folder to work in, programs that are stopped whatever happens, and how to say what failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source infrastructure/dev/environment.sh

work="$(mktemp -d "${TMPDIR:-/tmp}/filmlens-check.XXXXXX")"
declare -A running=()
databases=()
failures=0

clean_up() {
  local status=$? name
  trap '' INT TERM
  for name in "${!running[@]}"; do stop "$name"; done
  for name in "${databases[@]}"; do admin_sql "DROP DATABASE IF EXISTS $name WITH (FORCE)" || true; done
  if ((status != 0)); then tail -n 5 "$work"/*.log 2>/dev/null || true; fi
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# expect WHAT COMMAND…: goes on after a failure, so that one run tells of all of them.
expect() {
  local what="$1"
  shift
  if "$@"; then
    printf 'ok      %s\n' "$what"
  else
    printf 'FAILED  %s\n' "$what"
    failures=$((failures + 1))
  fi
}

finish() {
  if ((failures > 0)); then
    printf '%d failed\n' "$failures"
    exit 1
  fi
}

# start NAME COMMAND…: runs it in the background; its output is $work/NAME.log.
start() {
  local name="$1"
  shift
  "$@" >>"$work/$name.log" 2>&1 &
  running["$name"]=$!
}

stop() {
  local pid="${running[$1]}"
  unset "running[$1]"
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

# wait_for SECONDS COMMAND…
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      echo "waited too long for: $*" >&2
      return 1
    fi
    sleep 0.1
  done
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# FILMLENS_PROGRAMS is a folder of binaries to check instead of building them.
build_programs() {
  programs="${FILMLENS_PROGRAMS:-}"
  [[ -z "$programs" ]] || return 0
  cargo build --quiet -p query-api -p recommendation-api -p filmlens-data -p filmlens-classic
  cargo build --quiet -p prediction-api -p filmlens-sensitivity-cli --features prediction-api/engines
  programs="$(cargo metadata --format-version 1 --no-deps |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/debug"
}

admin_sql() { psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 "${FILMLENS_TEST_POSTGRES_URL:?run this by ./dev test}" --command "$1" >/dev/null; }

# fresh_database: sets DATABASE_URL to a database of this check's own, with the schema and the demo catalogue.
fresh_database() {
  local name="check_$$_${#databases[@]}"
  admin_sql "CREATE DATABASE $name"
  databases+=("$name")
  export DATABASE_URL="${FILMLENS_TEST_POSTGRES_URL%/*}/$name"
  "$programs/filmlens-data" migrate up
  "$programs/filmlens-data" load demo >/dev/null
}

# start_query_api PORT [NAME=VALUE…]: returns when it is ready.
start_query_api() {
  local port="$1"
  shift
  start query-api env FILMLENS__HTTP__HOST=127.0.0.1 FILMLENS__HTTP__PORT="$port" "$@" "$programs/query-api"
  wait_for 30 env FILMLENS__HTTP__HOST=127.0.0.1 FILMLENS__HTTP__PORT="$port" "$programs/query-api" health-check
}

# make_models: small ones in $work/models, as `./dev up` makes them.
make_models() {
  "$programs/filmlens-data" generate demo-users --to "$work/demo-ratings" >/dev/null
  "$programs/filmlens-classic" train --data "$work/demo-ratings" --out "$work/models/classic" --no-evaluation >"$work/training.log" 2>&1
  "$programs/filmlens-classic" train kmeans --data demo-filmes --out "$work/models/filmes" >>"$work/training.log" 2>&1
  "$programs/filmlens-sensitivity" train --out "$work/models/production/movielens" --no-evaluation >>"$work/training.log" 2>&1
}

# start_recommendation_api PORT [NAME=VALUE…]: returns when it is ready, with what make_models made.
start_recommendation_api() {
  local port="$1"
  shift
  start recommendation-api env FILMLENS__HTTP__HOST=127.0.0.1 FILMLENS__HTTP__PORT="$port" \
    FILMLENS__MODELS__CLASSIC="$work/models/classic" FILMLENS__MODELS__FILMES="$work/models/filmes" "$@" \
    "$programs/recommendation-api"
  wait_for 30 env FILMLENS__HTTP__HOST=127.0.0.1 FILMLENS__HTTP__PORT="$port" "$programs/recommendation-api" health-check
}

# start_prediction_api PORT [NAME=VALUE…]: returns when it is ready, with what make_models made.
start_prediction_api() {
  local port="$1"
  shift
  start prediction-api env FILMLENS__HTTP__HOST=127.0.0.1 FILMLENS__HTTP__PORT="$port" \
    FILMLENS__MODEL__FOLDER="$work/models/production/movielens" "$@" "$programs/prediction-api"
  wait_for 30 env FILMLENS__HTTP__HOST=127.0.0.1 FILMLENS__HTTP__PORT="$port" "$programs/prediction-api" health-check
}
