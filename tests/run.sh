#!/bin/sh
# All tests. On Debian as root it installs what a build needs; elsewhere it prints one command and stops before compiling.
# Every part so far runs on what a build needs (SQLite is linked in, the remotes are the sandbox); PARTS=core is the same.
set -eu
cd "$(dirname "$0")/.."
sh tests/need.sh test
cargo build -q --workspace --bins
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --no-fail-fast
else
    cargo test --workspace --no-fail-fast
fi
cargo test -q --workspace --doc
