#!/bin/sh
# Installs the libraries, puts each to the vectors through its adapter, and writes ../INTEROP.md. With --check, which is what the
# pipeline runs, nothing is written: each library has to do what its baseline.toml says, each template has to pass what it
# declares, and the page has to say what was measured, its date apart. UPQR names a command to use instead of
# the one that is built here.
set -eu
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
page=$root/conformance/INTEROP.md

case ${1-} in
'') check= ;;
--check) check=yes ;;
*)
    echo "interop.sh: expected no argument, or --check" >&2
    exit 2
    ;;
esac

./install.sh
if [ -z "${UPQR-}" ]; then
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --package upqr-conformance
fi
upqr=${UPQR-${CARGO_TARGET_DIR:-$root/target}/debug/upqr}
records=$(mktemp -d)
trap 'rm -rf "$records"' EXIT
failed=

# Runs `upqr run` with the arguments behind a name, and says how it ended; what it printed is shown only where it counts, and the rest of it by running it alone.
run() {
    name=$1
    shift
    code=0
    "$upqr" run --quiet "$@" >"$records/said" 2>&1 || code=$?
    case $code in
    0) echo "$name: as expected" ;;
    *)
        echo "$name: exit code $code"
        head -n 60 "$records/said"
        tail -n 1 "$records/said"
        failed=yes
        ;;
    esac
}

for file in */adapter.toml; do
    name=${file%/*}
    if [ -n "$check" ]; then
        run "$name" --adapter-file "$file" --baseline "$name/baseline.toml" --record "$records/$name.ndjson"
    else
        # Exit code 1 tells that something fails, which is what the page is about.
        "$upqr" run --quiet --adapter-file "$file" --record "$records/$name.ndjson" >/dev/null || [ $? -eq 1 ]
        echo "$name: measured"
    fi
done

if [ -z "$check" ]; then
    "$upqr" report interop --output-file "$page" "$records"/*.ndjson
    echo "wrote conformance/INTEROP.md"
    exit
fi

for template in python/adapter.py node/adapter.mjs java/Adapter.java go/adapter.go; do
    case $template in
    *.py) start=python3 ;;
    *.mjs) start=node ;;
    *.java) start=java ;;
    *.go) start='go run' ;;
    esac
    run "templates/$template" --adapter "$start templates/$template"
done

"$upqr" report interop --output-file "$records/INTEROP.md" "$records"/*.ndjson
grep -v '^Page made on ' "$page" >"$records/old"
grep -v '^Page made on ' "$records/INTEROP.md" >"$records/new"
if ! diff "$records/old" "$records/new"; then
    echo "conformance/INTEROP.md is not what was measured: run conformance/adapters/interop.sh"
    failed=yes
fi
[ -z "$failed" ]
