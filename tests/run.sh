#!/bin/sh
# All tests. On Debian as root it installs what a build needs; elsewhere it prints one command and stops before compiling.
# PARTS=core runs what needs no more than a build does (SQLite is linked in, the remotes are the sandbox). Without it the
# ledger's tests also run on a private PostgreSQL, and the pages in a browser; the tests start and stop both.
set -eu
cd "$(dirname "$0")/.."
PARTS=${PARTS:-all}
export PARTS YIGAO_PARTS="$PARTS"
sh tests/need.sh test
# From PyPI, once; while everything is compiled. Where it fails, its tests say so.
plone=''
if [ "$PARTS" != core ]; then
    sh tests/plone.sh &
    plone=$!
fi
cargo build -q --workspace --bins
[ -z "$plone" ] || wait "$plone" || echo "plone: could not be prepared; the tests http plone::* will fail (PARTS=core make test goes without)"
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --no-fail-fast
else
    cargo test --workspace --no-fail-fast
fi
cargo test -q --workspace --doc
if [ "$PARTS" = core ]; then
    echo "PARTS=core: $(grep -c '^#\[tokio::test' tests/suite/browser.rs) tests of suite browser:: did not run, and where PostgreSQL is not installed those of its ledger (crates/store, postgres::*)"
fi
