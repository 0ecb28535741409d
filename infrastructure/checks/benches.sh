#!/usr/bin/env bash
# What the benchmarks conclude from their figures, and what they leave behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for bench in classic predict query sequence; do
  PYTHONDONTWRITEBYTECODE=1 python3 -m unittest discover --start-directory "benches/$bench"
done
