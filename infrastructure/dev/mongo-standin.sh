# Sourced by setup: the MongoDB stand-in, for machines without mongod. No package registry carries MongoDB itself.

mongo_standin() {
  local sources=../mongo-standin home="$FILMLENS_CACHE/mongo-standin" key
  command -v mongod >/dev/null && return
  key="$(cat "$sources/pom.xml" "$sources"/src/main/java/*.java | sha256sum | cut -c1-16)"
  [[ "$(cat "$home/key" 2>/dev/null)" != "$key" ]] || return 0

  local tools=(default-jdk-headless:javac maven:mvn) missing
  missing="$(missing_of "${tools[@]}")"
  if [[ -n "$missing" ]] && ! can_install; then
    say "no MongoDB: it needs mongod, or a JDK and Maven for its stand-in (missing: $missing)"
    say "will not run: the MongoDB store, and with it recommendation-api and sync-worker; all else will"
    return
  fi
  packages "${tools[@]}"
  rm -rf "$home"
  quietly "building the MongoDB stand-in" \
    mortal mvn --batch-mode --file "$sources/pom.xml" "-Dfilmlens.output=$home" package
  echo "$key" >"$home/key"
}
