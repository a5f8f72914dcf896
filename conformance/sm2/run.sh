#!/bin/sh
# Installs the second implementation at the version and with the checksums of package-lock.json, and puts the SM2 test cases to it.
set -eu
cd "$(dirname "$0")"

if [ ! -e node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
    npm ci --ignore-scripts --no-audit --no-fund
    touch node_modules/.installed
fi
node check.mjs
