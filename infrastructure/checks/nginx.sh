#!/usr/bin/env bash
# The gateway's configuration, as the nginx image renders it, before a real query-api, recommendation-api and prediction-api.
# shellcheck disable=SC2154,SC2034 # support.sh sets them; conditions are evaluated
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# render LISTEN QUERY_API RECOMMENDATION_API PREDICTION_API: what the image's 20-envsubst-on-templates.sh does.
render() {
  local values=(GATEWAY_LISTEN="$1" GATEWAY_QUERY_API="$2" GATEWAY_RECOMMENDATION_API="$3" GATEWAY_PREDICTION_API="$4" NGINX_LOCAL_RESOLVERS=127.0.0.1)
  local variables
  variables="$(env -i "${values[@]}" \
    awk 'END { for (name in ENVIRON) print name ~ /^(GATEWAY_|NGINX_LOCAL_RESOLVERS)/ ? "${" name "}" : "" }' </dev/null)"
  env "${values[@]}" envsubst "$variables" \
    <docker/nginx/templates/default.conf.template >"$nginx/conf.d/default.conf"
}

# As the image's nginx.conf, but every path is in our folder.
main_configuration() {
  cat <<CONF
worker_processes 2;
daemon off;
pid $nginx/nginx.pid;
error_log $nginx/error.log notice;
events { worker_connections 256; }
http {
  client_body_temp_path $nginx/body;
  proxy_temp_path $nginx/proxy;
  fastcgi_temp_path $nginx/fastcgi;
  uwsgi_temp_path $nginx/uwsgi;
  scgi_temp_path $nginx/scgi;
  default_type application/octet-stream;
  include $nginx/conf.d/*.conf;
}
CONF
}

# ask PATH [CURL ARGUMENTS]: sets status, body and headers.
ask() {
  local path="$1"
  shift
  status="$(curl --silent --path-as-is --max-time 20 --dump-header "$work/headers" --output "$work/body" \
    --write-out '%{http_code}' "$@" "http://127.0.0.1:$gateway_port$path" || true)"
  headers="$(tr -d '\r' <"$work/headers")"
  body="$(tr -d '\0' <"$work/body")"
}

has_header() { grep -qixE "$1" <<<"$headers"; }
is_problem() { [[ "$status" == "$1" ]] && has_header 'content-type: application/problem\+json' && body_has '"request_id":"[^"]+"' && python3 -m json.tool <<<"$body" >/dev/null; }
body_has() { grep -qE "$1" <<<"$body"; }
answers() { ask "$@"; [[ "$status" == 200 ]]; }

build_programs
fresh_database
nginx="$work/nginx"
mkdir -p "$nginx/conf.d"
touch "$work/gateway.log" # which the gateway opens once more, as /dev/stdout
main_configuration >"$nginx/nginx.conf"
as_nobody=()
if ((EUID == 0)); then
  chmod 755 "$work"
  chown -R nobody "$nginx" "$work/gateway.log"
  as_nobody=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups --)
fi

gateway_test() { "${as_nobody[@]}" nginx -t -q -c "$nginx/nginx.conf" >>"$work/gateway.log" 2>&1; }

# An upstream that no resolver knows: the container of a service that was never started.
render "127.0.0.1:$(free_port)" query-api:8001 recommendation-api:8002 prediction-api:8000
expect "nginx -t accepts the configuration, though no service has an address" \
  gateway_test

gateway_port="$(free_port)"
api_port="$(free_port)"
recommendation_port="$(free_port)"
prediction_port="$(free_port)"
render "127.0.0.1:$gateway_port" "127.0.0.1:$api_port" "127.0.0.1:$recommendation_port" "127.0.0.1:$prediction_port"
start gateway "${as_nobody[@]}" nginx -c "$nginx/nginx.conf"
wait_for 10 curl --silent "http://127.0.0.1:$gateway_port/health"

ask /health
expect "/health is healthy" test "$status:$body" = "200:healthy"
ask /api/query/health -H 'X-Request-Id: before-start'
expect "a service that is not there is a problem+json 502" is_problem 502
expect "  with Retry-After and the request id" eval \
  'has_header "retry-after: 5" && has_header "x-request-id: before-start" && body_has "\"request_id\":\"before-start\""'

start_query_api "$api_port" FILMLENS__HTTP__TRUSTED_PROXY_HOPS=1 \
  FILMLENS__HTTP__RATE_LIMIT__PER_SECOND=1 FILMLENS__HTTP__RATE_LIMIT__BURST=40 FILMLENS__TELEMETRY__FILTER=info,filmlens_web=debug
# Each loopback address is a client of its own to the rate limit.
alone=(--interface 127.0.0.2)

ask '/api/query/api/v1/movies/search?q=matrix&limit=1' -H 'X-Request-Id: hop-1'
expect "search, by the service's own path" eval '[[ $status == 200 ]] && body_has "The Matrix"'
expect "  the request id comes back, once" test "$(grep -ci '^x-request-id: hop-1$' <<<"$headers")" = 1
expect "  and reached the service's log" wait_for 5 grep -q '"hop-1"' "$work/query-api.log"
expect "  and the gateway's, as JSON with the upstream's time and without the query" eval \
  'wait_for 5 grep -q "\"request.id\":\"hop-1\"" "$work/gateway.log" &&
   grep "\"request.id\":\"hop-1\"" "$work/gateway.log" | python3 -c "import json, sys; line = json.load(sys.stdin); assert float(line[\"upstream_duration_s\"]) >= 0 and line[\"path\"] == \"/api/query/api/v1/movies/search\""'
ask '/api/query/movies/search?q=matrix&limit=1'
expect "search, by the short path" eval '[[ $status == 200 ]] && body_has "The Matrix"'
expect "  with a request id that was made" has_header 'x-request-id: [0-9a-f]{32}'
ask '/api/query/movies/search' -H 'X-Request-Id: not sane"'
expect "  in place of one that could break a log" has_header 'x-request-id: [0-9a-f]{32}'
ask '/api/query/movies/?q=matrix'
expect "the first FilmLens's list of films" eval '[[ $status == 200 ]] && body_has "The Matrix"'
ask '/api/query/movies/tt0133093'
expect "one film" eval '[[ $status == 200 ]] && body_has "The Matrix"'
expect "  with its ETag" has_header 'etag: ".+"'
ask '/api/query/triggers/none%2Fsuch'
expect "an encoded slash reaches the service as it is" eval 'is_problem 404 && body_has "none/such"'
ask '/api/query/profiles'
expect "the service's own 401 passes" eval 'is_problem 401 && body_has key_required'

key="$("$programs/filmlens-data" api-key create --name gateway --role editor)"
ask '/api/query/movies' -H "X-API-Key: $key" -H 'Content-Type: application/json' -d '{"tmdb_id": "99999001", "movie_name": "Made through the gateway"}'
location="$(sed -n 's/^location: //Ip' <<<"$headers")"
expect "a film is made" test "$status" = 201
expect "  and its Location leads through the gateway" eval '[[ $location == /api/query/* ]] && answers "$location"'

expect "Swagger UI is shown" eval 'answers /api/query/docs/ && body_has swagger-ui'
expect "  /docs leads to it" eval 'ask /api/query/docs && [[ $status == 308 ]] && has_header "location: docs/"'
expect "  its script comes" answers /api/query/docs/swagger-ui-bundle.js
expect "  its document is where it looks for it" eval 'answers /api/query/docs/swagger-initializer.js && body_has "\.\./openapi\.json"'
expect "  and names a server relative to itself" eval \
  'answers /api/query/openapi.json && python3 -c "import json, sys; assert json.load(sys.stdin)[\"servers\"] == [{\"url\": \".\"}]" <<<"$body"'
ask /api/query/openapi.json -H 'Accept-Encoding: gzip'
expect "the service's compression passes" has_header 'content-encoding: gzip'

for path in /metrics /api/query/metrics /api/query//metrics /api/query/x/../metrics /api/query/%6detrics /x/../api/query/metrics; do
  ask "$path"
  expect "$path is refused" is_problem 404
done
ask '/x/../api/query/health'
expect "a path that only becomes one of ours is refused" is_problem 404
ask /
expect "what is not there is a problem+json 404" is_problem 404
ask /api/query
expect "/api/query leads to /api/query/" eval '[[ $status == 308 ]] && has_header "location: /api/query/"'

head -c 3000000 /dev/zero >"$work/large"
ask /api/query/movies -H 'Content-Type: application/json' --data-binary "@$work/large"
expect "a body that is too large is a problem+json 413" is_problem 413
ask "/api/query/movies/search?q=$(printf 'a%.0s' {1..9000})"
expect "a long query is the service's 414" eval 'is_problem 414 && body_has "at most 8192 bytes"'
ask "/api/query/movies/search?q=$(printf 'a%.0s' {1..20000})"
expect "a longer one is the gateway's" is_problem 414
ask /health -H "X-Long: $(printf 'a%.0s' {1..20000})"
expect "a header that is too long is a problem+json 431" is_problem 431
ask /health -X TRACE
expect "TRACE is a problem+json 405" is_problem 405

limited=no
for _ in {1..60}; do
  ask '/api/query/' "${alone[@]}" -H "X-Forwarded-For: 10.0.0.$RANDOM"
  if [[ "$status" == 429 ]]; then limited=yes && break; fi
done
expect "the rate limit sees the client's address, whatever it claims in X-Forwarded-For" test "$limited" = yes
ask '/api/query/' --interface 127.0.0.3
expect "  and not the gateway's: another client is served" test "$status" = 200

ask /api/recommend/health
expect "a recommendation-api that is not there is a problem+json 502" is_problem 502
make_models
start_recommendation_api "$recommendation_port" FILMLENS__HTTP__TRUSTED_PROXY_HOPS=1
ask '/api/recommend/recommend/1?k=3&method=ease' -H 'X-Request-Id: hop-2'
expect "recommendations" eval '[[ $status == 200 ]] && body_has "\"method\":\"ease\"" && has_header "x-request-id: hop-2"'
ask '/api/recommend/filmes/1/recomendacoes'
expect "the KMeans API" eval '[[ $status == 200 ]] && body_has "\"id\":\"19\""'
ask '/api/recommend/similar?title=No%20Such%2FFilm'
expect "an unknown title is the service's own 404" eval 'is_problem 404 && body_has "No Such/Film"'
expect "its Swagger UI is shown" eval 'answers /api/recommend/docs/ && body_has swagger-ui'
expect "  and its document names a server relative to itself" eval \
  'answers /api/recommend/openapi.json && python3 -c "import json, sys; assert json.load(sys.stdin)[\"servers\"] == [{\"url\": \".\"}]" <<<"$body"'
for path in /api/recommend/metrics /api/recommend//metrics /x/../api/recommend/health; do
  ask "$path"
  expect "$path is refused" is_problem 404
done
ask /api/recommend
expect "/api/recommend leads to /api/recommend/" eval '[[ $status == 308 ]] && has_header "location: /api/recommend/"'

ask /api/predict/health
expect "a prediction-api that is not there is a problem+json 502" is_problem 502
start_prediction_api "$prediction_port" FILMLENS__HTTP__TRUSTED_PROXY_HOPS=1
film='{"movie_id": "tt1", "title": "The Hunt", "description": "A detective hunts the killer of three women."}'
for path in /api/predict /api/predict/predict /api/predict/api/v1/predict; do
  ask "$path" -H 'Content-Type: application/json' -d "$film"
  expect "a prediction by $path" eval '[[ $status == 200 ]] && body_has "\"violencia_nivel\""'
done
ask '/api/predict?explain=true' -H 'Content-Type: application/json' -d "$film"
expect "  with its query" eval '[[ $status == 200 ]] && body_has "\"contributions\""'
ask /api/predict/batch -H 'Content-Type: application/json' -H 'Accept: application/x-ndjson' -d "{\"films\": [$film, {}]}"
expect "a batch, as lines" eval '[[ $status == 200 ]] && has_header "content-type: application/x-ndjson" && [[ "$(wc -l <<<"$body")" == 2 ]]'
ask /api/predict -H 'Content-Type: application/json' -d '{"movie_id": "tt1"}'
expect "the service's own 422 passes" is_problem 422
expect "its Swagger UI is shown" eval 'answers /api/predict/docs/ && body_has swagger-ui'
for path in /api/predict/metrics /api/predict//metrics /x/../api/predict/health; do
  ask "$path"
  expect "$path is refused" is_problem 404
done

stop query-api
ask /api/query/movies/search
expect "a stopped query-api is a problem+json 502" is_problem 502
expect "  and the other service goes on" answers /api/recommend/popular
ask /health
expect "  and the gateway goes on" test "$status" = 200
ask /api/query/movies -X POST -d '{}'
expect "  for a POST too" is_problem 502
start_query_api "$api_port"
expect "query-api is found again" answers /api/query/movies/search

stop gateway
render "127.0.0.1:$gateway_port" query-api:8001 recommendation-api:8002 prediction-api:8000
start gateway "${as_nobody[@]}" nginx -c "$nginx/nginx.conf"
wait_for 10 curl --silent "http://127.0.0.1:$gateway_port/health"
ask /api/query/movies/search
expect "a name that cannot be looked up is a problem+json 502" is_problem 502
expect "  and the gateway goes on" answers /health
if grep -E '\[(emerg|alert|crit)\]' "$nginx/error.log"; then failures=$((failures + 1)); fi
finish
