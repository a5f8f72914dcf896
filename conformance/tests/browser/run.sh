#!/bin/sh
# Makes a page of records and opens it in a browser: ./run.sh [FOLDER FOR SCREENSHOTS]
#
# UPQR is the command (by default it is built), CHROMIUM the browser (by default /usr/bin/chromium).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
screenshots=${1:-}
case $screenshots in '' | /*) ;; *) screenshots=$PWD/$screenshots ;; esac

if [ -z "${UPQR:-}" ]; then
    (cd "$root" && cargo build --quiet -p upqr-conformance)
    UPQR=${CARGO_TARGET_DIR:-$root/target}/debug/upqr
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$UPQR" run --quiet --format ndjson > "$folder/reference.ndjson"
"$UPQR" report --format html --output-file "$folder/report.html" \
    "$folder/reference.ndjson" "$here/../reports/every-outcome.ndjson" "$here/../reports/interrupted.ndjson"
"$UPQR" report --format html --output-file "$folder/hostile.html" "$here/../reports/hostile.ndjson"

cd "$here"
[ -d node_modules/playwright-core ] || npm ci --no-audit --no-fund
PAGES=$folder SCREENSHOTS=$screenshots node --test report.test.mjs
