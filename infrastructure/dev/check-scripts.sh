#!/usr/bin/env bash
# Parses every shell script of the repository, and asks shellcheck where it is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mapfile -t scripts < <(
  find . \( -path ./target -o -path ./.git -o -path ./.run \) -prune -o -type f -print |
    while read -r file; do
      if [[ "$file" == *.sh ]] || head -c 32 "$file" | head -n 1 | grep -aqE '^#!.*\b(ba)?sh$'; then echo "$file"; fi
    done
)
for script in "${scripts[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then
  shellcheck --shell=bash --severity=warning --exclude=SC1090,SC1091 "${scripts[@]}"
fi
