#!/usr/bin/env bash
# Run as root: installs Debian packages without letting any of them start a server or claim a port at the next boot.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

undo=()
clean_up() { ((${#undo[@]} == 0)) || rm -f "${undo[@]}"; }
trap clean_up EXIT

# Debian asks this file whether an install may start services; 101 means no.
policy=/usr/sbin/policy-rc.d
if [[ ! -e "$policy" ]]; then
  undo+=("$policy")
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

# The postgresql package creates a cluster on port 5432 unless told otherwise.
no_cluster=/etc/postgresql-common/createcluster.d/filmlens.conf
mkdir -p "${no_cluster%/*}"
undo+=("$no_cluster")
echo 'create_main_cluster = false' >"$no_cluster"

options=(-y --no-install-recommends -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold)
apt-get update
apt-get install "${options[@]}" "$@"

# Their binaries are wanted, not their services.
for package; do
  case "$package" in
    redis-server) update-rc.d redis-server disable ;;
    nginx*) update-rc.d nginx disable ;;
  esac
done
