#!/bin/sh
# All tests. On Debian as root it installs what a build needs; elsewhere it prints one command and stops before compiling.
# PARTS=core runs what needs no more than a build does (SQLite is linked in, the remotes are the sandbox): no browser.
set -eu
cd "$(dirname "$0")/.."
export YIGAO_PARTS="${PARTS:-}"
sh tests/need.sh test
cargo build -q --workspace --bins
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --no-fail-fast
else
    cargo test --workspace --no-fail-fast
fi
cargo test -q --workspace --doc
if [ "$YIGAO_PARTS" = core ]; then
    echo "PARTS=core: $(grep -c '^#\[tokio::test' tests/suite/browser.rs) tests of suite browser:: did not run"
fi
