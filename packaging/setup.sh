#!/usr/bin/env bash
# Sets up everything the studio needs on a bare machine: system libraries, uv, the locked dependencies.
# Runs again harmlessly; does nothing where nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
tools=.tools
venv=.venv

say() { printf '%s\n' "$*" >&2; }

"$python" - <<'PY' || { say "Infinite Studio needs Python 3.11 or newer. Set PYTHON=/path/to/python3.11 and run make again."; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
PY

# --- system libraries -------------------------------------------------------------------------
missing_packages() {
    command -v dpkg-query >/dev/null || return 0
    grep -v -e '^#' -e '^$' "packaging/$1" | while read -r package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
    done
}

install_packages() {
    local missing=$1 why=$2
    [ -z "$missing" ] && return 0
    local apt=()
    if [ "$(id -u)" = 0 ]; then apt=(apt-get); elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then apt=(sudo apt-get); fi
    if [ ${#apt[@]} = 0 ] || ! command -v apt-get >/dev/null; then
        say "$why needs these system packages: $missing"
        say "Install them with: sudo apt-get install $missing"
        return 1
    fi
    say "Installing system packages: $missing"
    # shellcheck disable=SC2086
    { DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -qq --no-install-recommends $missing >/dev/null 2>&1 \
        || { "${apt[@]}" update -qq && DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -qq --no-install-recommends $missing >/dev/null; }; } \
        || { say "$why needs these system packages, and installing them failed: $missing"; return 1; }
}

if [ "$(uname -s)" = Linux ]; then
    install_packages "$(missing_packages debian-packages.txt)" "The window and the sound card" || say "Going on without them; some things will not work."
    if [ "${1:-}" = test ]; then
        install_packages "$(missing_packages debian-test-packages.txt)" "The complete test suite" || say "Going on; tests that need them are skipped and say so."
    fi
fi

peers() {
    "$1" venv --quiet --allow-existing --python "$python" "$tools/peers"
    VIRTUAL_ENV=$PWD/$tools/peers "$1" pip install --quiet --no-deps --require-hashes -r packaging/peers.lock
}

# --- the locked dependencies ------------------------------------------------------------------
stamp=$venv/.installed
wanted=$(cat packaging/uv.lock.txt packaging/requirements.lock packaging/setup.sh pyproject.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -x "$venv/bin/python" ]; then
    [ "${1:-}" = bench ] && peers "$tools/bin/uv"
    exit 0
fi

if [ ! -x "$tools/bin/uv" ] || ! grep -q "$("$tools/bin/uv" --version | cut -d' ' -f2)" packaging/uv.lock.txt; then
    say "Getting uv…"
    "$python" -m pip --version >/dev/null 2>&1 || { say "Infinite Studio's set-up needs pip: sudo apt-get install python3-pip"; exit 1; }
    rm -rf "$tools"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target "$tools" -r packaging/uv.lock.txt
fi
uv=$tools/bin/uv
[ -x "$venv/bin/python" ] || "$uv" venv --quiet --python "$python" "$venv"
say "Installing the locked dependencies (about 6 GB with torch; minutes the first time)…"
VIRTUAL_ENV=$PWD/$venv "$uv" pip install --quiet --no-deps --require-hashes -r packaging/requirements.lock
VIRTUAL_ENV=$PWD/$venv "$uv" pip install --quiet --no-deps --editable .
printf '%s' "$wanted" >"$stamp"
[ "${1:-}" = bench ] && peers "$uv"
say "Ready."
