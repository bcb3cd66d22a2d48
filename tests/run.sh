#!/bin/sh
# All tests. On Debian as root it installs what they need; elsewhere it prints one command and stops before compiling.
# PARTS=core runs what needs nothing and lists what did not run.
set -eu
cd "$(dirname "$0")/.."
sh tests/need.sh test

skipped=''
if [ "${PARTS:-all}" = core ]; then
    skipped='browser'
elif ! command -v chromium >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo 'test: installing chromium and a Chinese font for the browser tests'
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
    else
        echo 'test needs chromium: sudo apt-get install -y chromium fonts-noto-cjk   (or PARTS=core make test)'
        exit 1
    fi
fi
[ -z "$skipped" ] || export YIGAO_TEST_SKIP="$skipped"

cargo build -q --workspace --bins
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --no-fail-fast
else
    cargo test --workspace --no-fail-fast
fi
cargo test -q --workspace --doc
if [ -n "$skipped" ]; then
    echo "test: parts that did not run: $skipped"
fi
