#!/bin/sh
# Installs the libraries that adapters are written for, at the versions and with the checksums that the files beside this one
# fix: package-lock.json, requirements.txt, promptparse-rs/Cargo.lock. What is there already stays.
set -eu
cd "$(dirname "$0")"

# Installs again only where the file that fixes the versions is newer than what was installed.
stale() { [ ! -e "$2" ] || [ "$1" -nt "$2" ]; }

if stale package-lock.json node_modules/.installed; then
    npm ci --ignore-scripts --no-audit --no-fund
    touch node_modules/.installed
fi

if stale requirements.txt .venv/.installed; then
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.txt
    touch .venv/.installed
fi

cargo build --quiet --release --locked --manifest-path promptparse-rs/Cargo.toml --target-dir promptparse-rs/target
