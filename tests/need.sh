#!/bin/sh
# need.sh build|servers|bench|wordpress|test: checks what is needed and prints the one command that brings what lacks.
set -u
want=$1
lacks=''
command -v git >/dev/null 2>&1 || lacks="$lacks git"
command -v cc >/dev/null 2>&1 || lacks="$lacks gcc"
# PARTS=core goes without all of these. Of PostgreSQL only the programs are needed: the tests start a server of their own.
# npm only brings one script, axe-core, for the browser tests.
parts=''
if [ "$want" = servers ] || [ "$want" = bench ] || { [ "$want" = test ] && [ "${PARTS:-all}" != core ]; }; then
    [ -n "$(find /usr/lib/postgresql/*/bin/postgres 2>/dev/null)" ] || command -v postgres >/dev/null 2>&1 || lacks="$lacks postgresql"
    command -v redis-server >/dev/null 2>&1 || lacks="$lacks redis-server"
fi
if [ "$want" = test ] && [ "${PARTS:-all}" != core ]; then
    parts=yes
    command -v chromium >/dev/null 2>&1 || lacks="$lacks chromium"
    command -v chromedriver >/dev/null 2>&1 || lacks="$lacks chromium-driver"
    [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ] || lacks="$lacks fontconfig fonts-noto-cjk"
    command -v python3 >/dev/null 2>&1 || lacks="$lacks python3"
    command -v npm >/dev/null 2>&1 || lacks="$lacks npm"
    # For Plone, which tests/plone.sh brings from PyPI.
    python3 -c 'import ensurepip, venv' 2>/dev/null || lacks="$lacks python3-venv"
fi
# A real WordPress: the tests run its servers themselves, on ports and in a folder of their own.
if [ "$want" = wordpress ] || [ -n "$parts" ]; then
    [ -x /usr/sbin/mariadbd ] && command -v mariadb-install-db >/dev/null 2>&1 || lacks="$lacks mariadb-server-core"
    [ -x /usr/sbin/nginx ] || lacks="$lacks nginx-light"
    [ -n "$(find /usr/sbin/php-fpm* 2>/dev/null)" ] || lacks="$lacks php-fpm"
    for extension in mysqli gd curl mbstring xml; do
        php -m 2>/dev/null | grep -qx "$extension" && continue
        package="php-$extension"
        [ "$extension" = mysqli ] && package=php-mysql
        lacks="$lacks $package"
    done
    command -v php >/dev/null 2>&1 || lacks="$lacks php-cli"
    # Its pages need the theme of its own version, which the package only recommends.
    [ -d /usr/share/wordpress ] && [ -n "$(find /usr/share/wordpress/wp-content/themes/ -name theme.json 2>/dev/null)" ] ||
        lacks="$lacks wordpress \$(apt-cache depends wordpress | grep -o 'wordpress-theme-[a-z]*' | head -1)"
fi
if [ "$want" = bench ]; then
    command -v node >/dev/null 2>&1 || lacks="$lacks nodejs"
    command -v npm >/dev/null 2>&1 || lacks="$lacks npm"
fi
if [ -n "$lacks" ]; then
    if command -v apt-get >/dev/null 2>&1; then
        bring="apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends$lacks libc6-dev"
    else
        bring="xcode-select --install"
        [ -z "$parts" ] || bring="$bring, and a package manager for the rest (PARTS=core make test goes without them)"
    fi
fi
if ! command -v cargo >/dev/null 2>&1; then
    echo "$want needs Rust (cargo): install it from https://rustup.rs and run make again"
    exit 1
fi
if [ -n "$lacks" ]; then
    if [ "$want" != build ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        # No package may start a daemon of its own.
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap 'rm -f "$policy"' EXIT
            trap 'exit 1' HUP INT TERM
            printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
        fi
        echo "$want: installing$lacks with apt-get"
        before=$(date +%s)
        sh -c "$bring" || exit 1
        echo "$want: installed in $(($(date +%s) - before)) s"
        # Nor at the next start of the machine.
        if [ -d /run/systemd/system ]; then
            case "$lacks" in *nginx*) systemctl disable --quiet nginx ;; esac
            case "$lacks" in *php-fpm*) systemctl disable --quiet 'php*-fpm' ;; esac
        fi
    else
        echo "$want needs$lacks: $bring"
        exit 1
    fi
fi
axe=4.14.1
cache="$HOME/.cache/yigao"
if [ -n "$parts" ] && ! head -c 99 "$cache/axe.min.js" 2>/dev/null | grep -q "v$axe"; then
    mkdir -p "$cache" && npm pack --silent --pack-destination "$cache" "axe-core@$axe" >/dev/null &&
        tar -xzf "$cache/axe-core-$axe.tgz" -C "$cache" --strip-components=1 package/axe.min.js ||
        echo "$want: axe-core could not be fetched; its test will fail (PARTS=core make test goes without)"
fi
have=$(rustc --version | sed 's/rustc \([0-9]*\)\.\([0-9]*\).*/\1 \2/')
set -- $have
if [ "$1" -eq 1 ] && [ "$2" -lt 94 ]; then
    echo "$want needs Rust 1.94 or newer, this is $1.$2: rustup update stable"
    exit 1
fi
echo "$want: $(rustc --version | cut -d' ' -f1-2), $(cc --version 2>/dev/null | head -1), $(git --version)"
