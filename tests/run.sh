#!/bin/sh
# All tests. On Debian as root it installs what a build needs; elsewhere it prints one command and stops before compiling.
# PARTS=core runs what needs no more than a build does (SQLite is linked in, the remotes are the sandbox). Without it the
# ledger's tests also run on a private PostgreSQL, and the pages in a browser; the tests start and stop both.
set -eu
cd "$(dirname "$0")/.."
PARTS=${PARTS:-all}
export PARTS YIGAO_PARTS="$PARTS"
begun=$(date +%s)
# One line a stage, with the minutes since the beginning, so that nobody watches a silent screen.
stage() {
    passed=$(($(date +%s) - begun))
    printf 'test: [%d:%02d] %s\n' $((passed / 60)) $((passed % 60)) "$1"
}
stage "stage 1 of 4: what the tests need (on Debian as root, packages that are missing are installed: two to four minutes)"
sh tests/need.sh test
# From PyPI, once; while everything is compiled. Where it fails, its tests say so.
plone=''
if [ "$PARTS" != core ]; then
    sh tests/plone.sh &
    plone=$!
fi
stage "stage 2 of 4: compile everything (four to seven minutes the first time on two cores)"
cargo build --workspace --bins
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --no-run
else
    cargo test --workspace --no-run
fi
[ -z "$plone" ] || wait "$plone" || echo "plone: could not be prepared; the tests website plone::* will fail (PARTS=core make test goes without)"
stage "stage 3 of 4: run the tests (about fifteen minutes on two cores)"
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --no-fail-fast
else
    cargo test --workspace --no-fail-fast
fi
stage "stage 4 of 4: run the examples in the documentation"
cargo test --workspace --doc
if [ "$PARTS" = core ]; then
    echo "PARTS=core: $(grep -c '^#\[tokio::test' tests/suite/browser.rs) tests of suite browser:: did not run, and where PostgreSQL is not installed those of its ledger (crates/store, postgres::*)"
fi
stage "passed"
