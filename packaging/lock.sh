#!/usr/bin/env bash
# Resolves the dependencies anew and writes the lock files, with hashes and without any index address.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.tools/bin/uv
"$uv" pip compile --quiet --universal --python-version 3.11 --all-extras \
    --override packaging/overrides.txt --excludes packaging/excludes.txt \
    --generate-hashes --no-header --no-annotate --no-emit-index-url \
    pyproject.toml -o packaging/requirements.lock "$@"
"$uv" pip compile --quiet --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate --no-emit-index-url \
    packaging/peers.in -o packaging/peers.lock "$@"
