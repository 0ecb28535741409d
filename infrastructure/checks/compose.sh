#!/usr/bin/env bash
# The compose file, read by docker-compose itself, and what it promises beyond being valid.
# shellcheck disable=SC2154 # support.sh sets them
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# Nothing of the caller's may stand in for what .env has to say.
compose() { env -i PATH="$PATH" HOME="$work" docker-compose --project-directory . --env-file "$1" "${@:2}"; }

cp .env.example "$work/unset.env"
sed "s/^DB_PASSWORD=.*/DB_PASSWORD=of-this-check/" .env.example >"$work/set.env"
echo "DB_PASSWORD=of-this-check" >"$work/only-password.env"

valid() { compose "$1" config >"$work/config.yml" 2>"$work/compose.log"; }
refuses() { ! compose "$1" config >/dev/null 2>"$work/refusal"; }
same() { valid "$work/only-password.env" && cp "$work/config.yml" "$work/defaults.yml" && valid "$work/set.env" && diff "$work/defaults.yml" "$work/config.yml"; }

expect "it refuses to start without a password" refuses "$work/unset.env"
expect "  and says what to do" grep -q 'copy .env.example to .env' "$work/refusal"
expect "docker-compose accepts it, load-demo included" valid "$work/set.env"
expect "  .env.example holds the defaults, and needs nothing but the password" same

# The profile's services are left out of `config` unless asked for.
compose "$work/set.env" --profile demo --profile train config >"$work/config.yml"
expect "what the services promise" "$FILMLENS_CACHE/venv-test/bin/python" infrastructure/checks/compose_promises.py "$work/config.yml" .env.example
expect "it lends a GPU where it is asked to" compose "$work/set.env" --file docker-compose.yml --file docker/gpu.yml --profile train config --quiet
finish
