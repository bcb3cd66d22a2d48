#!/bin/sh
# need.sh build|test: checks what is needed and prints the one command that brings what lacks.
set -u
want=$1
lacks=''
command -v git >/dev/null 2>&1 || lacks="$lacks git"
command -v cc >/dev/null 2>&1 || lacks="$lacks gcc"
# Only the programs: the tests start a server of their own, and do not care whether the package's runs.
if [ "$want" = test ] && [ "${PARTS:-all}" != core ]; then
    [ -n "$(find /usr/lib/postgresql/*/bin/postgres 2>/dev/null)" ] || command -v postgres >/dev/null 2>&1 || lacks="$lacks postgresql"
fi
if [ -n "$lacks" ]; then
    if command -v apt-get >/dev/null 2>&1; then
        bring="apt-get update && apt-get install -y --no-install-recommends$lacks libc6-dev"
    else
        case "$lacks" in
        *postgresql*) bring="xcode-select --install; brew install postgresql (or PARTS=core, which leaves its tests out)" ;;
        *) bring="xcode-select --install" ;;
        esac
    fi
fi
if ! command -v cargo >/dev/null 2>&1; then
    echo "$want needs Rust (cargo): install it from https://rustup.rs and run make again"
    exit 1
fi
if [ -n "$lacks" ]; then
    if [ "$want" = test ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        sh -c "$bring" || exit 1
    else
        echo "$want needs$lacks: $bring"
        exit 1
    fi
fi
have=$(rustc --version | sed 's/rustc \([0-9]*\)\.\([0-9]*\).*/\1 \2/')
set -- $have
if [ "$1" -eq 1 ] && [ "$2" -lt 94 ]; then
    echo "$want needs Rust 1.94 or newer, this is $1.$2: rustup update stable"
    exit 1
fi
echo "$want: $(rustc --version | cut -d' ' -f1-2), $(cc --version 2>/dev/null | head -1), $(git --version)"
