#!/usr/bin/env bash
# Fuzzes each service from its own OpenAPI document: no server error, and no answer that the document does not announce.
# FILMLENS_FUZZ_EXAMPLES (requests for each operation and phase) makes a longer hunt.
# shellcheck disable=SC2154 # support.sh sets them
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

examples="${FILMLENS_FUZZ_EXAMPLES:-40}"
checks=(
  not_a_server_error status_code_conformance content_type_conformance
  response_schema_conformance response_headers_conformance
  negative_data_rejection positive_data_acceptance missing_required_header unsupported_method allow_header_conformance
  ignored_auth use_after_free ensure_resource_availability
)

PATH="$FILMLENS_CACHE/venv-test/bin:$PATH"
build_programs
fresh_database
key="$("$programs/filmlens-data" api-key create --name fuzz --role admin)"
query_api="$(free_port)"
start_query_api "$query_api" FILMLENS__HTTP__RATE_LIMIT__PER_SECOND=0
make_models
recommendation_api="$(free_port)"
start_recommendation_api "$recommendation_api" FILMLENS__HTTP__RATE_LIMIT__PER_SECOND=0
prediction_api="$(free_port)"
start_prediction_api "$prediction_api" FILMLENS__HTTP__RATE_LIMIT__PER_SECOND=0

settings="$PWD/infrastructure/checks/schemathesis.toml"
export SCHEMATHESIS_HOOKS="$PWD/infrastructure/checks/schemathesis_hooks.py"
cd "$work" # where its caches go
for port in "$query_api" "$recommendation_api" "$prediction_api"; do
  schemathesis --config-file "$settings" run "http://127.0.0.1:$port/openapi.json" --url "http://127.0.0.1:$port" \
    --header "X-API-Key: $key" --checks "$(IFS=,; echo "${checks[*]}")" \
    --seed 20261121 --max-examples "$examples" --continue-on-failure --generation-database none \
    --request-timeout 10 --no-color "$@"
done
